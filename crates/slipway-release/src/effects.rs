//! What a script's requests did, in words.
//!
//! What belongs to an environment goes with the sandbox; what belongs to the whole project [stays](Stays).

mod table;

use crate::policy::{self, Reach, endpoints};

/// How often each thing was done, in the words for one, in order of first appearance: "record updated" 57.
pub type Counts = Vec<(String, u32)>;

/// What one request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// In words, for one: "record updated".
    pub words: &'static str,
    /// Whose it is that is changed.
    pub whose: Whose,
}

/// Whose something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The environment's: it goes where the environment goes.
    Environment,
    /// The project's: every environment shares it.
    Project,
}

/// What scripts did to the whole project: no sandbox holds it, so it stays when the sandbox goes, and no rollback takes
/// it back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stays {
    /// What the CMS said it did.
    pub done: Counts,
    /// What left, and nobody knows whether the CMS did it.
    pub in_doubt: Counts,
    /// The scripts that were allowed to handle something of the project, and that nobody saw run to their end or stop.
    pub unseen: Vec<String>,
}

/// What a request does; `None` where it only looks, and where no migration may make it.
pub fn of(verb: &str, path: &str, body: Option<&str>) -> Option<Effect> {
    let endpoint = endpoints::of_request(&verb.to_ascii_uppercase(), path)?;
    let row = table::of(endpoint.namespace, endpoint.method)?;
    let (row, whose) = match endpoint.reach {
        Reach::Settings(_) if policy::is_of_the_project(body) => {
            (&table::PROJECT_SETTINGS, Whose::Project)
        }
        Reach::Environment | Reach::Settings(_) => (row, Whose::Environment),
        Reach::Consent(_) => (row, Whose::Project),
        Reach::Look | Reach::Forbidden(_) => return None,
    };
    Some(Effect {
        words: row.one,
        whose,
    })
}

/// "1 record updated", "57 records updated".
pub fn count(effect: &str, number: u32) -> String {
    let many = table::all()
        .find(|row| row.one == effect)
        .map_or(effect, |row| row.many);
    format!("{number} {}", if number == 1 { effect } else { many })
}

/// "2 models created, 57 records updated".
pub fn list(counts: &[(String, u32)]) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(effect, number)| count(effect, *number))
        .collect();
    parts.join(", ")
}

/// Counts something once more, or so many times more.
pub(crate) fn add(counts: &mut Counts, effect: &str, number: u32) {
    match counts.iter_mut().find(|(known, _)| known == effect) {
        Some((_, sum)) => *sum += number,
        None => counts.push((effect.to_owned(), number)),
    }
}

/// Counts what others counted, too.
pub(crate) fn add_all(counts: &mut Counts, others: &[(String, u32)]) {
    for (effect, number) in others {
        add(counts, effect, *number);
    }
}

impl Stays {
    /// Whether nothing of the project was changed, nor may have been.
    pub fn is_empty(&self) -> bool {
        self.done.is_empty() && self.in_doubt.is_empty() && self.unseen.is_empty()
    }

    /// These and others together.
    pub fn add(&mut self, others: &Self) {
        add_all(&mut self.done, &others.done);
        add_all(&mut self.in_doubt, &others.in_doubt);
        for script in &others.unseen {
            self.add_unseen(script);
        }
    }

    /// A script that nobody saw, too.
    pub fn add_unseen(&mut self, script: &str) {
        if !self.unseen.iter().any(|known| known == script) {
            self.unseen.push(script.to_owned());
        }
    }

    /// What stays, in a sentence or two; `None` where nothing does.
    pub fn sentence(&self) -> Option<String> {
        let said = [
            (
                "This belongs to the whole project and stays",
                self.done.as_slice(),
            ),
            (
                "This may have been done to the whole project, and stays then",
                self.in_doubt.as_slice(),
            ),
        ];
        let mut said: Vec<String> = said
            .iter()
            .filter(|(_, counts)| !counts.is_empty())
            .map(|(what, counts)| format!("{what}: {}.", list(counts)))
            .collect();
        if !self.unseen.is_empty() {
            let scripts = self.unseen.join(", ");
            said.push(format!(
                "What {scripts} did to the whole project was not seen, and stays too."
            ));
        }
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// What stays, and what comes of beginning anew; `None` where nothing does.
    pub fn warning(&self) -> Option<String> {
        let stays = self.sentence()?;
        Some(format!("{stays} Running the scripts again does it again."))
    }
}

#[cfg(test)]
mod tests;

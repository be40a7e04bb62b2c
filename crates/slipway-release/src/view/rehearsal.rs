//! A rehearsal as a person reads it.
//!
//! It says what happened on one fork, once. Wherever a reader could take it for more, a sentence stands against that:
//! [`RehearsalView::blind`] lists what no rehearsal can show.

mod kept;
mod schema;
mod scripts;

use crate::{
    checks::all_in_use,
    event::Person,
    observed::Observed,
    rehearsal::{
        End, Fate, Freshness, Rehearsal, Stale,
        fork::{KnownBy, LeftFork},
    },
    view::{
        forecast::{self, FreezeView},
        half_run::of_rehearsal,
        overview::lacking,
        standing::Tone,
        time,
        words::{count, list},
    },
};

pub use self::{
    kept::{KeptRow, kept},
    schema::{FieldRow, ModelRow, schema},
    scripts::{Request, ScriptRow, others, records, requests, requests_in_all, scripts},
};

/// A rehearsal, ready to be drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RehearsalView {
    /// How much it may be relied on.
    pub tone: Tone,
    /// What came of it, in one sentence.
    pub headline: String,
    /// What that means, and what was not changed by it.
    pub meaning: String,
    /// Whether it still tells what would happen.
    pub freshness: Freshness,
    /// Why it does not, or why nobody knows, a sentence each; empty while it is fresh.
    pub stale: Vec<String>,
    /// Who, when, on what, for how long.
    pub facts: Vec<(&'static str, String)>,
    /// The length of the freeze it predicts; `None` unless every script came to its end.
    pub freeze: Option<FreezeView>,
    /// What became of models, blocks and fields, by name; `None` where that could not be compared.
    pub schema: Option<Vec<ModelRow>>,
    /// What became of the locales, a sentence each.
    pub locales: Vec<String>,
    /// What was done to records, a line for each model.
    pub records: Vec<String>,
    /// What else was done: assets, menus, plugins and the like.
    pub others: Vec<String>,
    /// What was asked of the whole project and held back, a sentence each.
    pub project: Vec<String>,
    /// The scripts.
    pub scripts: Vec<ScriptRow>,
    /// All requests in a sentence.
    pub requests_in_all: String,
    /// All requests by kind, the most frequent first.
    pub requests: Vec<Request>,
    /// What it cannot show.
    pub blind: Vec<Blind>,
}

/// Something that a rehearsal cannot show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blind {
    /// What.
    pub title: &'static str,
    /// Why not, and what to do about it where something can be done.
    pub sentence: String,
}

/// Draws a rehearsal up. `stale` is what [`Rehearsal::staleness`] says.
pub fn rehearsal(rehearsal: &Rehearsal, stale: &[Stale]) -> RehearsalView {
    let changes = rehearsal.changes.as_ref();
    RehearsalView {
        tone: tone(rehearsal, stale),
        headline: headline(rehearsal),
        meaning: meaning(rehearsal),
        freshness: Freshness::of(stale),
        stale: stale.iter().map(Stale::to_string).collect(),
        facts: facts(rehearsal),
        freeze: rehearsal.estimate().as_ref().map(forecast::freeze),
        schema: changes.map(schema),
        locales: changes.map_or_else(Vec::new, schema::locales),
        records: records(rehearsal),
        others: others(rehearsal),
        project: project(rehearsal),
        scripts: scripts(rehearsal),
        requests_in_all: requests_in_all(rehearsal),
        requests: requests(rehearsal),
        blind: blind(rehearsal),
    }
}

fn tone(rehearsal: &Rehearsal, stale: &[Stale]) -> Tone {
    match &rehearsal.end {
        End::Failed { .. } => Tone::Bad,
        End::AllRan if stale.is_empty() => Tone::Good,
        End::AllRan | End::Cancelled { .. } | End::Unfinished => Tone::Careful,
    }
}

/// What came of a rehearsal, in one sentence.
pub fn headline(rehearsal: &Rehearsal) -> String {
    let all = rehearsal.scripts.len();
    let source = &rehearsal.source;
    let name = |script: Option<usize>| {
        script
            .and_then(|index| rehearsal.scripts.get(index))
            .map(|rehearsed| rehearsed.script.name.as_str())
    };
    match &rehearsal.end {
        End::AllRan if all == 1 => format!("The script ran to its end on a fork of {source}."),
        End::AllRan => format!("All {all} scripts ran to their end on a fork of {source}."),
        End::Failed { script, .. } => match name(*script) {
            Some(name) => format!("The rehearsal did not get past {name}."),
            None => format!("The rehearsal on a fork of {source} failed."),
        },
        End::Cancelled { script, .. } => match name(*script) {
            Some(name) => format!("The rehearsal was stopped while {name} was running."),
            None => "The rehearsal was stopped while no script was running.".to_owned(),
        },
        End::Unfinished => {
            "The page went away in the middle of the rehearsal; it is not known how far it came."
                .to_owned()
        }
    }
}

/// What its outcome means, and what was not changed by it.
pub fn meaning(rehearsal: &Rehearsal) -> String {
    let meaning = what_it_means(rehearsal);
    match &rehearsal.fate {
        // Its fork takes up room, and it is a person who ends that.
        Fate::Kept => format!("{meaning} {}", fate(rehearsal)),
        // These are offered for destruction where environments are listed.
        Fate::Left { .. } | Fate::Unknown | Fate::Destroyed => meaning,
    }
}

fn what_it_means(rehearsal: &Rehearsal) -> String {
    let unchanged = format!(
        "Nothing was frozen, and {} was not changed.",
        rehearsal.source
    );
    match &rehearsal.end {
        End::AllRan => format!(
            "{unchanged} This is what the files did once, with the content of that moment; it is no promise for the release."
        ),
        // Of a script, its own words say that primary is untouched.
        End::Failed {
            script: Some(_),
            failure,
        } => format!("{} Nothing was frozen.", failure.message),
        End::Failed { failure, .. } => format!("{} {unchanged}", failure.message),
        End::Cancelled { .. } | End::Unfinished => {
            let came = of_rehearsal(rehearsal).map_or_else(String::new, |found| {
                format!("{}. {} ", found.in_short(), found.had_done())
            });
            format!("{came}{unchanged} It shows only what was done until then.")
        }
    }
}

/// That a script ended half-way on the fork, to be said behind what became of the fork; empty where none did.
fn partly_migrated(rehearsal: &Rehearsal) -> String {
    of_rehearsal(rehearsal).map_or_else(String::new, |found| {
        format!(" It is partly migrated: {}.", found.in_short())
    })
}

fn facts(rehearsal: &Rehearsal) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("Rehearsed by", rehearsal.by.name.clone()),
        ("Begun", time::utc(rehearsal.began)),
        ("Forked from", rehearsal.source.to_string()),
    ];
    if let Some(ended) = rehearsal.ended {
        let millis = ended.as_millis() - rehearsal.began.as_millis();
        facts.push(("Took", time::duration(millis)));
    }
    if let Some(millis) = rehearsal.copied_in {
        facts.push(("Forking took", time::duration(millis)));
    }
    facts.push(("Fork", fate(rehearsal)));
    facts
}

/// What became of a rehearsal's fork, as a sentence.
pub fn fate(rehearsal: &Rehearsal) -> String {
    let fork = &rehearsal.fork;
    match &rehearsal.fate {
        Fate::Destroyed => format!("{fork} was destroyed."),
        Fate::Kept => format!(
            "{fork} was kept.{} It takes one of the project’s sandboxes until somebody destroys it.",
            partly_migrated(rehearsal)
        ),
        Fate::Left { reason } => reason.clone(),
        Fate::Unknown => format!("{fork} may still be there."),
    }
}

fn project(rehearsal: &Rehearsal) -> Vec<String> {
    let held = rehearsal.held_back.iter().map(|held| {
        let name = held
            .name
            .as_ref()
            .map_or_else(String::new, |name| format!(" (“{name}”)"));
        let times = match held.count {
            1 => String::new(),
            n => format!(", {n} times"),
        };
        format!(
            "{} would change {}: {} {}{name}{times}. It was not sent.",
            held.script,
            held.resource.plural(),
            held.verb,
            held.template,
        )
    });
    held.collect()
}

/// What no rehearsal can show, and what this one could not.
pub fn blind(rehearsal: &Rehearsal) -> Vec<Blind> {
    let mut blind = Vec::new();
    let held: u32 = rehearsal.held_back.iter().map(|held| held.count).sum();
    blind.push(Blind {
        title: "Changes of the whole project",
        sentence: match held {
            0 => "None was asked for. A rehearsal holds such changes back.".to_owned(),
            held => format!(
                "{} held back and answered as if done, so that the scripts went on. Whether the CMS would have accepted {} is not known.",
                match held {
                    1 => "1 call was".to_owned(),
                    n => format!("{n} calls were"),
                },
                if held == 1 { "it" } else { "them" },
            ),
        },
    });
    let always = [
        (
            "Schedules",
            "Publications that are scheduled run by themselves in primary, in the middle of a release too; on the fork nobody waited for them.",
        ),
        (
            "Webhooks and builds",
            "Webhooks may have been called for what happened on the fork. What their receivers, and your site’s build, will make of the promotion is not rehearsed.",
        ),
        (
            "Other people’s edits",
            "What is written in primary after the fork was made was not there: a record that breaks a new rule may come any time before the freeze.",
        ),
        (
            "Load",
            "Another day the CMS may be slower, and others may use up the same rate limit; the times are those of one run.",
        ),
        (
            "Promotion",
            "Nothing was promoted, so what your site does with the new schema is not shown.",
        ),
    ];
    blind.extend(always.map(|(title, sentence)| Blind {
        title,
        sentence: sentence.to_owned(),
    }));
    let deleted = schema::deleted_models(rehearsal);
    if !deleted.is_empty() {
        blind.push(Blind {
            title: "Records of deleted models",
            sentence: format!(
                "All records of {} went along with {}; they are not counted.",
                list(&deleted),
                if deleted.len() == 1 { "it" } else { "them" }
            ),
        });
    }
    blind
}

/// Why no rehearsal can be begun now; `None` where one can. `pending` is how many scripts would run, and `broken` how
/// many of them cannot.
pub fn reason_not_to_rehearse(
    observed: &Observed,
    pending: usize,
    broken: usize,
) -> Option<String> {
    if pending == 0 {
        return Some("No script is pending, so there is nothing to rehearse.".to_owned());
    }
    if broken > 0 {
        let cannot = count(
            broken,
            "pending script cannot run",
            "pending scripts cannot run",
        );
        return Some(format!("{cannot}; the list says why."));
    }
    if observed.frozen {
        return Some(
            "Maintenance mode is on: a rehearsal would take requests from the release that everybody waits for."
                .to_owned(),
        );
    }
    if observed.primary().is_none() {
        return Some("Your role cannot see the primary environment.".to_owned());
    }
    if let Some(full) = no_room(observed) {
        return Some(full);
    }
    lacking(observed.abilities)
}

fn no_room(observed: &Observed) -> Option<String> {
    let quota = observed.quota?;
    let limit = quota.limit.filter(|limit| quota.used >= *limit)?;
    let left = observed.rehearsals.len();
    let hint = match left {
        0 => "Delete one that nobody needs.".to_owned(),
        1 => "1 of them was left by a rehearsal: destroy it first.".to_owned(),
        n => format!("{n} of them were left by rehearsals: destroy one first."),
    };
    Some(format!("{} {hint}", all_in_use(limit)))
}

/// What is said of a fork that a rehearsal left, so that a person can decide to destroy it. `me` is who looks, and
/// `known` the rehearsals this browser remembers.
pub fn left_fork(left: &LeftFork, known: &[Rehearsal], me: &Person) -> String {
    let fork = &left.fork;
    let mine = known.iter().find(|rehearsal| rehearsal.fork == *fork);
    match (mine, left.known_by) {
        (Some(rehearsal), _) => match &rehearsal.fate {
            Fate::Kept => format!(
                "{fork} was kept from a rehearsal of {}.{} Destroy it when nobody needs it any more.",
                time::utc(rehearsal.began),
                partly_migrated(rehearsal)
            ),
            Fate::Left { .. } | Fate::Destroyed => format!(
                "{fork} is left over from {} rehearsal of {}.{} Nobody needs it any more; destroying it frees a sandbox.",
                whose(rehearsal, me),
                time::utc(rehearsal.began),
                partly_migrated(rehearsal)
            ),
            Fate::Unknown => format!(
                "{fork} belongs to {} rehearsal of {}, whose page went away before its end.{} Unless it is still running in another window of this browser, nobody needs it any more; destroying it frees a sandbox.",
                whose(rehearsal, me),
                time::utc(rehearsal.began),
                partly_migrated(rehearsal)
            ),
        },
        (None, KnownBy::ThisBrowser) => format!(
            "{fork} was made for a rehearsal in this browser, whose page went away before its end. Nobody needs it any more; destroying it frees a sandbox."
        ),
        (None, KnownBy::Mark) => format!(
            "{fork} belongs to a rehearsal in another browser. It may still be running there, or somebody may have kept it; ask before you destroy it."
        ),
    }
}

fn whose(rehearsal: &Rehearsal, me: &Person) -> &'static str {
    if rehearsal.by == *me {
        "your"
    } else {
        "a colleague’s"
    }
}

#[cfg(test)]
mod tests;

//! Planning a release: its proposed title, and the one reason why it cannot be created yet.

use std::collections::BTreeSet;

use datocms_client::EnvironmentId;

use crate::{
    checks::{self, Check, Facts, Outcome},
    observed::Observed,
    plan::propose_sandbox,
};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A title for a release planned on `date` (`YYYY-MM-DD`): "Release of 21 November 2026".
pub fn propose_title(date: &str) -> String {
    let said = || {
        let mut parts = date.split('-');
        let year = parts.next()?;
        let month: usize = parts.next()?.parse().ok()?;
        let day: u32 = parts.next()?.parse().ok()?;
        let month = MONTHS.get(month.checked_sub(1)?)?;
        Some(format!("Release of {day} {month} {year}"))
    };
    said().unwrap_or_else(|| "Release".to_owned())
}

/// A free name for the sandbox of a release planned on `date` (`YYYY-MM-DD`); empty where none can be found.
pub fn propose_name(observed: &Observed, date: &str) -> String {
    let taken: BTreeSet<EnvironmentId> = observed
        .environments
        .iter()
        .map(|environment| environment.id.clone())
        .collect();
    observed
        .primary()
        .and_then(|primary| propose_sandbox(&primary.id, date, &taken))
        .map(|id| id.to_string())
        .unwrap_or_default()
}

/// The checklist for what is on the page: the sandbox's name as typed, and how many scripts are pending.
pub fn checklist(observed: &Observed, sandbox: &str, pending: usize) -> Vec<Check> {
    let mut editors: Vec<String> = Vec::new();
    for editor in observed.editors.iter().flatten() {
        if !editors.contains(&editor.person.name) {
            editors.push(editor.person.name.clone());
        }
    }
    checks::run(&Facts {
        abilities: observed.abilities,
        quota: observed.quota,
        environments: &names(observed),
        sandbox,
        frozen: observed.frozen,
        ledger_misfit: observed.ledger_misfit.as_deref(),
        pending,
        editors: &editors,
    })
}

/// What is wrong with the sandbox's name as typed, for the field; `None` where it is fine.
pub fn name_error(observed: &Observed, sandbox: &str) -> Option<String> {
    checks::name_problem(sandbox, &names(observed))
}

fn names(observed: &Observed) -> Vec<EnvironmentId> {
    let environments = observed.environments.iter();
    environments
        .map(|environment| environment.id.clone())
        .collect()
}

/// Why the release cannot be created yet: the first thing to do, as a sentence.
///
/// `broken` is how many pending scripts cannot run; `None` where no files were read.
pub fn reason_not_to_create(
    observed: &Observed,
    title: &str,
    broken: Option<usize>,
    checks: &[Check],
) -> Option<String> {
    if let Some(release) = observed.under_way() {
        return Some(format!(
            "“{}” is under way. Finish it or give it up first.",
            release.plan().title
        ));
    }
    if observed.primary().is_none() {
        return Some("Your role cannot see the primary environment.".to_owned());
    }
    if title.trim().is_empty() {
        return Some("Give the release a title.".to_owned());
    }
    match broken {
        None => return Some("Choose your migrations first.".to_owned()),
        Some(0) => {}
        Some(1) => return Some("A pending script cannot run; the list says why.".to_owned()),
        Some(n) => {
            return Some(format!(
                "{n} pending scripts cannot run; the list says why."
            ));
        }
    }
    checks
        .iter()
        .find(|check| check.outcome == Outcome::Block)
        .map(|check| format!("{}: {}", check.name, lower_first(&check.sentence)))
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .into_iter()
        .flat_map(char::to_lowercase)
        .collect();
    format!("{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::Person,
        observed::Editor,
        view::sample::{self, at},
    };
    use rstest::rstest;

    #[rstest]
    #[case("2026-11-21", "Release of 21 November 2026")]
    #[case("2026-01-02", "Release of 2 January 2026")]
    #[case("2026-13-02", "Release")]
    #[case("today", "Release")]
    fn the_title_is_proposed_from_the_date(#[case] date: &str, #[case] title: &str) {
        assert_eq!(propose_title(date), title);
    }

    #[test]
    fn the_proposed_name_is_free() {
        let mut world = sample::world();
        world
            .environments
            .push(sample::sandbox("main-2026-11-21", None));
        let name = propose_name(&world, "2026-11-21");
        assert_eq!(name, "main-2026-11-21-2");
        assert_eq!(name_error(&world, &name), None);
    }

    #[rstest]
    #[case("", "Give the sandbox a name.")]
    #[case(
        "Rel",
        "The name cannot have “R” in it. Use lowercase letters, digits and dashes."
    )]
    #[case(
        "slipway-rehearsal-0123456789ab",
        "Names like slipway-rehearsal-0123456789ab are for rehearsals, which are never promoted. Choose another name."
    )]
    #[case(
        "main",
        "An environment called main exists already. Choose another name."
    )]
    fn a_bad_name_is_told_beside_the_field(#[case] name: &str, #[case] said: &str) {
        assert_eq!(name_error(&sample::world(), name).as_deref(), Some(said));
    }

    #[test]
    fn the_first_thing_to_do_is_named() {
        let world = sample::world();
        let reason = |title: &str, broken, sandbox: &str, pending| {
            let checks = checklist(&world, sandbox, pending);
            reason_not_to_create(&world, title, broken, &checks)
        };
        assert_eq!(
            reason(" ", None, "x", 0).unwrap(),
            "Give the release a title."
        );
        assert_eq!(
            reason("T", None, "x", 0).unwrap(),
            "Choose your migrations first."
        );
        assert_eq!(
            reason("T", Some(2), "x", 2).unwrap(),
            "2 pending scripts cannot run; the list says why."
        );
        assert!(
            reason("T", Some(0), "main", 2)
                .unwrap()
                .starts_with("Sandbox name: an environment called main")
        );
        assert!(
            reason("T", Some(0), "x", 0)
                .unwrap()
                .starts_with("Migrations: no script is pending")
        );
        assert_eq!(reason("T", Some(0), "x", 1), None);
    }

    #[test]
    fn a_person_with_two_records_open_is_named_once() {
        let mut world = sample::world();
        let editor = |record: &str| Editor {
            person: Person {
                id: "bo".to_owned(),
                name: "Bo".to_owned(),
            },
            record: record.to_owned(),
            model: None,
            last_activity_at: at(0),
            locked: true,
        };
        world.editors = Some(vec![editor("1"), editor("2")]);
        let checks = checklist(&world, "rel-1", 1);
        assert!(
            checks
                .iter()
                .any(|check| check.sentence.starts_with("Bo is editing"))
        );
    }
}

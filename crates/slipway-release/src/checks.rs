//! What is checked before the freeze, so that nobody waits for a release that cannot work.

use datocms_client::{EnvironmentId, InvalidEnvironmentId};

use crate::{rehearsal::fork, view::words::list};

/// What the role of the person at the page allows, resolved through inheritance.
#[expect(
    clippy::struct_excessive_bools,
    reason = "four independent permissions of the CMS"
)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Abilities {
    /// Fork and destroy sandboxes (`can_manage_environments`).
    pub manage_environments: bool,
    /// Promote, and toggle maintenance mode (`can_promote_environments`).
    pub promote_environments: bool,
    /// Change models and fields, which migrations and the ledger need (`can_edit_schema`).
    pub edit_schema: bool,
    /// Enter primary and sandboxes alike (`environments_access` is `all`).
    pub enter_all_environments: bool,
}

impl Abilities {
    /// Everything: an owner, or the role with all permissions.
    pub const ALL: Self = Self {
        manage_environments: true,
        promote_environments: true,
        edit_schema: true,
        enter_all_environments: true,
    };

    /// What is missing for driving a release, as the CMS's role screen words it.
    pub fn missing(self) -> Vec<&'static str> {
        [
            (
                self.promote_environments,
                "promote environments and manage maintenance mode",
            ),
            (
                self.manage_environments,
                "create and delete sandbox environments",
            ),
            (self.edit_schema, "edit models and fields"),
            (
                self.enter_all_environments,
                "access the primary and all sandbox environments",
            ),
        ]
        .into_iter()
        .filter_map(|(has, name)| (!has).then_some(name))
        .collect()
    }
}

/// How many sandboxes the project's plan allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxQuota {
    /// Sandboxes that exist.
    pub used: u64,
    /// Sandboxes allowed; `None` is no limit.
    pub limit: Option<u64>,
}

/// That all sandboxes are in use of which the project may have so many, as a sentence.
pub fn all_in_use(limit: u64) -> String {
    match limit {
        0 => "The project’s plan has no sandboxes.".to_owned(),
        1 => "The project’s one sandbox is in use.".to_owned(),
        limit => format!("All {limit} sandboxes of the project are in use."),
    }
}

/// What the checks look at. `None` means that it could not be read.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// What the role allows.
    pub abilities: Abilities,
    /// The sandbox quota.
    pub quota: Option<SandboxQuota>,
    /// Every environment that exists.
    pub environments: &'a [EnvironmentId],
    /// The sandbox's name as typed.
    pub sandbox: &'a str,
    /// Whether maintenance mode is on already.
    pub frozen: bool,
    /// Why the ledger of migrations could not take a script's name; `None` where it could.
    pub ledger_misfit: Option<&'a str>,
    /// How many scripts will run.
    pub pending: usize,
    /// Names of people who are editing records now.
    pub editors: &'a [String],
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Fine.
    Pass,
    /// Worth knowing; the release may start.
    Warn,
    /// The release cannot start like this.
    Block,
}

/// One line of the checklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// How it ended.
    pub outcome: Outcome,
    /// One sentence: what was found, and where it blocks, what to do.
    pub sentence: String,
}

/// Runs every check, in the order they are shown.
pub fn run(facts: &Facts<'_>) -> Vec<Check> {
    vec![
        permissions(facts),
        sandbox_name(facts),
        room(facts),
        scripts(facts),
        ledger(facts),
        maintenance(facts),
        editors(facts),
    ]
}

/// Whether nothing blocks.
pub fn may_start(checks: &[Check]) -> bool {
    checks.iter().all(|check| check.outcome != Outcome::Block)
}

fn check(name: &'static str, outcome: Outcome, sentence: impl Into<String>) -> Check {
    Check {
        name,
        outcome,
        sentence: sentence.into(),
    }
}

fn permissions(facts: &Facts<'_>) -> Check {
    let missing = facts.abilities.missing();
    if missing.is_empty() {
        return check(
            "Your role",
            Outcome::Pass,
            "It allows everything that a release needs.",
        );
    }
    let missing: Vec<String> = missing.iter().map(|name| format!("to {name}")).collect();
    check(
        "Your role",
        Outcome::Block,
        format!(
            "It lacks the permission {}. Ask an admin to extend your role, or to drive this release.",
            list(&missing)
        ),
    )
}

fn sandbox_name(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Sandbox name";
    match name_problem(facts.sandbox, facts.environments) {
        Some(problem) => check(NAME, Outcome::Block, problem),
        None => check(NAME, Outcome::Pass, format!("{} is free.", facts.sandbox)),
    }
}

/// Why the sandbox cannot have the name as typed beside these environments, and what to do; `None` where it can.
pub fn name_problem(name: &str, environments: &[EnvironmentId]) -> Option<String> {
    match name.parse::<EnvironmentId>() {
        Err(InvalidEnvironmentId::Empty) => Some("Give the sandbox a name.".to_owned()),
        Err(InvalidEnvironmentId::Char { found, .. }) => {
            let found = match found {
                ' ' => "spaces".to_owned(),
                other => format!("“{other}”"),
            };
            Some(format!(
                "The name cannot have {found} in it. Use lowercase letters, digits and dashes."
            ))
        }
        Ok(id) if fork::is_name(&id) => Some(format!(
            "Names like {id} are for rehearsals, which are never promoted. Choose another name."
        )),
        Ok(id) if environments.contains(&id) => Some(format!(
            "An environment called {id} exists already. Choose another name."
        )),
        Ok(_) => None,
    }
}

fn room(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Sandbox quota";
    match facts.quota {
        None => check(
            NAME,
            Outcome::Warn,
            "It could not be read. If there is no room for another sandbox, this will show when primary is forked.",
        ),
        Some(SandboxQuota { limit: None, used }) => {
            let are = match used {
                0 => "No sandbox is".to_owned(),
                1 => "1 sandbox is".to_owned(),
                used => format!("{used} sandboxes are"),
            };
            check(
                NAME,
                Outcome::Pass,
                format!("{are} in use, and there is no limit."),
            )
        }
        Some(SandboxQuota { limit: Some(0), .. }) => check(
            NAME,
            Outcome::Block,
            format!("{} Extend the plan first.", all_in_use(0)),
        ),
        Some(SandboxQuota {
            used,
            limit: Some(limit),
        }) if used >= limit => check(
            NAME,
            Outcome::Block,
            format!("{} Delete one that nobody needs.", all_in_use(limit)),
        ),
        Some(SandboxQuota {
            used,
            limit: Some(limit),
        }) => {
            let free = match (limit - used, limit) {
                (1, 1) => "The project’s one sandbox is free.".to_owned(),
                (1, limit) => format!("1 of {limit} sandboxes is free."),
                (free, limit) => format!("{free} of {limit} sandboxes are free."),
            };
            check(NAME, Outcome::Pass, free)
        }
    }
}

fn scripts(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Migrations";
    match facts.pending {
        0 => check(
            NAME,
            Outcome::Block,
            "No script is pending. Choose a folder with a migration that has not run on this project.",
        ),
        1 => check(NAME, Outcome::Pass, "1 script is pending."),
        n => check(NAME, Outcome::Pass, format!("{n} scripts are pending.")),
    }
}

fn ledger(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Ledger";
    match facts.ledger_misfit {
        None => check(NAME, Outcome::Pass, "It can take the names of the scripts."),
        Some(misfit) => check(
            NAME,
            Outcome::Block,
            format!("It cannot take the name of a script that ran: {misfit}"),
        ),
    }
}

fn maintenance(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Maintenance mode";
    if facts.frozen {
        check(
            NAME,
            Outcome::Warn,
            "It is on already. Make sure that nobody else is in the middle of a release.",
        )
    } else {
        check(NAME, Outcome::Pass, "It is off. Freezing will turn it on.")
    }
}

fn editors(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Editors";
    const FIRST: &str =
        "Primary can be frozen when they have finished, or if you freeze it anyway.";
    match facts.editors {
        [] => check(NAME, Outcome::Pass, "Nobody is editing a record."),
        [one] => check(
            NAME,
            Outcome::Warn,
            format!("{one} is editing a record. {FIRST}"),
        ),
        many => check(
            NAME,
            Outcome::Warn,
            format!("{} are editing records. {FIRST}", list(many)),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn facts<'a>() -> Facts<'a> {
        Facts {
            abilities: Abilities::ALL,
            quota: Some(SandboxQuota {
                used: 3,
                limit: Some(5),
            }),
            environments: &[],
            sandbox: "rel-1",
            frozen: false,
            ledger_misfit: None,
            pending: 3,
            editors: &[],
        }
    }

    #[test]
    fn a_ready_project_passes_everything() {
        let checks = run(&facts());
        assert!(
            checks.iter().all(|check| check.outcome == Outcome::Pass),
            "{checks:?}"
        );
    }

    #[rstest]
    #[case::role(Facts { abilities: Abilities { promote_environments: false, ..Abilities::ALL }, ..facts() }, "promote environments and manage maintenance mode")]
    #[case::quota(Facts { quota: Some(SandboxQuota { used: 5, limit: Some(5) }), ..facts() }, "All 5 sandboxes")]
    #[case::name(Facts { sandbox: "Rel 1", ..facts() }, "The name cannot have “R” in it. Use lowercase letters")]
    #[case::rehearsal(Facts { sandbox: "slipway-rehearsal-0123456789ab", ..facts() }, "are for rehearsals")]
    #[case::no_sandboxes(Facts { quota: Some(SandboxQuota { used: 0, limit: Some(0) }), ..facts() }, "The project’s plan has no sandboxes. Extend the plan first.")]
    #[case::space(Facts { sandbox: "rel 1", ..facts() }, "The name cannot have spaces in it.")]
    #[case::roles(Facts { abilities: Abilities { edit_schema: false, manage_environments: false, ..Abilities::ALL }, ..facts() }, "It lacks the permission to create and delete sandbox environments and to edit models and fields. Ask")]
    #[case::empty_name(Facts { sandbox: "", ..facts() }, "Give the sandbox a name.")]
    #[case::ledger(Facts { ledger_misfit: Some("the model `log` has no field `name`."), ..facts() }, "ran: the model `log`")]
    #[case::nothing_to_do(Facts { pending: 0, ..facts() }, "No script is pending")]
    fn what_cannot_work_blocks_with_the_reason(#[case] facts: Facts<'_>, #[case] says: &str) {
        let checks = run(&facts);
        assert!(!may_start(&checks));
        let blocking: Vec<_> = checks
            .iter()
            .filter(|c| c.outcome == Outcome::Block)
            .collect();
        assert!(
            blocking.iter().any(|c| c.sentence.contains(says)),
            "{blocking:?}"
        );
    }

    #[rstest]
    #[case(4, Some(5), "1 of 5 sandboxes is free.")]
    #[case(3, Some(5), "2 of 5 sandboxes are free.")]
    #[case(0, Some(1), "The project’s one sandbox is free.")]
    #[case(1, None, "1 sandbox is in use, and there is no limit.")]
    #[case(0, None, "No sandbox is in use, and there is no limit.")]
    fn room_is_told_in_the_right_number(
        #[case] used: u64,
        #[case] limit: Option<u64>,
        #[case] sentence: &str,
    ) {
        let quota = Some(SandboxQuota { used, limit });
        assert_eq!(room(&Facts { quota, ..facts() }).sentence, sentence);
    }

    #[test]
    fn a_taken_name_blocks() {
        let environments = ["rel-1".parse().unwrap()];
        let checks = run(&Facts {
            environments: &environments,
            ..facts()
        });
        assert!(!may_start(&checks));
    }

    #[test]
    fn editors_only_warn() {
        let editors = ["Ada".to_owned(), "Bo".to_owned()];
        let checks = run(&Facts {
            editors: &editors,
            ..facts()
        });
        assert!(may_start(&checks));
        assert!(checks.iter().any(|check| {
            check
                .sentence
                .contains("Ada and Bo are editing records. Primary")
        }));
    }
}

//! What is checked before the freeze, so that nobody waits for a release that cannot work.

use datocms_client::EnvironmentId;

use crate::rehearsal::fork;

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
            "May do everything a release needs.",
        );
    }
    check(
        "Your role",
        Outcome::Block,
        format!(
            "Lacks the permission to {}. Ask an admin to drive this release or to extend your role.",
            missing.join(", to ")
        ),
    )
}

fn sandbox_name(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Sandbox name";
    match facts.sandbox.parse::<EnvironmentId>() {
        Err(error) => check(
            NAME,
            Outcome::Block,
            format!("{error}. Use lowercase letters, digits and dashes."),
        ),
        Ok(id) if fork::is_name(&id) => check(
            NAME,
            Outcome::Block,
            format!(
                "{id} is a name for rehearsals, and those are never promoted. Choose another name."
            ),
        ),
        Ok(id) if facts.environments.contains(&id) => check(
            NAME,
            Outcome::Block,
            format!("An environment called {id} exists already. Choose another name."),
        ),
        Ok(id) => check(NAME, Outcome::Pass, format!("{id} is free.")),
    }
}

fn room(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Sandbox quota";
    match facts.quota {
        None => check(
            NAME,
            Outcome::Warn,
            "Could not be read; if the project has no room, forking will say so.",
        ),
        Some(SandboxQuota { limit: None, used }) => {
            check(NAME, Outcome::Pass, format!("{used} in use, no limit."))
        }
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
        }) => check(
            NAME,
            Outcome::Pass,
            format!("{} of {limit} sandboxes are free.", limit - used),
        ),
    }
}

fn scripts(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Migrations";
    match facts.pending {
        0 => check(
            NAME,
            Outcome::Block,
            "No script is pending: every migration of the folder has run on this project, or none was chosen.",
        ),
        1 => check(NAME, Outcome::Pass, "1 script is pending."),
        n => check(NAME, Outcome::Pass, format!("{n} scripts are pending.")),
    }
}

fn ledger(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Ledger";
    match facts.ledger_misfit {
        None => check(NAME, Outcome::Pass, "Can take the names of the scripts."),
        Some(misfit) => check(
            NAME,
            Outcome::Block,
            format!("Could not take the name of a script that ran: {misfit}"),
        ),
    }
}

fn maintenance(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Maintenance mode";
    if facts.frozen {
        check(
            NAME,
            Outcome::Warn,
            "Is on already. Make sure that nobody else is in the middle of a release.",
        )
    } else {
        check(NAME, Outcome::Pass, "Is off; freezing will turn it on.")
    }
}

fn editors(facts: &Facts<'_>) -> Check {
    const NAME: &str = "Editors";
    match facts.editors {
        [] => check(NAME, Outcome::Pass, "Nobody is editing a record."),
        [one] => check(
            NAME,
            Outcome::Warn,
            format!("{one} is editing a record. Freezing will wait or ask you."),
        ),
        many => check(
            NAME,
            Outcome::Warn,
            format!(
                "{} are editing records. Freezing will wait or ask you.",
                many.join(", ")
            ),
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
    #[case::name(Facts { sandbox: "Rel 1", ..facts() }, "lowercase letters")]
    #[case::rehearsal(Facts { sandbox: "slipway-rehearsal-0123456789ab", ..facts() }, "a name for rehearsals")]
    #[case::empty_name(Facts { sandbox: "", ..facts() }, "cannot be empty")]
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
        assert!(
            checks
                .iter()
                .any(|check| check.sentence.contains("Ada, Bo are editing"))
        );
    }
}

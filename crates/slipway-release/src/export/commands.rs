//! The commands of the vendor's CLI that would do what a release did (reference section 8).
//!
//! What has no command stands as a comment, so that the list tells the whole story. Everything that
//! people or servers wrote is made one line before it becomes a comment, and quoted before it becomes
//! an argument.

use crate::{
    event::{Entry, Event, Evidence},
    export::Source,
    phase::Phase,
    plan::Plan,
    release::Release,
    step::{Step, Then},
    view::{evidence, time},
};

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A command, ready for a POSIX shell.
    Command(String),
    /// What has no command, or explains the next one; without its hash sign.
    Comment(String),
}

/// What a release did, as commands: those of the steps that are known to be done, in their order.
/// Of a release that is under way, what is still to come stands as comments at the end.
pub fn commands(release: &Release) -> Vec<Line> {
    let mut list = List {
        plan: release.plan(),
        lines: Vec::new(),
        migrating: false,
    };
    for entry in release.log() {
        list.tell(release, entry);
    }
    list.rest(release);
    list.lines
}

/// The list as a shell script with an introduction.
pub(super) fn script(source: Source<'_>) -> String {
    let plan = source.release.plan();
    let introduction = [
        format!("{} · {}", plan.title, source.project),
        format!(
            "What release {} did, as commands of the DatoCMS CLI. Written by Slipway, {}.",
            plan.id,
            time::utc(source.at)
        ),
        "Needs the npm package `datocms`, a token in DATOCMS_API_TOKEN, and for `migrations:run` a"
            .to_owned(),
        "datocms.config.json beside the folder `migrations` (or give --migrations-dir).".to_owned(),
        "It records what was done. To do it again, read it first and run it line by line."
            .to_owned(),
    ];
    let mut text = "#!/bin/sh\n".to_owned();
    for line in introduction {
        text.push_str(&comment(&line));
    }
    text.push_str("set -eu\n\n");
    for line in commands(source.release) {
        match line {
            Line::Comment(line) => text.push_str(&comment(&line)),
            Line::Command(command) => {
                text.push_str(&command);
                text.push('\n');
            }
        }
    }
    text
}

fn comment(line: &str) -> String {
    format!("# {}\n", one_line(line))
}

struct List<'a> {
    plan: &'a Plan,
    lines: Vec<Line>,
    /// Whether the command that runs the migrations was written for the present fork.
    migrating: bool,
}

impl List<'_> {
    fn tell(&mut self, release: &Release, entry: &Entry) {
        if let Some(step) = entry.event.started() {
            // The outcome tells more, and where there is none the end of the list says so.
            if let Step::Migrate(index) = step
                && !self.migrating
            {
                self.migrate(entry, index);
            }
        } else if let Some((step, evidence)) = entry.event.succeeded()
            && !matches!(step, Step::Migrate(_))
        {
            self.done(release, entry, step, evidence);
        } else if let Event::Refrozen { forced } = entry.event {
            self.moment(entry);
            self.command(Step::Freeze, forced);
        } else if !matches!(entry.event, Event::NotApplied(_)) {
            self.note(release, entry);
        }
    }

    fn done(&mut self, release: &Release, entry: &Entry, step: Step, evidence: &Evidence) {
        if let Some(reason) = without_command(evidence) {
            self.note(release, entry);
            self.comment(reason);
        } else {
            self.moment(entry);
            self.command(step, evidence_forces(evidence));
        }
        if matches!(step, Step::Discard(_)) {
            self.migrating = false;
        }
    }

    /// One command runs every file that the ledger does not name; the plan says which those were.
    fn migrate(&mut self, entry: &Entry, index: usize) {
        self.migrating = true;
        self.moment(entry);
        self.comment(
            "Runs every file of the folder that the ledger does not name. At that time these:",
        );
        for script in self.plan.scripts.iter().skip(index) {
            let line = format!("  {}  sha256 {}", script.name, script.sha256);
            self.lines.push(Line::Comment(line));
        }
        self.command(Step::Migrate(index), false);
    }

    /// What is still to come, or what is not known.
    fn rest(&mut self, release: &Release) {
        match release.phase() {
            Phase::Live | Phase::Abandoned | Phase::RolledBack => return,
            Phase::InDoubt(step) => {
                let line = format!("What became of “{}” is not known yet.", step.verb());
                self.lines.push(Line::Comment(line));
            }
            Phase::Ready(_) | Phase::Review | Phase::Failed { .. } | Phase::Stuck { .. } => {}
        }
        let mut next = match release.phase() {
            Phase::InDoubt(step) => after(*step, self.plan.scripts.len()),
            Phase::Ready(step) | Phase::Failed { step, .. } | Phase::Stuck { step, .. } => {
                Some(*step)
            }
            Phase::Review => Some(Step::Promote),
            Phase::Live | Phase::Abandoned | Phase::RolledBack => None,
        };
        if next.is_some() {
            self.comment("Not done yet:");
        }
        while let Some(step) = next {
            if matches!(step, Step::Discard(_)) {
                self.migrating = false;
            }
            let skipped = matches!(step, Step::Migrate(index) if self.migrating || index > 0);
            if !skipped {
                let command = command(self.plan, step, false);
                self.lines.push(Line::Comment(command));
            }
            next = after(step, self.plan.scripts.len());
        }
    }

    /// A sentence of the log.
    fn note(&mut self, release: &Release, entry: &Entry) {
        let sentence = evidence::sentence(release, &entry.event);
        let line = format!("{}, {}: {sentence}", time::utc(entry.at), entry.by.name);
        self.lines.push(Line::Comment(line));
    }

    /// When and by whom, above a command that says what.
    fn moment(&mut self, entry: &Entry) {
        let line = format!("{}, {}:", time::utc(entry.at), entry.by.name);
        self.lines.push(Line::Comment(line));
    }

    fn comment(&mut self, line: &str) {
        self.lines.push(Line::Comment(line.to_owned()));
    }

    fn command(&mut self, step: Step, forced: bool) {
        self.lines
            .push(Line::Command(command(self.plan, step, forced)));
    }
}

/// Why a step that is done needed no command.
fn without_command(evidence: &Evidence) -> Option<&'static str> {
    match evidence {
        Evidence::Frozen { adopted: true, .. } => Some("So there is nothing to turn on."),
        Evidence::Frozen { .. }
        | Evidence::Forked { .. }
        | Evidence::Migrated(_)
        | Evidence::Promoted { .. }
        | Evidence::Thawed
        | Evidence::Discarded
        | Evidence::Restored => None,
    }
}

fn evidence_forces(evidence: &Evidence) -> bool {
    matches!(evidence, Evidence::Frozen { forced: true, .. })
}

/// The command that does a step.
fn command(plan: &Plan, step: Step, forced: bool) -> String {
    let (source, sandbox) = (plan.source.as_str(), plan.sandbox.as_str());
    match step {
        Step::Freeze | Step::FreezeAgain if forced => cli(&["maintenance:on", "--force"], &[]),
        Step::Freeze | Step::FreezeAgain => cli(&["maintenance:on"], &[]),
        // Primary is frozen by then: a fast copy stops nobody who is not stopped already.
        Step::Fork => cli(
            &["environments:fork", "--fast", "--force"],
            &[source, sandbox],
        ),
        Step::Migrate(_) => cli(
            &[
                "migrations:run",
                &format!("--source={sandbox}"),
                "--in-place",
                &format!("--migrations-model={}", plan.ledger_model),
            ],
            &[],
        ),
        Step::Promote => cli(&["environments:promote"], &[sandbox]),
        Step::Unfreeze | Step::Reopen | Step::Thaw => cli(&["maintenance:off"], &[]),
        Step::Discard(Then::ForkAgain | Then::Reopen) => cli(&["environments:destroy"], &[sandbox]),
        Step::Restore => cli(&["environments:promote"], &[source]),
    }
}

/// A call of the CLI. A name that begins with a dash must not be taken for an option.
fn cli(words: &[&str], names: &[&str]) -> String {
    let mut words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
    if names.iter().any(|name| name.starts_with('-')) {
        words.push("--".to_owned());
    }
    words.extend(names.iter().map(|name| quoted(name)));
    format!("npx datocms {}", words.join(" "))
}

/// The step that follows when all goes well.
fn after(step: Step, scripts: usize) -> Option<Step> {
    match step {
        Step::Freeze | Step::Discard(Then::ForkAgain) => Some(Step::Fork),
        Step::Fork if scripts > 0 => Some(Step::Migrate(0)),
        Step::Migrate(index) if index + 1 < scripts => Some(Step::Migrate(index + 1)),
        Step::Fork | Step::Migrate(_) => Some(Step::Promote),
        Step::Promote => Some(Step::Unfreeze),
        Step::Discard(Then::Reopen) => Some(Step::Reopen),
        Step::FreezeAgain => Some(Step::Restore),
        Step::Restore => Some(Step::Thaw),
        Step::Unfreeze | Step::Reopen | Step::Thaw => None,
    }
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A text without anything that could end a comment or move the cursor.
fn one_line(text: &str) -> String {
    let line: String = text
        .chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
                ' '
            } else {
                c
            }
        })
        .collect();
    line.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("main", "main")]
    #[case("--source=rel-1", "--source=rel-1")]
    #[case("", "''")]
    #[case("a b", "'a b'")]
    #[case("$(rm -rf /)", "'$(rm -rf /)'")]
    #[case("it's", r"'it'\''s'")]
    #[case("a\nb", "'a\nb'")]
    fn a_word_stays_one_word(#[case] word: &str, #[case] expected: &str) {
        assert_eq!(quoted(word), expected);
    }

    #[test]
    fn a_name_that_looks_like_an_option_is_none() {
        assert_eq!(
            cli(&["environments:promote"], &["--force"]),
            "npx datocms environments:promote -- --force"
        );
    }

    #[test]
    fn a_comment_cannot_be_left() {
        assert_eq!(
            comment("a\nrm -rf /\r\u{2028}\u{85}\u{1b}[2J"),
            "# a rm -rf /    [2J\n"
        );
    }
}

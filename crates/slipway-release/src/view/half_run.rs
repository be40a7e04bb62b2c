//! A sandbox on which a script ended half-way: which script, at which call, and what it had done by then. Such a sandbox
//! is never migrated further; whoever decides what becomes of it reads this first.

use datocms_client::EnvironmentId;

use crate::{
    event::Event,
    failure::{Failure, FailureKind, ScriptEnd},
    observed::Observed,
    release::Release,
    step::Step,
    view::{migrations::readable, step::describe, words::count},
};

/// A script that ended half-way on a sandbox that is still there, as far as the log knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfRun<'a> {
    /// The sandbox.
    pub sandbox: &'a EnvironmentId,
    /// The script's name.
    pub script: &'a str,
    /// How it ended.
    pub failure: &'a Failure,
}

/// The script that ended half-way on the release's sandbox, if one did. A fresh fork knows nothing of it.
pub fn half_run(release: &Release) -> Option<HalfRun<'_>> {
    let plan = release.plan();
    let mut found = None;
    for entry in release.log() {
        if let Event::Failed(Step::Migrate(index), failure) = &entry.event
            && !failure.kind.may_retry()
        {
            found = plan.scripts.get(*index).map(|script| HalfRun {
                sandbox: &plan.sandbox,
                script: &script.name,
                failure,
            });
        } else if matches!(
            entry.event,
            Event::Succeeded(Step::Fork | Step::Discard(_), _)
        ) {
            found = None;
        }
    }
    found
}

/// What is said of an environment in the list of all: that a script ended half-way on it.
pub fn mark(observed: &Observed, environment: &EnvironmentId) -> Option<String> {
    let mut releases = observed.releases.iter();
    let found = releases.find_map(|release| {
        let found = half_run(release)?;
        // Of an environment made later under the same name nothing is known.
        let made = observed.environment(environment)?.created_at;
        let same = release.forked_at().is_none_or(|forked| forked == made);
        (found.sandbox == environment && same).then_some(found)
    });
    found.map(HalfRun::in_short)
}

impl HalfRun<'_> {
    /// Where it ended, in few words: script, call and request.
    pub fn in_short(self) -> String {
        let verb = match self.failure.kind {
            FailureKind::ScriptStopped => "was stopped",
            FailureKind::EditorsActive
            | FailureKind::NameTaken
            | FailureKind::QuotaReached
            | FailureKind::Forbidden
            | FailureKind::ScriptThrew
            | FailureKind::ScriptSilent
            | FailureKind::ScriptLimit
            | FailureKind::ScriptForbidden
            | FailureKind::ScriptUnprepared
            | FailureKind::ScriptInterrupted
            | FailureKind::FreezeLost
            | FailureKind::WorldChanged
            | FailureKind::Rejected => "ended",
        };
        let at = match &self.failure.script {
            Some(end) => at_call(end),
            None => "at a call that is not known".to_owned(),
        };
        format!("{} {verb} {at}", self.script)
    }

    /// What it had done by then, as a sentence.
    pub fn had_done(self) -> String {
        match &self.failure.script {
            Some(end) => had_done(end),
            None => "What it had done by then is not known.".to_owned(),
        }
    }
}

/// What a script had done before it ended, as a sentence: "It had made 12 calls: 11 records updated.", or that it had
/// changed nothing.
pub fn had_done(end: &ScriptEnd) -> String {
    if end.done.calls == 0 {
        return "It had made no call.".to_owned();
    }
    let calls = count(end.done.calls, "call", "calls");
    if end.done.effects.is_empty() {
        return format!("It had made {calls} and changed nothing.");
    }
    format!(
        "It had made {calls}: {}",
        lower(&describe(&end.done.effects))
    )
}

/// "at call 12, PUT /items/R1".
fn at_call(end: &ScriptEnd) -> String {
    match (&end.last, end.done.calls) {
        (_, 0) => "before its first call".to_owned(),
        (Some(last), calls) => {
            let path = last.path.split('?').next().unwrap_or_default();
            format!("at call {calls}, {} {}", last.method, readable(path))
        }
        (None, calls) => format!("at call {calls}"),
    }
}

fn lower(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first: String = (letters.next().into_iter())
        .flat_map(char::to_lowercase)
        .collect();
    format!("{first}{}", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        event::{Evidence, ScriptSummary},
        failure::Request,
        step::Then,
        view::sample::{self, at, replay, until_fork},
    };

    fn ended(kind: FailureKind, calls: u32) -> Event {
        let end = ScriptEnd {
            done: ScriptSummary {
                calls,
                effects: match calls {
                    0 | 1 => Vec::new(),
                    _ => vec![("record updated".to_owned(), 11)],
                },
                from_ledger: false,
            },
            last: (calls > 0).then(|| Request::new("PUT", "/items/R%2B1?nested=true")),
            ..ScriptEnd::default()
        };
        let failure = Failure::new(kind, "It ended.").of_script(end);
        Event::Failed(Step::Migrate(1), failure)
    }

    /// A release whose second script began, and then this.
    fn with(events: &[Event]) -> Release {
        let mut log = until_fork("rel-1", &["1_a.ts", "2_b.ts"]);
        let migrated = Evidence::Migrated(ScriptSummary::default());
        log.extend([
            Event::Started(Step::Migrate(0)),
            Event::Succeeded(Step::Migrate(0), migrated),
            Event::Started(Step::Migrate(1)),
        ]);
        log.extend_from_slice(events);
        replay(&log)
    }

    #[test]
    fn a_script_that_ended_half_way_marks_its_sandbox_at_script_and_call() {
        let release = with(&[ended(FailureKind::ScriptThrew, 12)]);
        let found = half_run(&release).unwrap();
        assert_eq!(found.in_short(), "2_b.ts ended at call 12, PUT /items/R+1");
        assert_eq!(
            found.had_done(),
            "It had made 12 calls: 11 records updated."
        );

        let release = with(&[ended(FailureKind::ScriptThrew, 1)]);
        let said = half_run(&release).unwrap().had_done();
        assert_eq!(said, "It had made 1 call and changed nothing.");

        let release = with(&[ended(FailureKind::ScriptStopped, 0)]);
        let found = half_run(&release).unwrap();
        assert_eq!(found.in_short(), "2_b.ts was stopped before its first call");
        assert_eq!(found.had_done(), "It had made no call.");

        let gone = Failure::new(FailureKind::ScriptInterrupted, "The page went away.");
        let release = with(&[Event::Failed(Step::Migrate(1), gone)]);
        let found = half_run(&release).unwrap();
        assert_eq!(found.in_short(), "2_b.ts ended at a call that is not known");
        assert_eq!(found.had_done(), "What it had done by then is not known.");
    }

    #[test]
    fn a_script_that_never_began_leaves_no_mark() {
        let unprepared = Failure::new(FailureKind::ScriptUnprepared, "No such import.");
        let release = with(&[Event::Failed(Step::Migrate(1), unprepared)]);
        assert_eq!(half_run(&release), None);
    }

    #[test]
    fn the_mark_goes_with_the_sandbox_and_stays_where_it_was_left() {
        let threw = ended(FailureKind::ScriptThrew, 1);
        let given_up = Event::AbandonRequested {
            reason: String::new(),
        };
        let discard = Step::Discard(Then::Reopen);
        let gone = Event::Succeeded(discard, Evidence::Discarded);
        let release = with(&[
            threw.clone(),
            given_up.clone(),
            Event::Started(discard),
            gone,
        ]);
        assert_eq!(half_run(&release), None);

        let refused = Failure::new(FailureKind::Rejected, "It cannot be destroyed.");
        let release = with(&[
            threw,
            given_up,
            Event::Started(discard),
            Event::Failed(discard, refused),
            Event::SandboxLeft,
        ]);
        let said = "2_b.ts ended at call 1, PUT /items/R+1";
        assert_eq!(half_run(&release).unwrap().in_short(), said);

        let mut world = sample::world();
        let mut left = sample::sandbox("rel-1", Some("before"));
        left.created_at = at(3);
        world.environments.push(left);
        world.releases = vec![release];
        let id = "rel-1".parse().unwrap();
        assert_eq!(mark(&world, &id).as_deref(), Some(said));
        // Another environment that has the name now.
        world.environments[1].created_at = at(500);
        assert_eq!(mark(&world, &id), None);
    }

    #[test]
    fn a_fresh_fork_has_no_mark() {
        let again = Step::Discard(Then::ForkAgain);
        let forked = Evidence::Forked { created_at: at(20) };
        let release = with(&[
            ended(FailureKind::ScriptThrew, 3),
            Event::RestartRequested,
            Event::Started(again),
            Event::Succeeded(again, Evidence::Discarded),
            Event::Started(Step::Fork),
            Event::Succeeded(Step::Fork, forked),
        ]);
        assert_eq!(half_run(&release), None);
    }
}

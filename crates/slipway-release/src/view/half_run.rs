//! A sandbox on which a script ended half-way: which script, at which call, and what it had done by then. Such a sandbox
//! is never migrated further; whoever decides what becomes of it reads this first.

use datocms_client::EnvironmentId;

use crate::{
    effects,
    event::{Event, ScriptSummary},
    failure::{FailureKind, ScriptEnd},
    observed::Observed,
    rehearsal::{End, Rehearsal},
    release::Release,
    step::Step,
    view::{migrations::readable, step::in_doubt, words::count},
};

/// What is said where the page had gone.
const NOT_KNOWN: &str = "What it had done by then is not known.";

/// A script that ended half-way on a sandbox that is still there, as far as the log knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfRun<'a> {
    /// The sandbox.
    pub sandbox: &'a EnvironmentId,
    /// The script's name.
    pub script: &'a str,
    /// Whether a person stopped it.
    pub stopped: bool,
    /// How far it came; `None` where that is not known.
    pub end: Option<&'a ScriptEnd>,
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
                stopped: failure.kind == FailureKind::ScriptStopped,
                end: failure.script.as_deref(),
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

/// The script that ended half-way on a rehearsal's fork, if one did.
pub fn of_rehearsal(rehearsal: &Rehearsal) -> Option<HalfRun<'_>> {
    let (index, stopped, end) = match &rehearsal.end {
        End::Failed {
            script: Some(index),
            failure,
        } if !failure.kind.may_retry() => (*index, false, failure.script.as_deref()),
        End::Cancelled {
            script: Some(index),
            came,
        } => (*index, true, came.as_deref()),
        End::AllRan | End::Failed { .. } | End::Cancelled { .. } | End::Unfinished => return None,
    };
    let rehearsed = rehearsal.scripts.get(index)?;
    Some(HalfRun {
        sandbox: &rehearsal.fork,
        script: &rehearsed.script.name,
        stopped,
        end,
    })
}

/// What is said of an environment in the list of all: that a script ended half-way on it, in a release or in one of the
/// rehearsals that this browser remembers.
pub fn mark(
    observed: &Observed,
    rehearsals: &[Rehearsal],
    environment: &EnvironmentId,
) -> Option<String> {
    // No two rehearsals' forks have one name.
    let mut rehearsed = rehearsals.iter().filter_map(of_rehearsal);
    if let Some(found) = rehearsed.find(|found| found.sandbox == environment) {
        return Some(found.in_short());
    }
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
        let verb = if self.stopped { "was stopped" } else { "ended" };
        let at = match self.end {
            Some(end) => at_call(end),
            None => "at a call that is not known".to_owned(),
        };
        format!("{} {verb} {at}", self.script)
    }

    /// What it had done by then, in a sentence or more.
    pub fn had_done(self) -> String {
        match self.end {
            Some(end) => had_done(end),
            None => NOT_KNOWN.to_owned(),
        }
    }

    /// What of that goes with the sandbox.
    pub fn had_done_there(self) -> String {
        match self.end {
            Some(end) => had_done_there(&end.done),
            None => NOT_KNOWN.to_owned(),
        }
    }
}

/// What a script had done before it ended, in a sentence or more: "It had made 12 calls: 11 records updated.", or that it
/// had changed nothing. What it did to the whole project is told apart, because that stays.
pub fn had_done(end: &ScriptEnd) -> String {
    let there = had_done_there(&end.done);
    match end.done.project.warning() {
        Some(stays) => format!("{there} {stays}"),
        None => there,
    }
}

/// What of it was done to the sandbox.
fn had_done_there(done: &ScriptSummary) -> String {
    let calls = match done.calls {
        0 => "no call".to_owned(),
        calls => count(calls, "call", "calls"),
    };
    let made = match (done.is_without_effect(), done.effects.as_slice()) {
        (true, _) if done.calls > 0 => format!("It had made {calls} and changed nothing."),
        (_, []) => format!("It had made {calls}."),
        (_, effects) => format!("It had made {calls}: {}.", effects::list(effects)),
    };
    match in_doubt(done) {
        Some(in_doubt) => format!("{made} {in_doubt}"),
        None => made,
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        effects::Stays,
        event::Evidence,
        failure::{Failure, Request},
        rehearsal::sample as rehearsed,
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
                ..ScriptSummary::default()
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
    fn what_is_in_doubt_and_what_stays_is_told_and_nothing_is_not_said_for_it() {
        let counts = |effect: &str| vec![(effect.to_owned(), 1)];
        let end = |done: ScriptSummary| ScriptEnd {
            done: ScriptSummary { calls: 2, ..done },
            ..ScriptEnd::default()
        };
        let webhook = Stays {
            done: counts("webhook created"),
            ..Stays::default()
        };
        let only_project = ScriptSummary {
            project: webhook.clone(),
            ..ScriptSummary::default()
        };
        assert_eq!(
            had_done(&end(only_project)),
            "It had made 2 calls. This belongs to the whole project and stays: 1 webhook created. Running the scripts again does it again."
        );
        let in_doubt = ScriptSummary {
            in_doubt: counts("field deleted"),
            ..ScriptSummary::default()
        };
        assert_eq!(
            had_done(&end(in_doubt)),
            "It had made 2 calls. It is not known whether the CMS did this: 1 field deleted."
        );
        let all = ScriptSummary {
            effects: counts("record updated"),
            in_doubt: counts("field deleted"),
            project: webhook,
            ..ScriptSummary::default()
        };
        assert_eq!(
            had_done(&end(all)),
            "It had made 2 calls: 1 record updated. It is not known whether the CMS did this: 1 field deleted. This belongs to the whole project and stays: 1 webhook created. Running the scripts again does it again."
        );
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
        assert_eq!(mark(&world, &[], &id).as_deref(), Some(said));
        // Another environment that has the name now.
        world.environments[1].created_at = at(500);
        assert_eq!(mark(&world, &[], &id), None);
    }

    #[test]
    fn a_rehearsals_fork_is_marked_like_a_releases_sandbox() {
        let ended = |end: End| Rehearsal {
            end,
            ..rehearsed::rehearsal()
        };
        let failed = ended(End::Failed {
            script: Some(1),
            failure: rehearsed::half_run(),
        });
        let stopped = ended(End::Cancelled {
            script: Some(1),
            came: rehearsed::half_run().script,
        });
        let world = sample::world();
        let marked =
            |rehearsal: &Rehearsal| mark(&world, std::slice::from_ref(rehearsal), &rehearsal.fork);
        let said = "2_b.ts ended at call 2, POST /item-types";
        assert_eq!(marked(&failed).as_deref(), Some(said));
        let said = "2_b.ts was stopped at call 2, POST /item-types";
        assert_eq!(marked(&stopped).as_deref(), Some(said));
        assert_eq!(marked(&rehearsed::rehearsal()), None);
        let between = End::Cancelled {
            script: None,
            came: None,
        };
        assert_eq!(marked(&ended(between)), None);
        let other = "main".parse().unwrap();
        assert_eq!(mark(&world, &[failed], &other), None);
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

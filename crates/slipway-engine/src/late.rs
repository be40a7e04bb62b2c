//! What reached the sandbox without this release's scripts.
//!
//! A page that lost the release sends nothing more, but what it had sent may still be on its way: for
//! seconds, or for hours where a computer slept on it. The CMS addresses a sandbox by its name, so it
//! can even arrive in the fresh fork that took the place of the first. Nothing can call it back. So a
//! script that was in its middle is never continued, what a fresh fork has before we wrote there is
//! not built upon, and before the promotion everything is told that changed after the last script.

use datocms_client::{ApiError, Environment, Timer, Timestamp, Transport};
use slipway_release::{
    Event, FailureKind, Release, ScriptIndex, Step,
    drift::{ChangedRecord, Late},
    effects::Stays,
};

use crate::{
    drift::SETTLING_MILLIS,
    engine::Engine,
    ledger::LedgerEntry,
    ports::Ports,
    steps::{failed, remains},
};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What changed in the sandbox after the release's last script there.
    pub(crate) async fn late(
        &self,
        release: &Release,
        environments: &[Environment],
        ledger: &[LedgerEntry],
    ) -> Result<Option<Late>, ApiError> {
        let sandbox = &release.plan().sandbox;
        let found = environments.iter().find(|found| found.id == *sandbox);
        let (Some(since), Some(found)) = (last_script(release, ledger), found) else {
            return Ok(None);
        };
        let scope = self.cma.environment(sandbox);
        let models = scope.item_types().list().await?;
        let records = self.changed_since(sandbox, &models, since).await?;
        let newest = records.first().map_or(since, |record| record.updated_at);
        let unseen = self
            .last_foreign_change(sandbox, &models, found.last_data_change_at)
            .await?
            .is_some_and(|changed| changed.as_millis() > newest.as_millis() + SETTLING_MILLIS);
        Ok((unseen || !records.is_empty()).then(|| Late {
            sandbox: sandbox.clone(),
            records,
            unseen,
        }))
    }

    /// What stands in the way of a script on a fork that took the place of a half-migrated one:
    /// something is there that this release did not write. The event to put down, if so.
    pub(crate) async fn arrived_late(
        &self,
        release: &Release,
        index: ScriptIndex,
        ledger: &[LedgerEntry],
    ) -> Result<Option<Event>, ApiError> {
        let plan = release.plan();
        let (Some(script), true) = (plan.scripts.get(index), was_interrupted(release)) else {
            return Ok(None);
        };
        if ledger.iter().any(|entry| entry.name == script.name) {
            let found = format!("it is in the ledger of {} already", plan.sandbox);
            return Ok(Some(stands_in_the_way(
                release,
                index,
                &script.name,
                &found,
            )));
        }
        let Some(since) = last_script(release, ledger) else {
            return Ok(None);
        };
        let scope = self.cma.environment(&plan.sandbox);
        let models = scope.item_types().list().await?;
        let records = self.changed_since(&plan.sandbox, &models, since).await?;
        Ok(in_words(&records).map(|found| {
            let found = format!("{found} of {} changed before it", plan.sandbox);
            stands_in_the_way(release, index, &script.name, &found)
        }))
    }
}

/// Whether a script of this release ended in its middle, so that requests of it may still arrive.
fn was_interrupted(release: &Release) -> bool {
    release.log().iter().any(|entry| {
        matches!(
            &entry.event,
            Event::Failed(Step::Migrate(_), failure) if !failure.kind.may_retry()
        )
    })
}

/// When the release last wrote in the sandbox, by the CMS's clock: a script's name is entered into the
/// ledger after everything else. Of a name that is there twice, the later may be what came late.
pub(crate) fn last_script(release: &Release, ledger: &[LedgerEntry]) -> Option<Timestamp> {
    let forked_at = release.forked_at()?;
    let ended = release.plan().scripts.iter().filter_map(|script| {
        let entries = ledger.iter().filter(|entry| entry.name == script.name);
        entries.map(|entry| entry.entered_at).min()
    });
    Some(ended.max().map_or(forked_at, |ended| ended.max(forked_at)))
}

fn in_words(records: &[ChangedRecord]) -> Option<String> {
    match records {
        [] => None,
        [one] => Some(format!("“{}”", one.title)),
        many => Some(format!("{} records", many.len())),
    }
}

fn stands_in_the_way(release: &Release, index: ScriptIndex, script: &str, found: &str) -> Event {
    failed(
        Step::Migrate(index),
        FailureKind::ScriptInterrupted,
        format!(
            "{script} did not run, because {found}. An earlier run of this release was interrupted: what its page had sent may have arrived only now, or somebody else was at work. {} Start again on a fresh fork.",
            remains(release, &Stays::default())
        ),
    )
}

//! The engine: what it holds, how a release begins, and how every event is written down.

use std::rc::Rc;

use datocms_client::{Cma, Timer, Timestamp, Transport};
use slipway_release::{
    Approval, Entry, Event, Person, Plan, Release, ReleaseId, drift::Drift, rehearsal::fork,
};

use crate::{
    error::EngineError,
    journal::RemoteJournal,
    ports::Ports,
    progress::{Progress, Watch},
};

/// Api keys of the two models a release keeps in the project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Models {
    /// The vendor CLI's record of migrations that ran.
    pub ledger: String,
    /// Slipway's own record of releases.
    pub journal: String,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            ledger: "schema_migration".to_owned(),
            journal: "slipway_release".to_owned(),
        }
    }
}

/// Drives releases of one project, as one person. Cheap to clone; clones share everything.
pub struct Engine<T, C, P> {
    pub(crate) cma: Cma<T, C>,
    pub(crate) timer: C,
    pub(crate) ports: Rc<P>,
    pub(crate) me: Person,
    pub(crate) models: Models,
    /// This life of this page.
    pub(crate) page: String,
    pub(crate) remote: Rc<RemoteJournal>,
}

impl<T, C: Clone, P> Clone for Engine<T, C, P> {
    fn clone(&self) -> Self {
        Self {
            cma: self.cma.clone(),
            timer: self.timer.clone(),
            ports: self.ports.clone(),
            me: self.me.clone(),
            models: self.models.clone(),
            page: self.page.clone(),
            remote: self.remote.clone(),
        }
    }
}

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// An engine that acts as `me`, the person behind the client's token.
    pub fn new(cma: Cma<T, C>, timer: C, ports: P, me: Person, models: Models) -> Self {
        let page = format!("{:08x}{:08x}", random(&timer), random(&timer));
        Self {
            cma,
            timer,
            ports: Rc::new(ports),
            me,
            models,
            page,
            remote: Rc::default(),
        }
    }

    /// A fresh id for a release: the time it was made, and a random tail.
    pub fn new_release_id(&self) -> ReleaseId {
        let tail = random(&self.timer);
        let text = format!("{:x}-{tail:08x}", self.ports.now().as_millis().max(0));
        // Hexadecimal digits and one dash always make an id.
        ReleaseId::parse(&text).unwrap_or_else(|_| unreachable!("`{text}` is a release id"))
    }

    /// Puts a plan on record: in this browser, and in a record of primary's journal model, so that
    /// colleagues see it. Nothing else in the CMS changes.
    pub async fn begin(&self, plan: Plan) -> Result<Release, EngineError> {
        // What is called like this is told apart from a release's sandbox by its name, too.
        if fork::is_name(&plan.sandbox) {
            return Err(EngineError::World(format!(
                "{} is a name for rehearsals, and those are never promoted. Choose another name. Nothing was sent.",
                plan.sandbox
            )));
        }
        self.first(Event::Planned(plan)).await
    }

    /// Puts a promotion that happened outside Slipway on record, so that it can be rolled back.
    /// `since`: when the promoted environment was made.
    pub async fn adopt(&self, plan: Plan, since: Timestamp) -> Result<Release, EngineError> {
        self.first(Event::Adopted { plan, since }).await
    }

    async fn first(&self, event: Event) -> Result<Release, EngineError> {
        let release = Release::begin(self.entry(event))
            .map_err(|error| EngineError::World(error.to_string()))?;
        self.keep(&release, false).await?;
        Ok(release)
    }

    /// Writes a person's decision down: an approval, giving up, starting again, forcing the freeze.
    /// Rolling back goes through [`Engine::roll_back`].
    pub async fn decide(&self, release: Release, event: Event) -> Result<Release, EngineError> {
        self.record(release, event, None).await
    }

    /// Writes down that the old primary shall come back, if what the person saw is still all there is.
    pub async fn roll_back(
        &self,
        release: Release,
        freeze_first: bool,
        reason: String,
        seen: &Drift,
    ) -> Result<Release, EngineError> {
        if let Some(reason) = self.cannot_roll_back(&release).await? {
            return Err(EngineError::World(reason));
        }
        let now = self.left_behind(&release).await?;
        if now.digest() != seen.digest() {
            return Err(EngineError::LookAgain(Box::new(now)));
        }
        let approval = Approval {
            plan: release.plan().digest(),
            // Writing this down changes the environment, so that only the records can be compared later.
            drift: now.records_digest(),
        };
        let event = Event::RollBackRequested {
            freeze_first,
            reason,
            approval,
            last_change: now.last_data_change_at,
        };
        self.record(release, event, None).await
    }

    /// Adds an event to the log and makes it durable before anything else happens.
    pub(crate) async fn record(
        &self,
        release: Release,
        event: Event,
        watch: Option<&dyn Watch>,
    ) -> Result<Release, EngineError> {
        let fence = event.started().is_some();
        let entry = Entry {
            hides: self.about_to_hide(&release, &event).await,
            ..self.entry(event)
        };
        let release = release.record(entry)?;
        self.keep(&release, fence).await?;
        if let Some(watch) = watch {
            watch.progress(Progress::Recorded(Box::new(release.clone())));
        }
        Ok(release)
    }

    fn entry(&self, event: Event) -> Entry {
        Entry {
            at: self.ports.now(),
            by: self.me.clone(),
            event,
            hides: None,
        }
    }
}

pub(crate) fn random(timer: &impl Timer) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a random number below 2^32"
    )]
    let number = (timer.jitter() * f64::from(u32::MAX)) as u32;
    number
}

//! One driver at a time: taking a release, keeping it while a step is performed, and taking it over.
//!
//! In one browser its lock manager tells the windows apart. Between browsers it is the lease in the
//! journal record: taken with the same write that makes a step's start durable, renewed while
//! scripts run, given back at the end. A page that lost it finds out at its next write.
//!
//! While primary is frozen and no copy exists there is nowhere to write a lease, so two people can both
//! take the same release over. All that either can do then is to ask for the copy, which its name keeps
//! one; and the copy takes the log of one of them.

use std::time::Duration;

use datocms_client::{ApiError, Timer, Transport};
use slipway_release::{
    AtWork, Event, Lease, Release, ReleaseId, Seat, Step,
    lease::{BEAT_MILLIS, EXPIRY_MILLIS},
};

use crate::{
    engine::Engine,
    error::EngineError,
    journal::Copy,
    ports::{Ports, Windows},
};

/// How often a page that drives renews its lease.
pub(crate) const BEAT: Duration = Duration::from_millis(BEAT_MILLIS);

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Takes a release from the page that holds it, because a person decided so, and gives it back as
    /// the project tells it. Where that page was heard of lately it is given the time to notice.
    ///
    /// Nothing changes where nobody else holds it. Errors: another window of this browser is at it,
    /// or the project cannot be asked.
    pub async fn take_over(&self, release: Release) -> Result<Release, EngineError> {
        let id = release.plan().id.clone();
        let _claim = self.claim(&id).await?;
        let copy = self.copy(&release).await?;
        let release = match copy.as_ref().and_then(|copy| copy.release.clone()) {
            Some(there) => slipway_release::journal::reconcile(there, release),
            None => release,
        };
        let lease = copy
            .as_ref()
            .and_then(|copy| copy.lease_beside(release.log().len()));
        let Some((other, lease)) = self.at_work(&id, lease).await.zip(lease) else {
            return Ok(release);
        };
        self.hold(&id, &other.doing).await;
        let taken = self.record(release, took_over(&other), None).await;
        self.let_go();
        let taken = taken?;
        self.remote.taken.borrow_mut().insert(id, lease.clone());
        if !other.is_gone() {
            // A running script asks for its lease before it asks for anything else.
            self.timer.sleep(BEAT).await;
        }
        Ok(taken)
    }

    /// Makes this page the driver, or says who is. A lease that ran out is taken over on record.
    pub(crate) async fn take(&self, release: Release, step: Step) -> Result<Release, EngineError> {
        let id = release.plan().id.clone();
        let copy = self.copy(&release).await?;
        if let Some(there) = copy.as_ref().and_then(|copy| copy.release.as_ref())
            && !release.log().starts_with(there.log())
        {
            return Err(EngineError::DrivenElsewhere {
                who: there.driver().name.clone(),
            });
        }
        let lease = copy
            .as_ref()
            .and_then(|copy| copy.lease_beside(release.log().len()));
        let other = self.at_work(&id, lease).await;
        if let Some(other) = &other
            && other.is_in_the_way()
        {
            return Err(EngineError::held(other));
        }
        self.hold(&id, step.verb()).await;
        match other {
            Some(other) if !other.same_profile => {
                self.record(release, took_over(&other), None).await
            }
            Some(_) | None => Ok(release),
        }
    }

    /// The copy of the journal that counts now. An environment that is gone has none.
    async fn copy(&self, release: &Release) -> Result<Option<Copy>, EngineError> {
        for home in Self::homes(release) {
            match self.copy_in(&home, &release.plan().id).await {
                Ok(Some(copy)) => return Ok(Some(copy)),
                Ok(None) | Err(ApiError::NotFound { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }

    /// Claims the release among the windows of this browser.
    pub(crate) async fn claim(
        &self,
        release: &ReleaseId,
    ) -> Result<<P as Windows>::Claim, EngineError> {
        self.ports
            .claim(release)
            .await
            .ok_or(EngineError::OtherWindow)
    }

    /// The page other than this one that a lease belongs to. Counts how long it has been silent.
    pub(crate) async fn at_work(
        &self,
        release: &ReleaseId,
        lease: Option<&Lease>,
    ) -> Option<AtWork> {
        let seat = self.seat().await;
        let lease = lease.filter(|lease| lease.seat != seat)?;
        // One that was renewed since is another.
        if self.remote.taken.borrow().get(release) == Some(lease) {
            return None;
        }
        let now = self.timer.now();
        let mut others = self.remote.others.borrow_mut();
        let seen = match others.get(release) {
            Some((known, seen)) if known == lease => *seen,
            Some(_) | None => {
                others.insert(release.clone(), (lease.clone(), now));
                now
            }
        };
        let quiet = now.saturating_sub(seen).as_millis();
        Some(AtWork {
            who: lease.who.clone(),
            doing: lease.doing.clone(),
            quiet_millis: u64::try_from(quiet).unwrap_or(EXPIRY_MILLIS),
            same_profile: lease.seat.profile == seat.profile,
        })
    }

    /// Keeps the lease of a running script alive. Fails where it has been lost: then nothing more may
    /// be sent. A renewal that merely did not get through is not a loss.
    pub(crate) async fn beat(&self, release: &Release) -> Result<(), EngineError> {
        let id = &release.plan().id;
        let since = self.timer.now().saturating_sub(self.remote.beaten.get());
        let Some(mut lease) = self.own_lease(id).filter(|_| since >= BEAT) else {
            return Ok(());
        };
        // Requests overlap: one of them renews, the others go on.
        self.remote.beaten.set(self.timer.now());
        lease.beat = self.ports.now();
        *self.remote.held.borrow_mut() = Some((id.clone(), lease.clone()));
        let sandbox = &release.plan().sandbox;
        match self.write_lease(sandbox, id, &lease).await {
            Some(Err(ApiError::Stale { .. })) => self.is_still_ours(release).await,
            Some(Ok(()) | Err(_)) | None => Ok(()),
        }
    }

    async fn is_still_ours(&self, release: &Release) -> Result<(), EngineError> {
        let id = &release.plan().id;
        let Ok(Some(copy)) = self.copy_in(&release.plan().sandbox, id).await else {
            return Ok(());
        };
        let seat = self.seat().await;
        match copy.lease {
            Some(lease) if lease.seat == seat => Ok(()),
            Some(_) | None => Err(EngineError::DrivenElsewhere {
                who: copy.release.map_or_else(
                    || "Somebody else".to_owned(),
                    |there| there.driver().name.clone(),
                ),
            }),
        }
    }

    /// The lease this page holds on a release.
    pub(crate) fn own_lease(&self, release: &ReleaseId) -> Option<Lease> {
        let held = self.remote.held.borrow();
        held.as_ref()
            .filter(|(id, _)| id == release)
            .map(|(_, lease)| lease.clone())
    }

    /// Notes the lease that the next write of the journal carries.
    pub(crate) async fn hold(&self, release: &ReleaseId, doing: &str) {
        let lease = Lease {
            seat: self.seat().await,
            who: self.me.clone(),
            doing: doing.to_owned(),
            beat: self.ports.now(),
        };
        *self.remote.held.borrow_mut() = Some((release.clone(), lease));
    }

    /// The next write of the journal gives the lease back.
    pub(crate) fn let_go(&self) {
        *self.remote.held.borrow_mut() = None;
    }

    async fn seat(&self) -> Seat {
        Seat {
            profile: self.ports.profile().await,
            page: self.page.clone(),
        }
    }
}

fn took_over(other: &AtWork) -> Event {
    Event::TookOver {
        from: other.who.clone(),
        doing: other.doing.clone(),
    }
}

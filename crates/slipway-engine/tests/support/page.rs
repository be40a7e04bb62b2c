//! Pages, the browser profiles they open in, and the scripts they run.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap, HashSet},
    rc::Rc,
};

use datocms_client::{EnvironmentId, Timestamp};
use serde_json::Value;
use slipway_engine::{
    ConsentQuestion, Engine, Progress, Stop, Watch,
    ports::{
        Clock, JournalStore, LocalFuture, RehearsalStore, ScriptAnswer, ScriptFailure, ScriptHost,
        Scripts, StoreError, Windows,
    },
};
use slipway_release::{PlannedScript, Release, ReleaseId};
use tokio::sync::Notify;

use super::{
    life::Life,
    script::{request, threw},
    time::{PageTime, SharedTime},
    traffic::Traffic,
    wire::Line,
};

/// What a script of these tests does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Makes a request with this body, and fails when the answer is no success.
    Call(&'static str, String, Option<Value>),
    /// Throws.
    Throw(&'static str),
    /// Tells the test that it got here, and never ends.
    Hang,
}

/// A browser profile: what outlives a page, and what the windows of one browser share.
#[derive(Clone, Default)]
pub(crate) struct Profile(Rc<Kept>);

#[derive(Default)]
struct Kept {
    journals: RefCell<HashMap<String, String>>,
    claimed: RefCell<HashSet<String>>,
    /// Whether the browser lets pages store nothing.
    is_denied: Cell<bool>,
}

impl Profile {
    /// The profile of a browser that lets pages store nothing.
    pub(crate) fn denied() -> Self {
        let profile = Self::default();
        profile.0.is_denied.set(true);
        profile
    }

    /// A name that no other profile has while this one exists.
    fn name(&self) -> String {
        format!("{:p}", Rc::as_ptr(&self.0))
    }
}

/// A release that one window of a browser has to itself.
pub(crate) struct Claim {
    kept: Rc<Kept>,
    release: String,
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.kept.claimed.borrow_mut().remove(&self.release);
    }
}

/// A script that was begun: on the copy of which fork, counted from one, and which file.
pub(crate) type Run = (usize, String);

/// The ports of one page.
pub(crate) struct Ports {
    pub(super) time: Rc<SharedTime>,
    pub(super) profile: Profile,
    pub(super) scripts: BTreeMap<String, Vec<Act>>,
    pub(super) hanging: Rc<Notify>,
    pub(super) life: Rc<Life>,
    pub(super) traffic: Rc<Traffic>,
    pub(super) runs: Rc<RefCell<Vec<Run>>>,
    /// How far this browser's clock is ahead of the server's, in milliseconds.
    pub(super) skew: i64,
}

impl Clock for Ports {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.millis() + self.skew)
    }
}

impl JournalStore for Ports {
    async fn load(&self) -> Result<Vec<String>, StoreError> {
        self.life.check().await;
        let journals = self.profile.0.journals.borrow();
        Ok(journals.values().cloned().collect())
    }

    async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError> {
        self.life.check().await;
        if self.profile.0.is_denied.get() {
            return Err(StoreError {
                reason: "denied".to_owned(),
            });
        }
        let mut journals = self.profile.0.journals.borrow_mut();
        journals.insert(release.to_string(), journal.to_owned());
        Ok(())
    }
}

/// These lives rehearse nothing.
impl RehearsalStore for Ports {
    async fn rehearsals(&self) -> Result<Vec<String>, StoreError> {
        Ok(Vec::new())
    }

    async fn keep_rehearsal(&self, _: &EnvironmentId, _: &str) -> Result<(), StoreError> {
        Ok(())
    }

    async fn forget_rehearsal(&self, _: &EnvironmentId) -> Result<(), StoreError> {
        Ok(())
    }
}

impl Windows for Ports {
    type Claim = Claim;

    async fn profile(&self) -> String {
        self.profile.name()
    }

    async fn claim(&self, release: &ReleaseId) -> Option<Claim> {
        let release = release.to_string();
        let free = self.profile.0.claimed.borrow_mut().insert(release.clone());
        free.then(|| Claim {
            kept: self.profile.0.clone(),
            release,
        })
    }
}

impl Scripts for Ports {
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        self.life.check().await;
        let forks = self.traffic.forks();
        self.runs.borrow_mut().push((forks, script.name.clone()));
        for act in &self.scripts[&script.name] {
            match act {
                Act::Call(method, path, body) => call(&*host, method, path, body.as_ref()).await?,
                Act::Throw(message) => return Err(threw((*message).to_owned())),
                Act::Hang => {
                    self.hanging.notify_one();
                    host.stopped().await;
                    return Err(ScriptFailure::Stopped);
                }
            }
        }
        Ok(())
    }
}

async fn call(
    host: &dyn ScriptHost,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<(), ScriptFailure> {
    match host.serve(request(method, path, body)).await {
        ScriptAnswer::Response { status, body, .. } if status >= 300 => {
            Err(threw(format!("{status} {body}")))
        }
        ScriptAnswer::Response { .. } => Ok(()),
        ScriptAnswer::Unreachable(reason) => Err(threw(reason)),
    }
}

/// Notes what a page hears, and what its calls belong to.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) stop: Stop,
    pub(crate) heard: RefCell<Vec<Progress>>,
    life: Option<Rc<Life>>,
}

impl Page {
    /// The release as it was last said to be on record.
    pub(crate) fn latest(&self) -> Option<Release> {
        let heard = self.heard.borrow();
        heard.iter().rev().find_map(|progress| {
            if let Progress::Recorded(release) = progress {
                Some(Release::clone(release))
            } else {
                None
            }
        })
    }
}

impl Watch for Page {
    fn progress(&self, progress: Progress) {
        if let (Some(life), Progress::Recorded(release)) = (&self.life, &progress) {
            life.follow(release);
        }
        self.heard.borrow_mut().push(progress);
    }

    fn stop(&self) -> Stop {
        self.stop.clone()
    }

    /// Nobody is asked anything in these lives.
    fn consent(&self, _: ConsentQuestion) -> LocalFuture<bool> {
        Box::pin(std::future::ready(false))
    }
}

pub(crate) type TestEngine = Engine<Line, PageTime, Ports>;

/// An open page.
pub(crate) struct Window {
    pub(crate) engine: TestEngine,
    pub(crate) life: Rc<Life>,
}

impl Window {
    /// What hears of the steps that are pressed in this page.
    pub(crate) fn watch(&self) -> Rc<Page> {
        Rc::new(Page {
            life: Some(self.life.clone()),
            ..Page::default()
        })
    }
}

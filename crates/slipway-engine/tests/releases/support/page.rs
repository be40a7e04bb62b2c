//! What a page stands on here: a browser profile, the scripts of a folder, and somebody who watches.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use datocms_client::{EnvironmentId, Timer as _, Timestamp};
use drydock::ManualClock;
use serde_json::Value;
use slipway_engine::{
    ConsentQuestion, Progress, Stop, Watch,
    ports::{
        Clock, JournalStore, LocalFuture, Refused, RehearsalStore, ScriptAnswer, ScriptFailure,
        ScriptHost, Scripts, StoreError, Windows,
    },
};
use slipway_release::{PlannedScript, ReleaseId, failure::Place};
use tokio::sync::Notify;

use super::{
    script::{request, threw},
    time::SharedTime,
};

/// What a script of these tests does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Makes a request with this body, and fails when the answer is no success.
    Call(&'static str, String, Option<Value>),
    /// Makes a request that becomes a job, and fails when the job does.
    Job(&'static str, String, Option<Value>),
    /// Makes a request, and goes on whatever comes of it.
    Try(&'static str, String, Option<Value>),
    /// Makes a request as [`Act::Call`] does, and fails unless the answer has this text in it, or has it not.
    Answers(&'static str, String, Option<Value>, String, bool),
    /// The same of a look.
    Sees(String, String, bool),
    /// Throws.
    Throw(&'static str),
    /// Tells the test that it got here, and never ends.
    Hang,
    /// Tells the test that it got here, and goes on when the test says so.
    Pause,
}

/// A browser profile: what outlives a page.
#[derive(Clone)]
pub(crate) struct Profile {
    name: String,
    /// `None` where the browser lets the page store nothing.
    journals: Option<Rc<RefCell<HashMap<String, String>>>>,
    /// Rehearsals, by the names of their forks.
    rehearsals: Rc<RefCell<BTreeMap<String, String>>>,
    /// Whether there is no room for more.
    full: bool,
}

impl Default for Profile {
    fn default() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        Self {
            name: format!("profile-{}", NEXT.fetch_add(1, Ordering::Relaxed)),
            journals: Some(Rc::default()),
            rehearsals: Rc::default(),
            full: false,
        }
    }
}

impl Profile {
    /// One whose storage is denied.
    pub(crate) fn denied() -> Self {
        Self {
            journals: None,
            ..Self::default()
        }
    }

    /// One whose storage has no room left.
    pub(crate) fn full() -> Self {
        Self {
            full: true,
            ..Self::default()
        }
    }

    fn journals(&self) -> Result<&RefCell<HashMap<String, String>>, StoreError> {
        self.journals.as_deref().ok_or_else(|| StoreError {
            reason: "access denied".to_owned(),
        })
    }
}

/// The ports of one page.
pub(crate) struct Ports {
    pub(super) clock: ManualClock,
    pub(super) profile: Profile,
    pub(super) scripts: BTreeMap<String, Vec<Act>>,
    pub(super) hanging: Rc<Notify>,
    pub(super) go_on: Rc<Notify>,
}

impl Clock for Ports {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.clock().now().millis())
    }
}

impl JournalStore for Ports {
    async fn load(&self) -> Result<Vec<String>, StoreError> {
        Ok(self
            .profile
            .journals()?
            .borrow()
            .values()
            .cloned()
            .collect())
    }

    async fn save(&self, release: &ReleaseId, journal: &str) -> Result<(), StoreError> {
        if self.profile.full {
            return Err(StoreError {
                reason: "QuotaExceededError".to_owned(),
            });
        }
        self.profile
            .journals()?
            .borrow_mut()
            .insert(release.to_string(), journal.to_owned());
        Ok(())
    }
}

impl RehearsalStore for Ports {
    async fn rehearsals(&self) -> Result<Vec<String>, StoreError> {
        self.profile.journals()?;
        let kept = self.profile.rehearsals.borrow();
        Ok(kept.values().cloned().collect())
    }

    async fn keep_rehearsal(&self, fork: &EnvironmentId, text: &str) -> Result<(), StoreError> {
        if self.profile.full {
            return Err(StoreError {
                reason: "QuotaExceededError".to_owned(),
            });
        }
        self.profile.journals()?;
        let mut kept = self.profile.rehearsals.borrow_mut();
        kept.insert(fork.to_string(), text.to_owned());
        Ok(())
    }

    async fn forget_rehearsal(&self, fork: &EnvironmentId) -> Result<(), StoreError> {
        self.profile.journals()?;
        self.profile.rehearsals.borrow_mut().remove(fork.as_str());
        Ok(())
    }
}

impl Windows for Ports {
    type Claim = ();

    async fn profile(&self) -> String {
        self.profile.name.clone()
    }

    async fn claim(&self, _: &ReleaseId) -> Option<()> {
        Some(())
    }
}

impl Scripts for Ports {
    async fn run(
        &self,
        script: &PlannedScript,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        for act in &self.scripts[&script.name] {
            match act {
                Act::Call(method, path, body) => {
                    call(&*host, method, path, body.as_ref()).await?;
                }
                Act::Job(method, path, body) => {
                    let accepted = call(&*host, method, path, body.as_ref()).await?;
                    self.follow(&*host, (method, path), &accepted).await?;
                }
                Act::Try(method, path, body) => {
                    let _ = call(&*host, method, path, body.as_ref()).await;
                }
                Act::Answers(method, path, body, text, has) => {
                    let answer = call(&*host, method, path, body.as_ref()).await?;
                    check(path, &answer, text, *has)?;
                }
                Act::Sees(path, text, has) => {
                    let answer = call(&*host, "GET", path, None).await?;
                    check(path, &answer, text, *has)?;
                }
                Act::Throw(message) => return Err(threw((*message).to_owned())),
                Act::Pause => {
                    self.hanging.notify_one();
                    tokio::select! {
                        () = self.go_on.notified() => {}
                        () = host.stopped() => return Err(ScriptFailure::Stopped),
                    }
                }
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

impl Ports {
    /// Waits for a job, as the official client does.
    async fn follow(
        &self,
        host: &dyn ScriptHost,
        (method, path): (&str, &str),
        accepted: &str,
    ) -> Result<(), ScriptFailure> {
        let accepted: Value = serde_json::from_str(accepted).unwrap();
        assert_eq!(accepted["data"]["type"], "job", "{accepted}");
        let result = format!("/job-results/{}", accepted["data"]["id"].as_str().unwrap());
        let ended = loop {
            if let Ok(ended) = call(host, "GET", &result, None).await {
                break ended;
            }
            SharedTime(self.clock.clone())
                .sleep(Duration::from_millis(500))
                .await;
        };
        let ended: Value = serde_json::from_str(&ended).unwrap();
        let status = ended["data"]["attributes"]["status"].as_u64().unwrap();
        match u16::try_from(status).unwrap() {
            200..300 => Ok(()),
            status => Err(refused(method, path, status, "the job failed")),
        }
    }
}

/// What the official client throws where a request was refused.
fn refused(method: &str, path: &str, status: u16, said: &str) -> ScriptFailure {
    ScriptFailure::Threw {
        name: "ApiError".to_owned(),
        message: format!("{method} {path}: {status} {said}"),
        stack: None,
        places: vec![Place {
            file: "lib/call.ts".to_owned(),
            line: 7,
        }],
        refused: Some(Box::new(Refused {
            method: method.to_owned(),
            path: path.to_owned(),
            status,
        })),
    }
}

async fn call(
    host: &dyn ScriptHost,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<String, ScriptFailure> {
    let answer = tokio::select! {
        answer = host.serve(request(method, path, body)) => answer,
        () = host.stopped() => return Err(ScriptFailure::Stopped),
    };
    match answer {
        ScriptAnswer::Response { status, body, .. } if status >= 300 => {
            Err(refused(method, path, status, &body))
        }
        ScriptAnswer::Response { body, .. } if body.contains("\"token\":\"") => {
            Err(threw("an API token's secret reached the script".to_owned()))
        }
        ScriptAnswer::Response { body, .. } => Ok(body),
        ScriptAnswer::Unreachable(reason) => Err(threw(reason)),
    }
}

fn check(path: &str, answer: &str, text: &str, has: bool) -> Result<(), ScriptFailure> {
    if answer.contains(text) == has {
        return Ok(());
    }
    Err(threw(format!(
        "{path} answered with {answer}, about `{text}`"
    )))
}

/// Notes what a page hears.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) stop: Stop,
    pub(crate) heard: RefCell<Vec<Progress>>,
    /// What scripts asked the person.
    pub(crate) asked: RefCell<Vec<ConsentQuestion>>,
    /// What the person says to each of it; no answer comes where this is empty.
    pub(crate) answers: RefCell<Vec<bool>>,
    /// How long the person thinks about it, and by which clock.
    pub(crate) thinks: RefCell<Option<(Rc<SharedTime>, Duration)>>,
}

impl Watch for Page {
    fn progress(&self, progress: Progress) {
        self.heard.borrow_mut().push(progress);
    }

    fn stop(&self) -> Stop {
        self.stop.clone()
    }

    fn consent(&self, question: ConsentQuestion) -> LocalFuture<bool> {
        self.asked.borrow_mut().push(question);
        let answer = self.answers.borrow_mut().pop();
        if let Some(answer) = answer {
            let thinks = self.thinks.take();
            return Box::pin(async move {
                if let Some((time, long)) = thinks {
                    time.sleep(long).await;
                }
                answer
            });
        }
        // Somebody who wants it stopped instead.
        self.stop.wish();
        Box::pin(std::future::pending())
    }
}

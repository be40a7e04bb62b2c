//! Scripts are read off the main thread, in a worker of half a megabyte that is fetched when the first folder is chosen.
//!
//! Both ends are here: [`ScriptWorker`] in the plugin's page, [`serve`] in the worker (`src/bin/scripts.rs`).
//! Messages are JSON texts. The worker says `ready` first, for what arrives while its module still loads is lost.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use futures_channel::oneshot;
use futures_util::future::{self, Either};
use gloo_timers::future::TimeoutFuture;
use serde::{Deserialize, Serialize};
use slipway_release::plan::is_migration_name;
use slipway_scripts::{
    Prepared, Repository, ScriptError, SourceFile, Survey, Uses, prepare, survey, uses,
};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, ErrorEvent, MessageEvent, Worker};

const READY: &str = "ready";
/// Loading half a megabyte on a bad line and preparing a large folder stay far below this.
const PATIENCE_MS: u32 = 60_000;

/// Why nothing was prepared. It says nothing about the scripts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the part of Slipway that reads migrations does not work ({reason}). Nothing was run; reload the page to try again."
)]
pub struct WorkerError {
    /// What the browser said.
    pub reason: String,
}

#[derive(Serialize, Deserialize)]
struct Request {
    id: u32,
    #[serde(flatten)]
    question: Question,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Question {
    Prepare {
        files: Vec<SourceFile>,
        entries: Vec<String>,
    },
    Survey {
        repository: Repository,
    },
}

#[derive(Serialize, Deserialize)]
struct Reply {
    id: u32,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Answer {
    Prepared { prepared: Vec<Outcome> },
    Survey { survey: Survey },
}

/// A script that is ready, with what it names of the client; or why it is not.
pub type Outcome = Result<(Prepared, Uses), ScriptError>;

/// The page's end. Cheap until the first [`ScriptWorker::prepare`].
pub struct ScriptWorker {
    url: String,
    running: RefCell<Option<Rc<Running>>>,
}

impl ScriptWorker {
    /// A worker whose loader is at `url`, relative to the page: Trunk names it `scripts_loader.js`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            running: RefCell::default(),
        }
    }

    /// Prepares each of `entries` with what it imports of `files`, in the order of `entries`.
    pub async fn prepare(
        &self,
        files: Vec<SourceFile>,
        entries: Vec<String>,
    ) -> Result<Vec<Outcome>, WorkerError> {
        match self.ask(Question::Prepare { files, entries }).await? {
            Answer::Prepared { prepared } => Ok(prepared),
            Answer::Survey { .. } => Err(self.forget(error("it answered something else"))),
        }
    }

    /// Finds the migrations folder in what was chosen.
    pub async fn survey(&self, repository: Repository) -> Result<Survey, WorkerError> {
        match self.ask(Question::Survey { repository }).await? {
            Answer::Survey { survey } => Ok(survey),
            Answer::Prepared { .. } => Err(self.forget(error("it answered something else"))),
        }
    }

    async fn ask(&self, question: Question) -> Result<Answer, WorkerError> {
        let reply = self.running()?.ask(question)?;
        match future::select(reply, TimeoutFuture::new(PATIENCE_MS)).await {
            Either::Left((Ok(reply), _)) => reply.map_err(|error| self.forget(error)),
            Either::Left((Err(oneshot::Canceled), _)) => Err(self.forget(error("it ended"))),
            Either::Right(((), _)) => Err(self.forget(error("it did not answer within a minute"))),
        }
    }

    fn running(&self) -> Result<Rc<Running>, WorkerError> {
        if let Some(running) = &*self.running.borrow() {
            return Ok(running.clone());
        }
        let running = Rc::new(Running::start(&self.url)?);
        *self.running.borrow_mut() = Some(running.clone());
        Ok(running)
    }

    /// A broken worker is let go, so that the next call starts a new one.
    fn forget(&self, error: WorkerError) -> WorkerError {
        self.running.borrow_mut().take();
        error
    }
}

fn error(reason: &str) -> WorkerError {
    WorkerError {
        reason: reason.to_owned(),
    }
}

type Heard = Result<Answer, WorkerError>;

#[derive(Default)]
struct Calls {
    last_id: u32,
    waiting: HashMap<u32, oneshot::Sender<Heard>>,
    /// What is to be said once the worker is ready; `None` when it is.
    outbox: Option<Vec<String>>,
}

struct Running {
    worker: Worker,
    calls: Rc<RefCell<Calls>>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(ErrorEvent)>,
}

impl Running {
    fn start(url: &str) -> Result<Self, WorkerError> {
        let worker = Worker::new(url).map_err(|thrown| error(&super::js_error::text(&thrown)))?;
        let calls = Rc::new(RefCell::new(Calls {
            outbox: Some(Vec::new()),
            ..Calls::default()
        }));
        let on_message = {
            let (worker, calls) = (worker.clone(), calls.clone());
            Closure::new(move |event: MessageEvent| receive(&worker, &calls, &event))
        };
        let on_error = {
            let calls = calls.clone();
            Closure::new(move |event: ErrorEvent| {
                let waiting = std::mem::take(&mut calls.borrow_mut().waiting);
                let message = event.message();
                let reason = if message.is_empty() {
                    "it could not be loaded".to_owned()
                } else {
                    message
                };
                for (_, reply) in waiting {
                    // Nobody waiting any more is no loss.
                    drop(reply.send(Err(error(&reason))));
                }
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self {
            worker,
            calls,
            _on_message: on_message,
            _on_error: on_error,
        })
    }

    fn ask(&self, question: Question) -> Result<oneshot::Receiver<Heard>, WorkerError> {
        let (sender, receiver) = oneshot::channel();
        let mut calls = self.calls.borrow_mut();
        calls.last_id += 1;
        let id = calls.last_id;
        let request = serde_json::to_string(&Request { id, question })
            .map_err(|failed| error(&failed.to_string()))?;
        calls.waiting.insert(id, sender);
        match &mut calls.outbox {
            Some(outbox) => outbox.push(request),
            None => self
                .worker
                .post_message(&JsValue::from_str(&request))
                .map_err(|thrown| error(&super::js_error::text(&thrown)))?,
        }
        Ok(receiver)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

fn receive(worker: &Worker, calls: &RefCell<Calls>, event: &MessageEvent) {
    // Only our own worker speaks here. What it could not have said is left to the caller's patience.
    let Some(text) = event.data().as_string() else {
        return;
    };
    let mut calls = calls.borrow_mut();
    if text == READY {
        for request in calls.outbox.take().into_iter().flatten() {
            if let Err(thrown) = worker.post_message(&JsValue::from_str(&request)) {
                web_sys::console::error_1(&thrown);
            }
        }
        return;
    }
    match serde_json::from_str::<Reply>(&text) {
        Ok(reply) => {
            if let Some(waiting) = calls.waiting.remove(&reply.id) {
                drop(waiting.send(Ok(reply.answer)));
            }
        }
        Err(malformed) => web_sys::console::error_1(&JsValue::from_str(&malformed.to_string())),
    }
}

/// The worker's end: answers for as long as it lives.
pub fn serve() {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let scope = scope.clone();
        move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else {
                return;
            };
            let reply = match serde_json::from_str::<Request>(&text) {
                Ok(request) => answer(request),
                Err(malformed) => {
                    return web_sys::console::error_1(&JsValue::from_str(&malformed.to_string()));
                }
            };
            say(&scope, &reply);
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    say(&scope, READY);
}

fn answer(Request { id, question }: Request) -> String {
    let examined = |prepared: Prepared| {
        let uses = uses(&prepared);
        (prepared, uses)
    };
    let answer = match question {
        Question::Prepare { files, entries } => Answer::Prepared {
            prepared: entries
                .iter()
                .map(|entry| prepare(&files, entry).map(examined))
                .collect(),
        },
        Question::Survey { repository } => Answer::Survey {
            survey: survey(&repository, is_migration_name),
        },
    };
    // Strings, numbers and maps with string keys: nothing in a reply can fail to be written.
    serde_json::to_string(&Reply { id, answer }).unwrap_or_default()
}

fn say(scope: &DedicatedWorkerGlobalScope, text: &str) {
    if let Err(thrown) = scope.post_message(&JsValue::from_str(text)) {
        web_sys::console::error_1(&thrown);
    }
}

//! Runs one prepared migration where it can reach nothing but the page's answers.
//!
//! Each run gets a frame of its own (`www/sandbox.html`, opaque origin, no network) with one worker in it; dropping the
//! frame ends the worker, whatever it is doing. The page hands over the two bundles as text and two ports: one to hear
//! whether the worker started, one for the conversation that `www/sandbox/worker.js` describes. No token, no host name
//! and no other secret goes in.

use std::rc::Rc;

use futures_channel::{mpsc, oneshot};
use futures_util::future::{self, Either, FutureExt, LocalBoxFuture};
use futures_util::select;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gloo_net::http::Request;
use js_sys::{Array, Object, Reflect};
use serde::{Deserialize, Serialize};
use slipway_engine::ports::{
    ConsoleLevel, Excess, Refused, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest,
};
use slipway_release::{Limits, failure::Place};
use slipway_scripts::Prepared;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, HtmlIFrameElement, MessageChannel, MessageEvent, MessagePort};

use super::files::ChosenFiles;
use super::timer::Timeout;
use super::transfer::{Source, Transfers};

/// How long the frame may take to load, in milliseconds.
const LOAD_MS: i32 = 15_000;

/// What a sandbox is made of.
#[derive(Debug, Clone)]
pub struct SandboxFiles {
    /// Address of the frame's page.
    pub page: String,
    /// Text of the worker, `www/sandbox/worker.js`.
    pub worker: String,
    /// Text of the packages a migration may import, bundled from `www/sandbox/client.mjs`.
    pub packages: String,
}

impl SandboxFiles {
    /// Fetches them from the folder they were built into, relative to the page, with a slash at its end.
    pub async fn load(folder: &str) -> Result<Self, ScriptFailure> {
        let (worker, packages) = future::try_join(
            text(format!("{folder}worker.js")),
            text(format!("{folder}client.js")),
        )
        .await?;
        Ok(Self {
            page: format!("{folder}sandbox.html"),
            worker,
            packages,
        })
    }
}

async fn text(url: String) -> Result<String, ScriptFailure> {
    let broken = |reason: String| ScriptFailure::NoSandbox(format!("{url}: {reason}"));
    let response = Request::get(&url)
        .send()
        .await
        .map_err(|error| broken(error.to_string()))?;
    if !response.ok() {
        return Err(broken(format!("status {}", response.status())));
    }
    response
        .text()
        .await
        .map_err(|error| broken(error.to_string()))
}

/// Runs scripts, one frame and one worker each.
#[derive(Debug, Clone)]
pub struct Sandbox {
    files: Rc<SandboxFiles>,
    uploads: Rc<ChosenFiles>,
}

impl Sandbox {
    /// A sandbox of these files.
    pub fn new(files: SandboxFiles) -> Self {
        Self {
            files: Rc::new(files),
            uploads: Rc::default(),
        }
    }

    /// The same, for scripts that may upload these files.
    #[must_use]
    pub fn with_uploads(self, uploads: Rc<ChosenFiles>) -> Self {
        Self { uploads, ..self }
    }

    /// Runs one migration to its end; each request it makes goes through `host`.
    ///
    /// Returns when nothing of it is left: the worker is gone, and every request that `host` performed has its answer.
    pub async fn run(
        &self,
        prepared: &Prepared,
        host: Rc<dyn ScriptHost>,
    ) -> Result<(), ScriptFailure> {
        let mut frame = Frame::open(&self.files, prepared, host.as_ref()).await?;
        let mut calls = FuturesUnordered::new();
        let transfers = Rc::new(Transfers::new(self.uploads.clone(), prepared));
        let asked = Asked {
            host: host.as_ref(),
            transfers,
        };
        let outcome = converse(&mut frame, &mut calls, &asked).await;
        // First the script, so that it cannot go on, then what is on the wire: its outcome belongs into the record.
        drop(frame);
        // A host that stops a script has nothing on the wire, and never answers what the script asks for by then.
        if !matches!(outcome, Err(ScriptFailure::Stopped)) {
            while calls.next().await.is_some() {}
        }
        outcome.map_err(|failure| with_original_lines(prepared, failure))
    }
}

fn with_original_lines(prepared: &Prepared, failure: ScriptFailure) -> ScriptFailure {
    match failure {
        ScriptFailure::Threw {
            name,
            message,
            stack,
            refused,
            ..
        } => ScriptFailure::Threw {
            name,
            message,
            places: places(prepared, stack.as_deref().unwrap_or_default()),
            stack: stack.map(|stack| prepared.original_stack(&stack)),
            refused,
        },
        ScriptFailure::Unprepared(_)
        | ScriptFailure::Limit(_)
        | ScriptFailure::Stopped
        | ScriptFailure::NoSandbox(_) => failure,
    }
}

/// The lines of the team's files in a stack.
fn places(prepared: &Prepared, stack: &str) -> Vec<Place> {
    let places = prepared.places(stack).into_iter();
    places
        .map(|place| Place {
            file: place.file,
            line: place.line,
        })
        .collect()
}

type Calls = FuturesUnordered<LocalBoxFuture<'static, (u32, Answer)>>;

/// What the script gets back.
enum Answer {
    Cms(ScriptAnswer),
    File(Blob),
}

/// Whom a script asks.
struct Asked<'a> {
    host: &'a dyn ScriptHost,
    transfers: Rc<Transfers>,
}

impl Asked<'_> {
    fn serve(&self, request: ScriptRequest) -> LocalBoxFuture<'static, Answer> {
        let transfers = self.transfers.clone();
        let answer = self.host.serve(request.clone());
        async move {
            let answer = answer.await;
            transfers.note(&request, &answer);
            Answer::Cms(answer)
        }
        .boxed_local()
    }

    fn open(&self, source: Source) -> LocalBoxFuture<'static, Answer> {
        let transfers = self.transfers.clone();
        async move {
            match transfers.open(source).await {
                Ok(blob) => Answer::File(blob),
                Err(sentence) => Answer::Cms(ScriptAnswer::Unreachable(sentence)),
            }
        }
        .boxed_local()
    }

    fn send(&self, parcel: Parcel) -> LocalBoxFuture<'static, Answer> {
        let transfers = self.transfers.clone();
        async move {
            let Parcel { url, headers, blob } = parcel;
            Answer::Cms(transfers.send(&url, &headers, blob).await)
        }
        .boxed_local()
    }
}

async fn converse(
    frame: &mut Frame,
    calls: &mut Calls,
    asked: &Asked<'_>,
) -> Result<(), ScriptFailure> {
    let host = asked.host;
    let limits = host.limits();
    let mut stopped = host.stopped().fuse();
    let mut started = false;
    let mut made = 0_u32;
    loop {
        // The clock starts anew with every sign of life, and stands still while the script waits for us.
        let silence = if calls.is_empty() {
            Either::Left(Timeout::new(milliseconds(limits.silence_seconds)))
        } else {
            Either::Right(future::pending())
        };
        let mut silence = silence.fuse();
        select! {
            signal = frame.signals.next() => match signal {
                Some(Signal::Started) => started = true,
                Some(Signal::Request(id, request)) => {
                    made = made.saturating_add(1);
                    within(&limits, made, &request)?;
                    room(&limits, calls.len())?;
                    calls.push(numbered(id, asked.serve(request)));
                }
                Some(Signal::Open(id, source)) => {
                    room(&limits, calls.len())?;
                    calls.push(numbered(id, asked.open(source)));
                }
                Some(Signal::Send(id, parcel)) => {
                    room(&limits, calls.len())?;
                    calls.push(numbered(id, asked.send(parcel)));
                }
                Some(Signal::Console(level, text)) => host.console(level, text),
                Some(Signal::Ended(outcome)) => return outcome,
                None => return Err(no_sandbox("its line broke off")),
            },
            (id, answer) = calls.select_next_some() => frame.answer(id, answer)?,
            () = stopped => return Err(ScriptFailure::Stopped),
            () = silence => {
                return Err(if started {
                    ScriptFailure::Limit(Excess::Silence { seconds: limits.silence_seconds })
                } else {
                    no_sandbox("its page did not answer")
                });
            }
        }
    }
}

fn numbered(
    id: u32,
    answer: LocalBoxFuture<'static, Answer>,
) -> LocalBoxFuture<'static, (u32, Answer)> {
    answer.map(move |answer| (id, answer)).boxed_local()
}

/// Whether one more request keeps to the limits. The worker keeps to them too; this does not rely on it.
fn within(limits: &Limits, made: u32, request: &ScriptRequest) -> Result<(), ScriptFailure> {
    if made > limits.calls {
        let limit = limits.calls;
        return Err(ScriptFailure::Limit(Excess::Calls { limit }));
    }
    let bytes = request.body.as_ref().map_or(0, String::len) + request.query.len();
    if bytes > limits.message_bytes as usize {
        return Err(ScriptFailure::Limit(Excess::Message {
            bytes: bytes as u64,
            limit: limits.message_bytes,
        }));
    }
    Ok(())
}

/// Whether one more may be under way.
fn room(limits: &Limits, unanswered: usize) -> Result<(), ScriptFailure> {
    if unanswered >= limits.in_flight as usize {
        let limit = limits.in_flight;
        return Err(ScriptFailure::Limit(Excess::InFlight { limit }));
    }
    Ok(())
}

fn milliseconds(seconds: u32) -> i32 {
    i32::try_from(seconds.saturating_mul(1000)).unwrap_or(i32::MAX)
}

fn no_sandbox(reason: &str) -> ScriptFailure {
    ScriptFailure::NoSandbox(reason.to_owned())
}

fn refused(thrown: JsValue) -> ScriptFailure {
    ScriptFailure::NoSandbox(super::js_error::text(&thrown))
}

/// What the frame and its worker say.
enum Signal {
    Started,
    Request(u32, ScriptRequest),
    Open(u32, Source),
    Send(u32, Parcel),
    Console(ConsoleLevel, String),
    Ended(Result<(), ScriptFailure>),
}

/// A file on its way to where the CMS wants it.
struct Parcel {
    url: String,
    headers: Vec<(String, String)>,
    blob: Option<Blob>,
}

/// The same on the wire; both ends are ours, and what is not in this vocabulary is a broken sandbox.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Started,
    Lost {
        message: String,
    },
    Request {
        id: u32,
        method: String,
        path: String,
        query: String,
        headers: Vec<(String, String)>,
        body: Option<String>,
    },
    Open {
        id: u32,
        path: Option<String>,
        url: Option<String>,
    },
    /// Its blob stays in the message: it is no data.
    Send {
        id: u32,
        url: String,
        headers: Vec<(String, String)>,
    },
    Console {
        level: String,
        text: String,
    },
    /// A request that was too large to leave the worker.
    TooLarge {
        bytes: f64,
    },
    Done,
    Threw {
        name: String,
        message: String,
        stack: String,
        refused: Option<SaidRefused>,
    },
}

/// The request that an error of the client tells of.
#[derive(Deserialize)]
struct SaidRefused {
    method: String,
    path: String,
    /// A number of any kind, as a script may make up its errors.
    status: f64,
}

impl SaidRefused {
    /// `None` for what no answer can have been.
    fn read(self) -> Option<Refused> {
        let Self {
            method,
            path,
            status,
        } = self;
        let status =
            (100_u16..=599).find(|known| (f64::from(*known) - status).abs() < f64::EPSILON)?;
        Some(Refused {
            method,
            path,
            status,
        })
    }
}

impl Signal {
    fn of(said: Said, limits: &Limits) -> Self {
        match said {
            Said::TooLarge { bytes } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number of bytes, as JavaScript counts them"
                )]
                let bytes = bytes as u64;
                let limit = limits.message_bytes;
                Self::Ended(Err(ScriptFailure::Limit(Excess::Message { bytes, limit })))
            }
            Said::Started => Self::Started,
            Said::Lost { message } => Self::Ended(Err(ScriptFailure::NoSandbox(message))),
            Said::Request {
                id,
                method,
                path,
                query,
                headers,
                body,
            } => Self::Request(
                id,
                ScriptRequest {
                    method,
                    path,
                    query,
                    headers,
                    body,
                },
            ),
            Said::Open { id, path, url } => {
                let source = match (path, url) {
                    (Some(path), _) => Source::Path(path),
                    (None, url) => Source::Url(url.unwrap_or_default()),
                };
                Self::Open(id, source)
            }
            Said::Send { id, url, headers } => {
                let blob = None;
                Self::Send(id, Parcel { url, headers, blob })
            }
            Said::Console { level, text } => {
                let level = match level.as_str() {
                    "error" => ConsoleLevel::Error,
                    "warn" => ConsoleLevel::Warn,
                    _ => ConsoleLevel::Log,
                };
                Self::Console(level, text)
            }
            Said::Done => Self::Ended(Ok(())),
            Said::Threw {
                name,
                message,
                stack,
                refused,
            } => {
                let stack = Some(stack).filter(|stack| !stack.is_empty());
                Self::Ended(Err(ScriptFailure::Threw {
                    name,
                    message,
                    stack,
                    // They are looked up where the files are known.
                    places: Vec::new(),
                    refused: refused.and_then(SaidRefused::read).map(Box::new),
                }))
            }
        }
    }
}

/// What the worker hears.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Say<'a> {
    Response {
        id: u32,
        status: u16,
        headers: &'a [(String, String)],
        body: &'a str,
    },
    Unreachable {
        id: u32,
        message: &'a str,
    },
}

struct Frame {
    element: HtmlIFrameElement,
    script: MessagePort,
    control: MessagePort,
    signals: mpsc::UnboundedReceiver<Signal>,
    on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Frame {
    async fn open(
        files: &SandboxFiles,
        prepared: &Prepared,
        host: &dyn ScriptHost,
    ) -> Result<Self, ScriptFailure> {
        let limits = host.limits();
        let (sender, signals) = mpsc::unbounded();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let mut signal = serde_wasm_bindgen::from_value::<Said>(event.data()).map_or_else(
                |error| Signal::Ended(Err(ScriptFailure::NoSandbox(error.to_string()))),
                |said| Signal::of(said, &limits),
            );
            if let Signal::Send(_, parcel) = &mut signal {
                let blob = Reflect::get(&event.data(), &"blob".into());
                parcel.blob = blob.ok().and_then(|blob| blob.dyn_into().ok());
            }
            // A frame that is being dropped listens no more.
            drop(sender.unbounded_send(signal));
        });
        let (frame_line, script_line) = (
            MessageChannel::new().map_err(refused)?,
            MessageChannel::new().map_err(refused)?,
        );
        let frame = Self {
            element: hidden_frame().map_err(refused)?,
            script: script_line.port1(),
            control: frame_line.port1(),
            signals,
            on_message,
        };
        for port in [&frame.control, &frame.script] {
            port.set_onmessage(Some(frame.on_message.as_ref().unchecked_ref()));
        }
        frame.load(&files.page).await?;
        let work = Object::new();
        let module = prepared
            .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
            .map_err(|error| ScriptFailure::NoSandbox(error.to_string()))?;
        let pace = Object::new();
        for (name, limit) in [
            ("inFlight", limits.in_flight),
            ("messageBytes", limits.message_bytes),
        ] {
            Reflect::set(&pace, &name.into(), &limit.into()).map_err(refused)?;
        }
        let parts = [
            ("limits", pace.into()),
            (
                "environment",
                JsValue::from_str(host.environment().as_str()),
            ),
            ("worker", JsValue::from_str(&files.worker)),
            ("packages", JsValue::from_str(&files.packages)),
            ("prepared", module),
        ];
        for (name, value) in parts {
            Reflect::set(&work, &name.into(), &value).map_err(refused)?;
        }
        let lines = Array::of2(&frame_line.port2(), &script_line.port2());
        let window = frame
            .element
            .content_window()
            .ok_or_else(|| no_sandbox("its frame has no window"))?;
        // An opaque origin has no name to address. What goes out is the script and the bundles: nothing secret.
        window
            .post_message_with_transfer(&work, "*", &lines)
            .map_err(refused)?;
        Ok(frame)
    }

    async fn load(&self, page: &str) -> Result<(), ScriptFailure> {
        let (sender, loaded) = oneshot::channel();
        // Nobody waits any more when it took too long.
        let on_load = Closure::once(move || sender.send(()).unwrap_or_default());
        self.element
            .set_onload(Some(on_load.as_ref().unchecked_ref()));
        self.element.set_src(page);
        let body = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document| document.body());
        let body = body.ok_or_else(|| no_sandbox("the page has no body yet"))?;
        body.append_child(&self.element).map_err(refused)?;
        let loaded = future::select(loaded, Timeout::new(LOAD_MS)).await;
        self.element.set_onload(None);
        match loaded {
            Either::Left(_) => Ok(()),
            Either::Right(_) => Err(no_sandbox("its page did not load")),
        }
    }

    fn answer(&self, id: u32, answer: Answer) -> Result<(), ScriptFailure> {
        let answer = match answer {
            Answer::Cms(answer) => answer,
            Answer::File(blob) => {
                let say = Object::new();
                for (name, value) in [
                    ("type", "file".into()),
                    ("id", id.into()),
                    ("blob", blob.into()),
                ] {
                    Reflect::set(&say, &name.into(), &value).map_err(refused)?;
                }
                return self.script.post_message(&say).map_err(refused);
            }
        };
        let say = match &answer {
            ScriptAnswer::Response {
                status,
                headers,
                body,
            } => Say::Response {
                id,
                status: *status,
                headers,
                body,
            },
            ScriptAnswer::Unreachable(message) => Say::Unreachable { id, message },
        };
        let message = serde_wasm_bindgen::to_value(&say)
            .map_err(|error| ScriptFailure::NoSandbox(error.to_string()))?;
        self.script.post_message(&message).map_err(refused)
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        for port in [&self.control, &self.script] {
            port.set_onmessage(None);
            port.close();
        }
        // Takes the worker along, in an endless loop or not.
        self.element.remove();
    }
}

fn hidden_frame() -> Result<HtmlIFrameElement, JsValue> {
    let document = web_sys::window()
        .and_then(|window| window.document())
        .ok_or("there is no document")?;
    let frame: HtmlIFrameElement = document.create_element("iframe")?.unchecked_into();
    for (name, value) in [
        ("sandbox", "allow-scripts"),
        ("hidden", ""),
        ("aria-hidden", "true"),
        ("tabindex", "-1"),
    ] {
        frame.set_attribute(name, value)?;
    }
    frame.set_title("Migration sandbox");
    Ok(frame)
}

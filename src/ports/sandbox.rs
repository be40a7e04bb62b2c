//! Runs one prepared migration where it can reach nothing but the page's answers.
//!
//! Each run gets a frame of its own (`www/sandbox.html`, opaque origin, no network) with one worker in it; dropping the
//! frame ends the worker, whatever it is doing. The page hands over the two bundles as text and two ports: one to hear
//! whether the worker started, one for the conversation that `www/sandbox/worker.js` describes. No token, no host name
//! and no other secret goes in. Where another script follows, its frame is opened while this one waits for answers.

mod frame;
mod messages;
mod silence;
mod spare;

use std::rc::Rc;
use std::time::Duration;

use datocms_client::Timer;
use futures_util::future::{self, Fuse, FutureExt, LocalBoxFuture};
use futures_util::select;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use slipway_engine::ports::{
    ConsoleLevel, Excess, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest,
};
use slipway_release::{Limits, failure::Place};
use slipway_scripts::Prepared;
use web_sys::Blob;

use super::browser_timer::{BrowserTimer, LONGEST};
use super::files::ChosenFiles;
use super::transfer::{Source, Transfers, tells_of_files};
use frame::Frame;
use messages::{Parcel, Signal};
use silence::{Next, Silence};
use spare::Spare;

/// What a run may print, in bytes, all lines together. Its worker cuts it off long before, unless the script got round it.
const PRINTED: usize = 50_000_000;

/// What a sandbox is made of.
#[derive(Debug, Clone)]
pub struct SandboxFiles {
    /// Text of the frame's page, `www/sandbox.html`.
    pub page: String,
    /// Text of the worker, `www/sandbox/worker.js`.
    pub worker: String,
    /// Text of the packages a migration may import, bundled from `www/sandbox/client.mjs`.
    pub packages: String,
}

impl SandboxFiles {
    /// Fetches them from the folder they were built into, relative to the page, with a slash at its end.
    pub async fn load(folder: &str) -> Result<Self, ScriptFailure> {
        let (page, worker, packages) = future::try_join3(
            text(format!("{folder}sandbox.html")),
            text(format!("{folder}worker.js")),
            text(format!("{folder}client.js")),
        )
        .await?;
        Ok(Self {
            page,
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
    spare: Rc<Spare>,
}

impl Sandbox {
    /// A sandbox of these files.
    pub fn new(files: SandboxFiles) -> Self {
        Self {
            files: Rc::new(files),
            uploads: Rc::default(),
            spare: Rc::default(),
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
        let mut frame = match self.spare.take().await {
            Some(frame) => frame,
            None => Frame::open(&self.files).await?,
        };
        frame.begin(prepared, host.as_ref())?;
        let mut calls = Calls::new();
        let transfers = Transfers::new(self.uploads.clone(), prepared, host.clone());
        let asked = Asked {
            host: host.as_ref(),
            transfers: Rc::new(transfers),
        };
        let outcome = self.converse(&mut frame, &mut calls, &asked).await;
        if outcome.is_err() {
            self.spare.close();
        }
        // First the script, so that it cannot go on, then what is on the wire: its outcome belongs into the record.
        drop(frame);
        // A host that stops a script has nothing on the wire, and never answers what the script asks for by then.
        if !matches!(outcome, Err(ScriptFailure::Stopped)) {
            while calls.next().await.is_some() {}
        }
        outcome.map_err(|failure| with_original_lines(prepared, failure))
    }

    async fn converse(
        &self,
        frame: &mut Frame,
        calls: &mut Calls,
        asked: &Asked<'_>,
    ) -> Result<(), ScriptFailure> {
        let host = asked.host;
        let limits = host.limits();
        let patience = Duration::from_secs(limits.silence_seconds.into());
        let mut silence = Silence::new(patience, BrowserTimer.now());
        let mut bell = ring_in(silence.first());
        // Those for files: nothing of the CMS hangs on them, so nobody waits for them once the script is gone.
        let mut transfers = Calls::new();
        let mut printed = 0_usize;
        let mut stopped = host.stopped().fuse();
        let mut spare = future::poll_fn(|cx| self.spare.go_on(cx)).fuse();
        let mut made = 0_u32;
        loop {
            select! {
                signal = frame.signals.next() => {
                    silence.hear(BrowserTimer.now());
                    let Some(signal) = signal else {
                        return Err(no_sandbox("its line broke off"));
                    };
                    if signal.is_call() {
                        made = made.saturating_add(1);
                        // Now, as the script waits: before, it would only come later to its first request.
                        if made == 1 && host.another() {
                            self.spare.open(&self.files);
                        }
                        room(&limits, made, calls.len() + transfers.len())?;
                    }
                    match signal {
                        Signal::Started => frame.started = true,
                        Signal::Here => {}
                        Signal::Request(id, request) => calls.push(numbered(id, asked.serve(request))),
                        Signal::Open(id, source) => transfers.push(numbered(id, asked.open(source))),
                        Signal::Send(id, parcel) => transfers.push(numbered(id, asked.send(parcel))),
                        Signal::Console(level, text) => {
                            let before = printed;
                            printed = printed.saturating_add(text.len());
                            if printed <= PRINTED {
                                host.console(level, text);
                            } else if before <= PRINTED {
                                let text = "Further console output is not shown.".to_owned();
                                host.console(ConsoleLevel::Warn, text);
                            }
                        }
                        Signal::TooLarge(bytes) => {
                            let limit = limits.message_bytes;
                            return Err(ScriptFailure::Limit(Excess::Message { bytes, limit }));
                        }
                        Signal::Ended(outcome) => return outcome,
                    }
                }
                (id, answer) = calls.select_next_some() => {
                    frame.answer(id, answer)?;
                    silence.answer(BrowserTimer.now());
                }
                (id, answer) = transfers.select_next_some() => {
                    frame.answer(id, answer)?;
                    silence.answer(BrowserTimer.now());
                }
                () = stopped => return Err(ScriptFailure::Stopped),
                never = spare => match never {},
                () = bell => {
                    let waits = !(calls.is_empty() && transfers.is_empty());
                    bell = match silence.look(BrowserTimer.now(), waits) {
                        Next::Wait(time) => ring_in(time),
                        Next::Ask(time) => {
                            frame.ping()?;
                            ring_in(time)
                        }
                        Next::End if frame.started => {
                            let seconds = limits.silence_seconds;
                            return Err(ScriptFailure::Limit(Excess::Silence { seconds }));
                        }
                        Next::End => return Err(no_sandbox("its page did not answer")),
                    };
                }
            }
        }
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
        if !tells_of_files(&request) {
            return self.host.serve(request).map(Answer::Cms).boxed_local();
        }
        let transfers = self.transfers.clone();
        let answer = self.host.serve(request);
        async move {
            let answer = answer.await;
            transfers.note(&answer);
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

fn ring_in(time: Duration) -> Fuse<TimeoutFuture> {
    // Rounded up: a bell that rings a little early would ring several times.
    let milliseconds = time.as_micros().div_ceil(1000).min(LONGEST.into());
    TimeoutFuture::new(u32::try_from(milliseconds).unwrap_or(LONGEST)).fuse()
}

fn numbered(
    id: u32,
    answer: LocalBoxFuture<'static, Answer>,
) -> LocalBoxFuture<'static, (u32, Answer)> {
    answer.map(move |answer| (id, answer)).boxed_local()
}

/// Whether one more call keeps to the limits: the last of so many that were made, with so many unanswered. The worker keeps
/// to them too; this does not rely on it.
fn room(limits: &Limits, made: u32, unanswered: usize) -> Result<(), ScriptFailure> {
    if made > limits.calls {
        let limit = limits.calls;
        return Err(ScriptFailure::Limit(Excess::Calls { limit }));
    }
    if unanswered >= limits.in_flight as usize {
        let limit = limits.in_flight;
        return Err(ScriptFailure::Limit(Excess::InFlight { limit }));
    }
    Ok(())
}

fn no_sandbox(reason: &str) -> ScriptFailure {
    ScriptFailure::NoSandbox(reason.to_owned())
}

//! Runs one prepared migration where it can reach nothing but the page's answers.
//!
//! Each run gets a frame of its own (`www/sandbox.html`, opaque origin, no network) with one worker in it; dropping the
//! frame ends the worker, whatever it is doing. The page hands over the two bundles as text and two ports: one to hear
//! whether the worker started, one for the conversation that `www/sandbox/worker.js` describes. No token, no host name
//! and no other secret goes in. Where another script follows, its frame is opened while this one waits for answers.

mod frame;
mod messages;
mod spare;

use std::rc::Rc;
use std::time::Duration;

use datocms_client::Timer;
use futures_util::future::{self, Fuse, FutureExt, LocalBoxFuture};
use futures_util::select;
use futures_util::stream::{FuturesUnordered, StreamExt};
use gloo_net::http::Request;
use gloo_timers::future::TimeoutFuture;
use slipway_engine::ports::{Excess, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest};
use slipway_release::{Limits, failure::Place};
use slipway_scripts::Prepared;
use web_sys::Blob;

use super::browser_timer::{BrowserTimer, LONGEST};
use super::files::ChosenFiles;
use super::transfer::{Source, Transfers};
use frame::Frame;
use messages::{Parcel, Signal};
use spare::Spare;

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
        let mut calls = FuturesUnordered::new();
        let transfers = Rc::new(Transfers::new(self.uploads.clone(), prepared));
        let asked = Asked {
            host: host.as_ref(),
            transfers,
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
        let mut bell = ring_in(patience);
        let mut heard = BrowserTimer.now();
        let mut stopped = host.stopped().fuse();
        let mut spare = future::poll_fn(|cx| self.spare.go_on(cx)).fuse();
        let mut made = 0_u32;
        loop {
            select! {
                signal = frame.signals.next() => match signal {
                    Some(Signal::Started) => frame.started = true,
                    Some(Signal::Request(id, request)) => {
                        made = made.saturating_add(1);
                        // Now, as the script waits: before, it would only come later to its first request.
                        if made == 1 && host.another() {
                            self.spare.open(&self.files);
                        }
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
                    Some(Signal::TooLarge(bytes)) => {
                        let limit = limits.message_bytes;
                        return Err(ScriptFailure::Limit(Excess::Message { bytes, limit }));
                    }
                    Some(Signal::Ended(outcome)) => return outcome,
                    None => return Err(no_sandbox("its line broke off")),
                },
                (id, answer) = calls.select_next_some() => frame.answer(id, answer)?,
                () = stopped => return Err(ScriptFailure::Stopped),
                never = spare => match never {},
                // One bell serves a whole run, and looks what the time is when it rings: one anew for every sign of life would
                // cost each call a part of its time.
                () = bell => {
                    let left = if calls.is_empty() {
                        patience.saturating_sub(BrowserTimer.now().saturating_sub(heard))
                    } else {
                        // The clock stands still while the script waits for us.
                        patience
                    };
                    if left.is_zero() {
                        return Err(if frame.started {
                            ScriptFailure::Limit(Excess::Silence { seconds: limits.silence_seconds })
                        } else {
                            no_sandbox("its page did not answer")
                        });
                    }
                    bell = ring_in(left);
                    continue;
                }
            }
            heard = BrowserTimer.now();
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

fn no_sandbox(reason: &str) -> ScriptFailure {
    ScriptFailure::NoSandbox(reason.to_owned())
}

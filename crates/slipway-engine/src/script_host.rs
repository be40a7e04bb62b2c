//! The engine's side of a running script: every request is judged, pinned to the sandbox, performed and written down.

use std::{cell::RefCell, rc::Rc, time::Duration};

use datocms_client::{ApiError, EnvironmentId, RawAnswer, RawRequest, Timer, Timestamp, Transport};
use serde_json::json;
use slipway_release::{
    Digest, Limits, Release, ScriptEnd, ScriptIndex,
    deeds::{self, Deeds, Sent},
    event::ScriptSummary,
    policy::{self, Asked, Reason, Refusal, Resource, Verdict},
};

use crate::{
    consents::{Answer, Desk},
    engine::Engine,
    ports::{
        ConsoleLevel, FileCall, LocalFuture, Ports, ScriptAnswer, ScriptFailure, ScriptHost,
        ScriptRequest,
    },
    progress::{CallLine, ConsoleLine, Progress, Watch, shown},
    rejections::Rejections,
    stop::Stop,
};

/// The status of an answer that refuses what was not sent.
pub(crate) const REFUSED: u16 = 403;

/// Serves one run of one script.
pub(crate) struct Host<T, C, P>(Rc<Inner<T, C, P>>);

pub(crate) struct Inner<T, C, P> {
    pub(crate) engine: Engine<T, C, P>,
    /// As it was when the script began: the plan does not change.
    began: Release,
    /// With what the person answered since.
    pub(crate) release: RefCell<Release>,
    script: ScriptIndex,
    /// The script's name.
    pub(crate) name: String,
    pub(crate) watch: Rc<dyn Watch>,
    pub(crate) stop: Stop,
    pub(crate) desk: Desk,
    tally: RefCell<Tally>,
}

/// What becomes of a request.
enum Ruling {
    Send,
    Refuse(Refusal),
    /// Whether it may be sent could not be found out.
    Fail(ApiError),
}

#[derive(Default)]
struct Tally {
    deeds: Deeds,
    rejections: Rejections,
    /// How many ids were given to new records.
    given_out: u32,
    /// How long people thought about its questions.
    asked: Duration,
    /// How long the script itself ran, in milliseconds, once that is known.
    millis: Option<i64>,
}

impl Tally {
    fn summary(&self) -> ScriptSummary {
        ScriptSummary {
            millis: self.millis,
            ..self.deeds.summary()
        }
    }
}

impl<T, C, P> Host<T, C, P> {
    pub(crate) fn new(
        engine: Engine<T, C, P>,
        release: Release,
        script: ScriptIndex,
        watch: Rc<dyn Watch>,
    ) -> Self {
        let stop = watch.stop();
        let planned = release.plan().scripts.get(script);
        Self(Rc::new(Inner {
            name: planned.map_or_else(String::new, |script| script.name.clone()),
            engine,
            began: release.clone(),
            release: RefCell::new(release),
            script,
            watch,
            stop,
            desk: Desk::default(),
            tally: RefCell::default(),
        }))
    }

    /// The release with what was written into its log while the script ran.
    pub(crate) fn release(&self) -> Release {
        self.0.release.borrow().clone()
    }

    /// The script is about to run.
    pub(crate) fn begins(&self, at: Timestamp) {
        let script = self.0.script;
        self.0.watch.progress(Progress::Runs { script, at });
    }

    /// The script has run for so long, questions included.
    pub(crate) fn ran_for(&self, took: Duration) {
        let mut tally = self.0.tally.borrow_mut();
        let own = took.saturating_sub(tally.asked).as_millis();
        tally.millis = i64::try_from(own).ok();
    }

    /// What the script has done so far.
    pub(crate) fn summary(&self) -> ScriptSummary {
        self.0.tally.borrow().summary()
    }

    /// How far it came, and what of that was refused to it ended it.
    pub(crate) fn ended(&self, failure: Option<&ScriptFailure>) -> (ScriptEnd, Option<Refusal>) {
        let tally = self.0.tally.borrow();
        let last = tally.deeds.last().cloned();
        tally.rejections.end(tally.summary(), last, failure)
    }
}

impl<T, C, P> ScriptHost for Host<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    fn limits(&self) -> Limits {
        self.0.began.plan().limits
    }

    fn environment(&self) -> EnvironmentId {
        self.0.began.plan().sandbox.clone()
    }

    fn another(&self) -> bool {
        self.0.script + 1 < self.0.began.plan().scripts.len()
    }

    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer> {
        let inner = self.0.clone();
        Box::pin(async move {
            let ruling = admit(&inner.desk, &inner.stop, inner.rule(&request)).await;
            // Until the answer is there, or for good once the release is lost.
            let in_flight = inner.stop.request();
            if inner.engine.beat(&inner.began).await.is_err() {
                // Somebody took the release over: nothing more is sent, and the log will say so.
                inner.stop.wish();
                drop(in_flight);
                return std::future::pending().await;
            }
            inner.serve(request, ruling).await
        })
    }

    fn transferred(&self, call: FileCall) {
        let inner = &self.0;
        let line = CallLine::of_file(inner.script, inner.engine.ports.now(), call);
        inner.watch.progress(Progress::Call(line));
    }

    fn console(&self, level: ConsoleLevel, text: String) {
        let inner = &self.0;
        inner.watch.progress(Progress::Console(ConsoleLine {
            script: inner.script,
            at: inner.engine.ports.now(),
            level,
            text,
        }));
    }

    fn stopped(&self) -> LocalFuture<()> {
        self.0.stop.safe()
    }
}

impl<T, C, P> Inner<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// What the policy says, and where it asks for a person's consent, what the person says. `None`: nothing more of this
    /// script is served.
    async fn rule(&self, request: &ScriptRequest) -> Option<Ruling> {
        let resource = match judge(request, &self.began.plan().sandbox) {
            Verdict::Perform => return Some(self.rule_of_logs(request).await),
            Verdict::Refuse(refusal) => return Some(Ruling::Refuse(refusal)),
            Verdict::NeedsConsent(resource) => resource,
        };
        match self.consent(resource, request).await {
            Ok(Answer::Allowed) => Some(Ruling::Send),
            Ok(Answer::Refused(by)) => Some(Ruling::Refuse(not_allowed(request, resource, by))),
            // An answer that could not be put on record: writing down how the script ended will say why.
            Ok(Answer::Stopped) | Err(_) => None,
        }
    }

    /// Slipway's own logs lie in the sandbox, too.
    async fn rule_of_logs(&self, request: &ScriptRequest) -> Ruling {
        let plan = self.began.plan();
        let asked = self
            .engine
            .keeps_out_of_logs(request, &plan.sandbox, Some(&plan.id));
        match asked.await {
            Ok(None) => Ruling::Send,
            Ok(Some(refusal)) => Ruling::Refuse(refusal),
            Err(error) => Ruling::Fail(error),
        }
    }

    async fn serve(&self, request: ScriptRequest, ruling: Ruling) -> ScriptAnswer {
        let started = self.engine.ports.now();
        let mut sent = None;
        let answer = match ruling {
            Ruling::Refuse(refusal) => Err(refusal),
            Ruling::Fail(error) => Ok(Err(error)),
            Ruling::Send => {
                sent = self.tally.borrow_mut().deeds.leaves(asked(&request), ());
                Ok(self.perform(&request).await)
            }
        };
        self.tally(&request, sent, &answer);
        let left = (answer.as_ref().ok())
            .and_then(|answer| answer.as_ref().ok())
            .and_then(|answer| number(answer, "x-ratelimit-remaining"));
        let (answer, status, refused) = match answer {
            Ok(Ok(answer)) => {
                let status = Some(answer.status.as_u16());
                (pass_on(&request, answer), status, false)
            }
            Ok(Err(error)) => (ScriptAnswer::Unreachable(error.to_string()), None, false),
            Err(refusal) => (refuse(&refusal), None, true),
        };
        let (method, path) = shown(&request);
        self.watch.progress(Progress::Call(CallLine {
            script: self.script,
            at: started,
            method,
            path,
            is_file: false,
            status,
            millis: self.engine.ports.now().as_millis() - started.as_millis(),
            refused,
            left,
        }));
        answer
    }

    /// A person took so long to answer a question of the script.
    pub(crate) fn asked_for(&self, took: Duration) {
        self.tally.borrow_mut().asked += took;
    }

    /// Bytes that no other request has: browsers send a request twice when a kept-alive connection closes
    /// under it, and a record must not be made twice for that.
    fn unique(&self) -> [u8; 16] {
        let text = format!(
            "{} {} {} {} {:?} {}",
            self.began.plan().id,
            self.began.log().len(),
            self.script,
            self.engine.page,
            self.engine.timer.now(),
            self.tally.borrow().given_out,
        );
        self.tally.borrow_mut().given_out += 1;
        sixteen(&text)
    }

    async fn perform(&self, request: &ScriptRequest) -> Result<RawAnswer, ApiError> {
        let mut raw = compose(request)?.in_environment(&self.began.plan().sandbox);
        if request.body.is_some() {
            raw = raw.with_record_id(self.unique());
        }
        self.engine.cma.raw(raw).await
    }

    fn tally(
        &self,
        request: &ScriptRequest,
        sent: Option<Sent>,
        answer: &Result<Result<RawAnswer, ApiError>, Refusal>,
    ) {
        let mut tally = self.tally.borrow_mut();
        let came = match answer {
            Ok(Ok(answer)) => {
                tally.rejections.note(request, answer);
                deeds::Answer::Cms {
                    status: answer.status.as_u16(),
                    body: &answer.body,
                }
            }
            Ok(Err(_)) => deeds::Answer::None,
            Err(refusal) => {
                tally.rejections.refuse(request, refusal.clone());
                deeds::Answer::Refused
            }
        };
        tally.deeds.note(asked(request), sent, came);
    }
}

/// A script's request as it is noted.
pub(crate) fn asked(request: &ScriptRequest) -> deeds::Asked<'_> {
    deeds::Asked {
        verb: &request.method,
        path: &request.path,
        query: &request.query,
        body: request.body.as_deref(),
    }
}

/// What becomes of a request, once nothing is asked of a person any more. Where a script is to stop, or nothing more of it
/// is served, it stands still here until the runner ends it.
pub(crate) async fn admit<R>(
    desk: &Desk,
    stop: &Stop,
    ruling: impl Future<Output = Option<R>>,
) -> R {
    desk.free().await;
    match ruling.await {
        Some(ruling) if !stop.is_wished() => ruling,
        Some(_) | None => {
            stop.wish();
            std::future::pending().await
        }
    }
}

/// A person's refusal.
pub(crate) fn not_allowed(request: &ScriptRequest, resource: Resource, by: String) -> Refusal {
    Refusal {
        method: request.method.clone(),
        path: request.path.clone(),
        reason: Reason::NotAllowed { resource, by },
    }
}

/// What the policy says of a script's request.
pub(crate) fn judge(request: &ScriptRequest, sandbox: &EnvironmentId) -> Verdict {
    // Of several headers, one that names another environment counts.
    let environments = request
        .headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("x-environment"))
        .map(|(_, value)| value.as_str());
    let asked = Asked {
        method: &request.method,
        path: &request.path,
        environment: environments.max_by_key(|name| *name != sandbox.as_str()),
        body: request.body.as_deref(),
    };
    policy::judge(asked, sandbox)
}

/// A script's request as the client sends it.
pub(crate) fn compose(request: &ScriptRequest) -> Result<RawRequest, ApiError> {
    let unsendable = |reason: String| ApiError::InvalidRequest { reason };
    let method = request
        .method
        .to_ascii_uppercase()
        .parse()
        .map_err(|_| unsendable(format!("`{}` is no HTTP method", request.method)))?;
    let raw = RawRequest::new(method, &with_query(request))
        .map_err(|error| unsendable(error.to_string()))?;
    Ok(match &request.body {
        Some(body) => raw.with_body(body.clone().into_bytes()),
        None => raw,
    })
}

/// The path of a request with its query.
pub(crate) fn with_query(request: &ScriptRequest) -> String {
    if request.query.is_empty() {
        request.path.clone()
    } else {
        format!("{}?{}", request.path, request.query)
    }
}

/// A header of an answer that is a number.
pub(crate) fn number(answer: &RawAnswer, header: &str) -> Option<u32> {
    answer.headers.get(header)?.to_str().ok()?.parse().ok()
}

/// Sixteen bytes that another text does not give.
pub(crate) fn sixteen(text: &str) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Digest::of(text.as_bytes()).as_bytes()[..16]);
    bytes
}

/// The CMS's answer as it came, but for credentials of the CMS itself.
pub(crate) fn pass_on(request: &ScriptRequest, answer: RawAnswer) -> ScriptAnswer {
    let headers = answer
        .headers
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let body = String::from_utf8(answer.body)
        .unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned());
    ScriptAnswer::Response {
        status: answer.status.as_u16(),
        headers,
        body: policy::withhold(&request.method, &request.path, &body).unwrap_or(body),
    }
}

/// A refusal in the form of the CMS's own errors, so that the official client reports it as such.
pub(crate) fn refuse(refusal: &Refusal) -> ScriptAnswer {
    let body = json!({ "data": [{
        "id": "slipway",
        "type": "api_error",
        "attributes": {
            "code": "REFUSED_BY_SLIPWAY",
            "details": { "message": refusal.to_string() },
            "doc_url": "",
        },
    }]});
    ScriptAnswer::Response {
        status: REFUSED,
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_string(),
    }
}

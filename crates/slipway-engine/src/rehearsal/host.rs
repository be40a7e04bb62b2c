//! The engine's side of a rehearsed script: every request is judged as in a release and performed on the fork. What
//! would change the whole project is held back, and answered as if it had been done.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use datocms_client::{ApiError, EnvironmentId, RawAnswer, Timer, Timestamp, Transport};
use slipway_release::{
    Consent, Limits, ScriptEnd,
    deeds::{Answer, Sent},
    policy::{Refusal, Resource, Verdict},
    rehearsal::{HeldBack, Tally, calls::is_read, echo::Shadow},
};

use crate::{
    consents::{Desk, put},
    engine::Engine,
    ports::{
        ConsoleLevel, FileCall, LocalFuture, Ports, ScriptAnswer, ScriptFailure, ScriptHost,
        ScriptRequest,
    },
    progress::{CallLine, ConsoleLine, Progress, Watch, shown},
    rejections::Rejections,
    script_host::{admit, asked, compose, judge, not_allowed, number, pass_on, refuse, sixteen},
    stop::Stop,
};

/// What the scripts of one rehearsal share.
pub(super) struct Stage {
    pub(super) tally: RefCell<Tally>,
    pub(super) held_back: RefCell<Vec<HeldBack>>,
    pub(super) shadow: RefCell<Shadow>,
    /// What people allowed or refused, before and meanwhile.
    answers: RefCell<Vec<(Consent, bool)>>,
    /// How many requests the CMS lets through in a window, as it said itself.
    pub(super) limit: Cell<Option<u32>>,
    /// How many ids were given out.
    pub(super) given_out: Cell<u32>,
}

impl Stage {
    pub(super) fn new(consents: &[Consent]) -> Self {
        let allowed = consents.iter().map(|consent| (consent.clone(), true));
        Self {
            tally: RefCell::default(),
            held_back: RefCell::default(),
            shadow: RefCell::default(),
            answers: RefCell::new(allowed.collect()),
            limit: Cell::default(),
            given_out: Cell::default(),
        }
    }
}

/// Whose turn it is.
pub(super) struct Turn {
    pub(super) index: usize,
    /// The script's name.
    pub(super) name: String,
    /// Whether there is another one to run after it.
    pub(super) another: bool,
}

/// Serves one run of one script.
pub(super) struct Host<T, C, P>(Rc<Inner<T, C, P>>);

pub(super) struct Inner<T, C, P> {
    pub(super) engine: Engine<T, C, P>,
    pub(super) fork: EnvironmentId,
    pub(super) turn: Turn,
    limits: Limits,
    pub(super) stage: Rc<Stage>,
    watch: Rc<dyn Watch>,
    stop: Stop,
    desk: Desk,
    rejections: RefCell<Rejections>,
}

/// What becomes of a request.
enum Ruling {
    Send,
    HoldBack(Resource),
    Refuse(Refusal),
    /// Whether it may be sent could not be found out.
    Fail(ApiError),
}

/// What came of a request: what the script gets, and what is written down.
pub(super) struct Served {
    pub(super) answer: ScriptAnswer,
    /// Whether the CMS carried nothing out, because it was held back.
    pub(super) held_back: bool,
    /// How many requests the rate limit still allowed.
    pub(super) left: Option<u32>,
}

impl<T, C, P> Host<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    pub(super) fn new(
        engine: Engine<T, C, P>,
        fork: EnvironmentId,
        turn: Turn,
        limits: Limits,
        stage: Rc<Stage>,
        watch: Rc<dyn Watch>,
    ) -> Self {
        let stop = watch.stop();
        Self(Rc::new(Inner {
            engine,
            fork,
            turn,
            limits,
            stage,
            watch,
            stop,
            desk: Desk::default(),
            rejections: RefCell::default(),
        }))
    }

    /// How long people thought about its questions.
    pub(super) fn asked_for(&self) -> Duration {
        self.0.desk.asked_for()
    }

    /// How far the script came, and what of that was refused to it ended it.
    pub(super) fn ended(&self, failure: &ScriptFailure) -> (ScriptEnd, Option<Refusal>) {
        let (tally, script) = (self.0.stage.tally.borrow(), self.0.turn.index);
        let rejections = self.0.rejections.borrow();
        rejections.end(tally.summary(script), tally.last(script), Some(failure))
    }
}

impl<T, C, P> ScriptHost for Host<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    fn limits(&self) -> Limits {
        self.0.limits
    }

    fn environment(&self) -> EnvironmentId {
        self.0.fork.clone()
    }

    fn another(&self) -> bool {
        self.0.turn.another
    }

    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer> {
        let inner = self.0.clone();
        Box::pin(async move {
            let ruling = admit(&inner.desk, &inner.stop, inner.rule(&request)).await;
            let _in_flight = inner.stop.request();
            inner.serve(request, ruling).await
        })
    }

    fn transferred(&self, call: FileCall) {
        let inner = &self.0;
        let line = CallLine::of_file(inner.turn.index, inner.engine.ports.now(), call);
        inner.watch.progress(Progress::Call(line));
    }

    fn console(&self, level: ConsoleLevel, text: String) {
        let inner = &self.0;
        inner.watch.progress(Progress::Console(ConsoleLine {
            script: inner.turn.index,
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
    /// What the policy says. Looking at what holds credentials needs a consent here as in a release; a write of what
    /// belongs to the project is held back whether or not anybody allowed it. `None`: nothing more of this script is served.
    async fn rule(&self, request: &ScriptRequest) -> Option<Ruling> {
        let resource = match judge(request, &self.fork) {
            Verdict::Perform => return Some(self.rule_of_logs(request).await),
            Verdict::Refuse(refusal) => return Some(Ruling::Refuse(refusal)),
            Verdict::NeedsConsent(resource) => resource,
        };
        if !is_read(&request.method, &request.path) {
            return Some(Ruling::HoldBack(resource));
        }
        let known = || self.known(resource).map(Some);
        let ask = async || self.ask(resource, request).await;
        let answer = self.desk.answer(&self.engine.timer, known, ask).await;
        Some(if answer? {
            Ruling::Send
        } else {
            let by = self.engine.me.name.clone();
            Ruling::Refuse(not_allowed(request, resource, by))
        })
    }

    /// A release refuses what would change its log, and so does the try.
    async fn rule_of_logs(&self, request: &ScriptRequest) -> Ruling {
        let asked = self.engine.keeps_out_of_logs(request, &self.fork, None);
        match asked.await {
            Ok(None) => Ruling::Send,
            Ok(Some(refusal)) => Ruling::Refuse(refusal),
            Err(error) => Ruling::Fail(error),
        }
    }

    /// A person's answer; `None` where the script was stopped instead.
    async fn ask(&self, resource: Resource, request: &ScriptRequest) -> Option<bool> {
        let consent = Consent {
            script: self.turn.name.clone(),
            resource,
        };
        let allowed = put(&consent, request, &*self.watch, &self.stop).await?;
        self.stage.answers.borrow_mut().push((consent, allowed));
        Some(allowed)
    }

    /// What a person said about this script and this resource.
    pub(super) fn known(&self, resource: Resource) -> Option<bool> {
        let answers = self.stage.answers.borrow();
        let mut answers = answers.iter();
        answers
            .find(|(consent, _)| consent.script == self.turn.name && consent.resource == resource)
            .map(|(_, allowed)| *allowed)
    }

    async fn serve(&self, request: ScriptRequest, ruling: Ruling) -> ScriptAnswer {
        let started = self.engine.ports.now();
        let began = self.engine.timer.now();
        let mut sent = None;
        let (served, refused) = match ruling {
            Ruling::Send => {
                sent = self.stage.tally.borrow_mut().leaves(asked(&request));
                (self.send(&request).await, false)
            }
            Ruling::HoldBack(resource) => (self.hold_back(&request, resource).await, false),
            Ruling::Fail(error) => {
                let answer = ScriptAnswer::Unreachable(error.to_string());
                (Served::here(answer), false)
            }
            Ruling::Refuse(refusal) => {
                let answer = refuse(&refusal);
                self.rejections.borrow_mut().refuse(&request, refusal);
                (Served::here(answer), true)
            }
        };
        let took = super::millis(self.engine.timer.now().saturating_sub(began));
        self.write_down(&request, sent, &served, refused);
        self.tell(&request, &served, refused, (started, took));
        served.answer
    }

    fn write_down(
        &self,
        request: &ScriptRequest,
        sent: Option<Sent>,
        served: &Served,
        refused: bool,
    ) {
        let answer = match &served.answer {
            _ if refused => Answer::Refused,
            _ if served.held_back => Answer::HeldBack,
            ScriptAnswer::Response { status, body, .. } => Answer::Cms {
                status: *status,
                body: body.as_bytes(),
            },
            ScriptAnswer::Unreachable(_) => Answer::None,
        };
        let mut tally = self.stage.tally.borrow_mut();
        tally.note(asked(request), sent, answer);
    }

    fn tell(
        &self,
        request: &ScriptRequest,
        served: &Served,
        refused: bool,
        (at, millis): (Timestamp, i64),
    ) {
        let status = match &served.answer {
            ScriptAnswer::Response { status, .. } if !refused => Some(*status),
            ScriptAnswer::Response { .. } | ScriptAnswer::Unreachable(_) => None,
        };
        let (method, path) = shown(request);
        self.watch.progress(Progress::Call(CallLine {
            script: self.turn.index,
            at,
            method,
            path,
            is_file: false,
            status,
            millis,
            refused,
            left: served.left,
        }));
    }

    /// Performs a request on the fork. What earlier requests of this rehearsal are believed to have changed of the
    /// project is put over the answer.
    async fn send(&self, request: &ScriptRequest) -> Served {
        if request.method.eq_ignore_ascii_case("GET")
            && let Some(answer) = self.shadowed(&request.path)
        {
            return Served::here(answer);
        }
        match self.perform(request).await {
            Ok(raw) => {
                let left = number(&raw, "x-ratelimit-remaining");
                self.rejections.borrow_mut().note(request, &raw);
                let answer = self.with_shadow(&request.path, pass_on(request, raw));
                Served {
                    answer,
                    held_back: false,
                    left,
                }
            }
            Err(error) => Served::here(ScriptAnswer::Unreachable(error.to_string())),
        }
    }

    pub(super) async fn perform(&self, request: &ScriptRequest) -> Result<RawAnswer, ApiError> {
        let mut raw = compose(request)?.in_environment(&self.fork);
        if request.body.is_some() {
            raw = raw.with_record_id(self.unique());
        }
        let answer = self.engine.cma.raw(raw).await?;
        // Without the wait for room in the rate limit, which a script that asks for much at a time waits through each time.
        let took = super::millis(answer.took);
        self.stage.tally.borrow_mut().took(took);
        if let Some(limit) = number(&answer, "x-ratelimit-limit") {
            self.stage.limit.set(Some(limit));
        }
        Ok(answer)
    }

    /// Bytes that no other request of this rehearsal has.
    pub(super) fn unique(&self) -> [u8; 16] {
        let given_out = self.stage.given_out.get();
        self.stage.given_out.set(given_out + 1);
        let (page, now) = (&self.engine.page, self.engine.timer.now());
        sixteen(&format!("{} {page} {now:?} {given_out}", self.fork))
    }
}

impl Served {
    /// An answer that was given here.
    pub(super) fn here(answer: ScriptAnswer) -> Self {
        Self {
            answer,
            held_back: false,
            left: None,
        }
    }
}

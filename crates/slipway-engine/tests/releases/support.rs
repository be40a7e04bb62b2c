//! A project, a browser profile, a folder of scripts, and pages that open on them.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use datocms_client::{
    Cma, EnvironmentId, ForkOptions, Forking, ItemsQuery, NewField, NewItem, NewItemType,
    RawRequest, Timer, Timestamp, Transport, TransportError, in_process::InProcess,
};
use drydock::{Drydock, ManualClock, NoAnswer, Options, Project, Storage};
use serde_json::{Map, Value, json};
use slipway_engine::{
    ConsentQuestion, Engine, EngineError, Models, Progress, Stop, Watch,
    ports::{
        Clock, JournalStore, LocalFuture, Refused, RehearsalStore, ScriptAnswer, ScriptFailure,
        ScriptHost, ScriptRequest, Scripts, StoreError, Windows,
    },
};
use slipway_release::{
    Digest, Event, Phase, Plan, PlannedScript, Release, ReleaseId, Step, failure::Place,
};
use tokio::sync::Notify;

const START: i64 = 1_767_603_600_000;

/// The clock of client and server alike.
pub(crate) struct SharedTime(ManualClock);

impl Timer for SharedTime {
    fn now(&self) -> Duration {
        self.0
            .clock()
            .now()
            .since(drydock::Timestamp::from_millis(START))
    }

    async fn sleep(&self, duration: Duration) {
        self.0.advance(duration);
        // The copying of a fork runs in a thread of its own and needs a moment of the real world.
        tokio::time::sleep(Duration::from_millis(1)).await;
    }

    fn jitter(&self) -> f64 {
        0.5
    }
}

/// What a script of these tests does.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Makes a request with this body, and fails when the answer is no success.
    Call(&'static str, String, Option<Value>),
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
    clock: ManualClock,
    profile: Profile,
    scripts: BTreeMap<String, Vec<Act>>,
    hanging: Rc<Notify>,
    go_on: Rc<Notify>,
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
                Act::Call(method, path, body) => call(&*host, method, path, body.as_ref()).await?,
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

async fn call(
    host: &dyn ScriptHost,
    method: &str,
    path: &str,
    body: Option<&Value>,
) -> Result<(), ScriptFailure> {
    let request = ScriptRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: String::new(),
        headers: Vec::new(),
        body: body.map(Value::to_string),
    };
    let answer = tokio::select! {
        answer = host.serve(request) => answer,
        () = host.stopped() => return Err(ScriptFailure::Stopped),
    };
    match answer {
        // As the official client has it.
        ScriptAnswer::Response { status, body, .. } if status >= 300 => Err(ScriptFailure::Threw {
            name: "ApiError".to_owned(),
            message: format!("{method} {path}: {status} {body}"),
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
        }),
        ScriptAnswer::Response { body, .. } if body.contains("\"token\":\"") => {
            Err(threw("an API token's secret reached the script".to_owned()))
        }
        ScriptAnswer::Response { .. } => Ok(()),
        ScriptAnswer::Unreachable(reason) => Err(threw(reason)),
    }
}

fn threw(message: String) -> ScriptFailure {
    ScriptFailure::Threw {
        name: "Error".to_owned(),
        message,
        stack: None,
        places: Vec::new(),
        refused: None,
    }
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
            return Box::pin(std::future::ready(answer));
        }
        // Somebody who wants it stopped instead.
        self.stop.wish();
        Box::pin(std::future::pending())
    }
}

type Router = InProcess<axum::Router, axum::body::Body>;
pub(crate) type TestEngine = Engine<Wire, Rc<SharedTime>, Ports>;

/// What somebody does while a call is on its way.
type Meddling = Pin<Box<dyn Future<Output = ()>>>;

/// A request that left its page and is still on its way.
#[derive(Clone, Default)]
pub(crate) struct HeldBack(Rc<Held>);

#[derive(Default)]
struct Held {
    request: RefCell<Option<http::Request<Vec<u8>>>>,
    left: Notify,
}

impl HeldBack {
    /// Waits until it has left its page.
    pub(crate) async fn left(&self) {
        self.0.left.notified().await;
    }
}

/// The call to hold back: its end, a text in its body, and where it is kept.
type Holding = (&'static str, &'static str, HeldBack);

/// The way to the server, on which somebody else may be quicker.
pub(crate) struct Wire {
    router: Router,
    meddling: Rc<RefCell<Option<(&'static str, Meddling)>>>,
    holding: Rc<RefCell<Option<Holding>>>,
}

impl Transport for Wire {
    async fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> Result<http::Response<Vec<u8>>, TransportError> {
        let call = format!("{} {}", request.method(), request.uri().path());
        let first = self
            .meddling
            .borrow_mut()
            .take_if(|(before, _)| call.ends_with(*before))
            .map(|(_, meddling)| meddling);
        if let Some(meddling) = first {
            meddling.await;
        }
        let held = self
            .holding
            .borrow_mut()
            .take_if(|(ends, with, _)| {
                let body = String::from_utf8_lossy(request.body());
                call.ends_with(*ends) && body.contains(&format!("\"{with}\""))
            })
            .map(|(_, _, held)| held);
        if let Some(held) = held {
            *held.0.request.borrow_mut() = Some(request);
            held.0.left.notify_one();
            return std::future::pending().await;
        }
        self.router.send(request).await
    }
}

/// A blank project with one model, `note`, and one record in it.
pub(crate) struct World {
    pub(crate) drydock: Drydock,
    pub(crate) time: Rc<SharedTime>,
    pub(crate) scripts: BTreeMap<String, Vec<Act>>,
    pub(crate) hanging: Rc<Notify>,
    pub(crate) go_on: Rc<Notify>,
    pub(crate) note: String,
    pub(crate) record: String,
    meddling: Rc<RefCell<Option<(&'static str, Meddling)>>>,
    holding: Rc<RefCell<Option<Holding>>>,
    full_token: String,
}

impl World {
    pub(crate) async fn open(faults: &[&str]) -> Self {
        Self::open_with(0, |options| Options {
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            ..options
        })
        .await
    }

    /// A world whose server's clock shows so many seconds more than the browser's.
    pub(crate) async fn skewed(seconds: i64) -> Self {
        Self::open_with(seconds, |options| options).await
    }

    /// A world whose server was started in another way.
    pub(crate) async fn open_with(skew: i64, options: impl FnOnce(Options) -> Options) -> Self {
        let clock = ManualClock::at(drydock::Timestamp::from_millis(START));
        let drydock = Drydock::open(options(Options {
            storage: Storage::InMemory,
            project: Project::Blank,
            rate_limit: None,
            clock: clock.clock().skewed(skew),
            ..Options::default()
        }))
        .unwrap();
        let full_token = drydock.tokens().unwrap().full;
        let mut world = Self {
            drydock,
            time: Rc::new(SharedTime(clock)),
            scripts: BTreeMap::new(),
            hanging: Rc::default(),
            go_on: Rc::default(),
            note: String::new(),
            record: String::new(),
            meddling: Rc::default(),
            holding: Rc::default(),
            full_token,
        };
        world.furnish().await;
        world
    }

    async fn furnish(&mut self) {
        let scope = self.cma().primary();
        let model = scope
            .item_types()
            .create(&NewItemType {
                id: None,
                name: "Note".to_owned(),
                api_key: "note".to_owned(),
                draft_mode_active: false,
                skip_menu_item_creation: true,
            })
            .await
            .unwrap();
        let title = NewField {
            id: None,
            label: "Title".to_owned(),
            api_key: "title".to_owned(),
            field_type: "string".to_owned(),
            validators: json!({}),
        };
        scope.fields().create(&model.id, &title).await.unwrap();
        let record = scope
            .items()
            .create(&NewItem {
                id: None,
                item_type: model.id.clone(),
                attributes: titled("First"),
            })
            .await
            .unwrap();
        self.note = model.id;
        self.record = record.id;
        self.pass(60_000);
    }

    /// Now, by the browser's clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.0.clock().now().millis())
    }

    /// Lets time go by.
    pub(crate) fn pass(&self, millis: u64) {
        self.time.0.advance(Duration::from_millis(millis));
    }

    pub(crate) fn cma(&self) -> Cma<Wire, Rc<SharedTime>> {
        self.cma_as(&self.full_token)
    }

    fn cma_as(&self, token: &str) -> Cma<Wire, Rc<SharedTime>> {
        let wire = Wire {
            router: self.router(),
            meddling: self.meddling.clone(),
            holding: self.holding.clone(),
        };
        Cma::new(
            wire,
            self.time.clone(),
            "http://drydock.test/cma".parse().unwrap(),
            token.parse().unwrap(),
        )
    }

    /// Somebody is quicker than the next call that ends with `call`, such as `PUT /promote`.
    pub(crate) fn before_the_call(
        &self,
        call: &'static str,
        meddling: impl Future<Output = ()> + 'static,
    ) {
        *self.meddling.borrow_mut() = Some((call, Box::pin(meddling)));
    }

    fn router(&self) -> Router {
        InProcess::new(self.drydock.router()).losing(|marks| marks.get::<NoAnswer>().is_some())
    }

    /// The next call that ends with `call`, such as `POST /items`, and has this text in its body stays
    /// on its way until it [arrives](World::arrives).
    pub(crate) fn hold_back(&self, call: &'static str, text: &'static str) -> HeldBack {
        let held = HeldBack::default();
        *self.holding.borrow_mut() = Some((call, text, held.clone()));
        held
    }

    /// What was held back gets through at last. Whether the server did it.
    pub(crate) async fn arrives(&self, late: &HeldBack) -> bool {
        let request = late.0.request.take().expect("nothing is on its way");
        let answer = self.router().send(request).await.unwrap();
        answer.status().is_success()
    }

    /// Makes a request of the whole project, and gives its answer's `data`.
    pub(crate) async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Value {
        let mut request = RawRequest::new(method.parse().unwrap(), path).unwrap();
        if let Some(body) = body {
            request = request.with_body(body.to_string().into_bytes());
        }
        let answer = self.cma().raw(request).await.unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        assert!(answer.status.is_success(), "{method} {path}: {text}");
        let mut document: Value = serde_json::from_str(&text).unwrap_or_default();
        document["data"].take()
    }

    /// Forks an environment, as somebody else.
    pub(crate) async fn fork(&self, source: &str, name: &str) {
        let cma = self.cma();
        let environments = cma.environments();
        let options = ForkOptions::default();
        let forking = environments.fork(&id(source), &id(name), options).await;
        if let Forking::Job(job) = forking.unwrap() {
            environments.forked(&id(source), &job).await.unwrap();
        }
    }

    /// A script that creates a record, so that something can be told apart afterwards.
    pub(crate) fn creates_a_note(&self, title: &str) -> Act {
        let body = json!({ "data": {
            "type": "item",
            "attributes": { "title": title },
            "relationships": { "item_type": { "data": { "type": "item_type", "id": self.note } } },
        }});
        Act::Call("POST", "/items".to_owned(), Some(body))
    }

    /// Two scripts that each create a note.
    pub(crate) fn with_two_scripts(mut self) -> Self {
        let (one, two) = (self.creates_a_note("one"), self.creates_a_note("two"));
        self.scripts.insert("1_one.ts".to_owned(), vec![one]);
        self.scripts.insert("2_two.ts".to_owned(), vec![two]);
        self
    }

    /// Opens the plugin's page in a browser profile.
    pub(crate) async fn page(&self, profile: &Profile) -> TestEngine {
        self.page_as(profile, &self.full_token).await
    }

    /// Opens the plugin's page in a browser profile, signed in with a token.
    pub(crate) async fn page_as(&self, profile: &Profile, token: &str) -> TestEngine {
        let cma = self.cma_as(token);
        let me = cma.users().me().await.unwrap();
        let ports = Ports {
            clock: self.time.0.clone(),
            profile: profile.clone(),
            scripts: self.scripts.clone(),
            hanging: self.hanging.clone(),
            go_on: self.go_on.clone(),
        };
        let me = slipway_release::Person {
            id: me.id,
            name: me.name,
        };
        Engine::new(cma, self.time.clone(), ports, me, Models::default())
    }

    pub(crate) fn plan(&self, engine: &TestEngine) -> Plan {
        Plan {
            id: engine.new_release_id(),
            title: "Test release".to_owned(),
            source: id("main"),
            sandbox: id("rel-1"),
            scripts: self
                .scripts
                .keys()
                .map(|name| PlannedScript {
                    name: name.clone(),
                    sha256: Digest::of(name.as_bytes()),
                })
                .collect(),
            ledger_model: "schema_migration".to_owned(),
            consents: Vec::new(),
            limits: slipway_release::Limits::default(),
            estimate: None,
        }
    }

    /// Makes the ledger's model in an environment, as the vendor's CLI does; its id.
    pub(crate) async fn ledger_model(&self, environment: &str) -> String {
        let scope = self.cma().environment(&id(environment));
        let new = NewItemType {
            id: None,
            name: "Schema migration".to_owned(),
            api_key: "schema_migration".to_owned(),
            draft_mode_active: false,
            skip_menu_item_creation: false,
        };
        let model = scope.item_types().create(&new).await.unwrap().id;
        let field = NewField {
            id: None,
            label: "Migration file name".to_owned(),
            api_key: "name".to_owned(),
            field_type: "string".to_owned(),
            validators: json!({ "required": {} }),
        };
        scope.fields().create(&model, &field).await.unwrap();
        model
    }

    /// The titles of the notes in an environment, sorted.
    pub(crate) async fn notes(&self, environment: &str) -> Vec<String> {
        self.texts(environment, "note", "title").await
    }

    /// The ledger of an environment, sorted.
    pub(crate) async fn ledger(&self, environment: &str) -> Vec<String> {
        self.texts(environment, "schema_migration", "name").await
    }

    async fn texts(&self, environment: &str, model: &str, field: &str) -> Vec<String> {
        let items = self
            .cma()
            .environment(&id(environment))
            .items()
            .pages(ItemsQuery::of_type(model))
            .collect()
            .await
            .unwrap();
        let mut texts: Vec<String> = items
            .iter()
            .map(|item| item.attributes[field].as_str().unwrap().to_owned())
            .collect();
        texts.sort();
        texts
    }

    /// Somebody changes the first note in an environment.
    pub(crate) async fn edit(&self, environment: &str, title: &str) {
        self.cma()
            .environment(&id(environment))
            .items()
            .update(&self.record, &titled(title), None)
            .await
            .unwrap();
    }

    /// Somebody deletes a record of an environment.
    pub(crate) async fn delete(&self, environment: &str, record: &str) {
        let scope = self.cma().environment(&id(environment));
        scope.items().destroy(record).await.unwrap();
    }

    /// Waits until the thread that copies an environment is done.
    pub(crate) async fn until_there_is_no_copying(&self) {
        use datocms_client::EnvironmentStatus::Creating;
        let cma = self.cma();
        let is_copied = |status| matches!(status, Creating { .. });
        loop {
            let all = cma.environments().list().await.unwrap();
            if !all.into_iter().any(|found| is_copied(found.status)) {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn is_frozen(&self) -> bool {
        self.cma().maintenance().find().await.unwrap().active
    }

    pub(crate) async fn primary(&self) -> String {
        let environments = self.cma().environments().list().await.unwrap();
        let primary = environments.into_iter().find(|found| found.primary);
        primary.unwrap().id.to_string()
    }

    pub(crate) async fn environments(&self) -> Vec<String> {
        let environments = self.cma().environments().list().await.unwrap();
        let mut names: Vec<String> = environments
            .into_iter()
            .map(|found| found.id.to_string())
            .collect();
        names.sort();
        names
    }
}

pub(crate) fn id(name: &str) -> EnvironmentId {
    name.parse().unwrap()
}

pub(crate) fn titled(title: &str) -> Map<String, Value> {
    let mut attributes = Map::new();
    attributes.insert("title".to_owned(), title.into());
    attributes
}

/// Presses the button for the next step.
pub(crate) async fn next(engine: &TestEngine, release: Release) -> Result<Release, EngineError> {
    engine.advance(release, Rc::new(Page::default())).await
}

/// Presses on until the release reaches `phase`.
pub(crate) async fn until(engine: &TestEngine, mut release: Release, phase: &Phase) -> Release {
    for _ in 0..10 {
        if release.phase() == phase {
            return release;
        }
        release = next(engine, release).await.unwrap();
    }
    panic!("never reached {phase:?}, but {:?}", release.phase());
}

/// Looks at the drift and approves what is there.
pub(crate) async fn approve(engine: &TestEngine, release: Release) -> Release {
    let drift = engine.left_behind(&release).await.unwrap();
    let approval = slipway_release::Approval {
        plan: release.plan().digest(),
        drift: drift.digest(),
    };
    engine
        .decide(
            release,
            Event::Approved {
                approval,
                waived: drift.waived(),
                reason: String::new(),
            },
        )
        .await
        .unwrap()
}

/// A release in review.
pub(crate) async fn reviewed(engine: &TestEngine, world: &World) -> Release {
    let release = engine.begin(world.plan(engine)).await.unwrap();
    until(engine, release, &Phase::Review).await
}

/// A release that is live.
pub(crate) async fn live(engine: &TestEngine, world: &World) -> Release {
    let release = reviewed(engine, world).await;
    world.pass(60_000);
    let release = approve(engine, release).await;
    let release = until(engine, release, &Phase::Ready(Step::Unfreeze)).await;
    world.pass(30_000);
    let release = until(engine, release, &Phase::Live).await;
    assert_eq!(release.phase(), &Phase::Live);
    release
}

/// A release whose next step is `step`.
pub(crate) async fn at(engine: &TestEngine, world: &World, step: Step) -> Release {
    let mut release = engine.begin(world.plan(engine)).await.unwrap();
    for _ in 0..10 {
        if release.phase() == &Phase::Ready(step) {
            return release;
        }
        release = match release.phase() {
            Phase::Review => {
                world.pass(60_000);
                approve(engine, release).await
            }
            _ => next(engine, release).await.unwrap(),
        };
    }
    panic!("never at {step:?}, but {:?}", release.phase());
}

/// A project with two scripts, a page on it, and a release whose next step is `step`.
pub(crate) async fn standing_at(step: Step) -> (World, TestEngine, Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = at(&engine, &world, step).await;
    (world, engine, release)
}

/// A project with two scripts, a page on it, and a release that is live.
pub(crate) async fn gone_live() -> (World, TestEngine, Release) {
    let world = World::open(&[]).await.with_two_scripts();
    let engine = world.page(&Profile::default()).await;
    let release = live(&engine, &world).await;
    (world, engine, release)
}

/// A page dies in its second script, after the first did its work and half of the second is done. What
/// the second script is as a whole.
pub(crate) async fn dies_in_a_script(world: &mut World) -> Vec<Act> {
    let half = vec![world.creates_a_note("half"), Act::Hang];
    let whole = world.scripts.insert("2_two.ts".to_owned(), half);
    let dying = world.page(&Profile::default()).await;
    let release = at(&dying, world, Step::Migrate(0)).await;
    tokio::select! {
        outcome = next(&dying, release) => panic!("it came to an end: {outcome:?}"),
        () = world.hanging.notified() => {}
    }
    whole.expect("two scripts")
}

/// Chooses a fresh fork.
pub(crate) async fn restart(engine: &TestEngine, release: Release) -> Release {
    let decided = engine.decide(release, Event::RestartRequested).await;
    decided.unwrap()
}

/// Chooses a fresh fork, and presses on until the release is over.
pub(crate) async fn start_again(engine: &TestEngine, release: Release) -> Release {
    let release = restart(engine, release).await;
    finish(engine, release).await
}

/// Gives a rollback up.
pub(crate) async fn stay_live(engine: &TestEngine, release: Release) -> Release {
    let decided = engine.decide(release, Event::RollBackCancelled).await;
    decided.unwrap()
}

/// Presses on, approving what there is to approve, until the release is over.
pub(crate) async fn finish(engine: &TestEngine, mut release: Release) -> Release {
    for _ in 0..10 {
        release = match release.phase() {
            phase if phase.is_over() => return release,
            Phase::Review => approve(engine, release).await,
            _ => next(engine, release).await.unwrap(),
        };
    }
    panic!("it never ended, but is at {:?}", release.phase());
}

/// Gives the release up, leaving the sandbox where it cannot be destroyed.
pub(crate) async fn give_up(engine: &TestEngine, release: Release) -> Release {
    let event = Event::AbandonRequested {
        reason: String::new(),
    };
    let release = engine.decide(release, event).await.unwrap();
    let mut release = if release.phase().is_over() {
        release
    } else {
        next(engine, release).await.unwrap()
    };
    if let Phase::Stuck {
        step: Step::Discard(_),
        ..
    } = release.phase()
    {
        release = engine.decide(release, Event::SandboxLeft).await.unwrap();
        release = next(engine, release).await.unwrap();
    }
    assert_eq!(release.phase(), &Phase::Abandoned);
    release
}

/// Decides to put the old primary back, having seen what is left behind.
pub(crate) async fn decide_to_roll_back(
    engine: &TestEngine,
    release: Release,
    freeze_first: bool,
) -> Result<Release, EngineError> {
    let seen = engine.left_behind(&release).await.unwrap();
    engine
        .roll_back(release, freeze_first, "too early".to_owned(), &seen)
        .await
}

/// What is left in the end, in words. Nobody may be frozen then.
pub(crate) async fn end(world: &World, release: &Release) -> String {
    let ended = match release.phase() {
        Phase::Live => "live",
        Phase::Abandoned => "given up",
        Phase::RolledBack => "rolled back",
        other => panic!("not over: {other:?}"),
    };
    assert!(!world.is_frozen().await, "maintenance mode is still on");
    let primary = world.primary().await;
    format!("{ended}; {primary} is primary, maintenance mode off")
}

/// The release that a fresh look at the project finds.
pub(crate) async fn found(engine: &TestEngine) -> Release {
    engine
        .observe()
        .await
        .unwrap()
        .releases
        .into_iter()
        .next()
        .expect("no release is on record")
}

/// The step a release is stuck or failed at, with the message.
pub(crate) fn trouble(release: &Release) -> (Step, String) {
    match release.phase() {
        Phase::Failed { step, failure } | Phase::Stuck { step, failure } => {
            (*step, failure.message.clone())
        }
        other => panic!("no trouble: {other:?}"),
    }
}

/// What kind of trouble a release is in.
pub(crate) fn kind(release: &Release) -> slipway_release::FailureKind {
    match release.phase() {
        Phase::Failed { failure, .. } | Phase::Stuck { failure, .. } => failure.kind,
        other => panic!("no trouble: {other:?}"),
    }
}

/// The last thing that went wrong, as the person read it.
pub(crate) fn message(release: &Release) -> String {
    let mut failures = release.log().iter().rev().filter_map(|entry| {
        if let Event::Failed(_, failure) = &entry.event {
            Some(failure.message.clone())
        } else {
            None
        }
    });
    failures.next().expect("nothing went wrong")
}

/// One step of an undo or a rollback, without those that follow by themselves.
pub(crate) async fn one_step(engine: &TestEngine, release: Release) -> Release {
    let page = Page::default();
    page.stop.wish();
    engine.advance(release, Rc::new(page)).await.unwrap()
}

/// Why the last approval is void, in words.
pub(crate) fn voided(release: &Release) -> String {
    match &release.log().last().unwrap().event {
        Event::ApprovalVoided { reason } => reason.clone(),
        other => panic!("nothing was voided: {other:?}"),
    }
}

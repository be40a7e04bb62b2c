//! A project on a server of its own, and what others see and do there.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    future::Future,
    rc::Rc,
    time::Duration,
};

use datocms_client::{
    Cma, ForkOptions, Forking, NewField, NewItemType, RawRequest, Timestamp, Transport,
    in_process::InProcess,
};
use drydock::{Drydock, ManualClock, NoAnswer, Options, Project, Storage};
use serde_json::{Value, json};
use slipway_engine::{Engine, Models};
use tokio::sync::Notify;

use super::{
    page::{Act, Ports, Profile},
    project::id,
    time::{START, SharedTime},
    wire::{HeldBack, Holding, Meddling, Router, Wire},
};

/// The engine of a page here.
pub(crate) type TestEngine = Engine<Wire, Rc<SharedTime>, Ports>;

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
    calls: Rc<Cell<u32>>,
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
            calls: Rc::default(),
            full_token,
        };
        world.furnish().await;
        world
    }

    /// Now, by the browser's clock.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.time.0.clock().now().millis())
    }

    /// How many requests all pages have sent.
    pub(crate) fn calls(&self) -> u32 {
        self.calls.get()
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
            calls: self.calls.clone(),
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
        let request = late.take().expect("nothing is on its way");
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
}

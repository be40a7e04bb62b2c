//! A project with one model and one record, and looks at it from outside.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use datocms_client::{Cma, EnvironmentId, ItemsQuery, NewField, NewItem, NewItemType};
use drydock::{Drydock, Options, Project, Storage};
use serde_json::{Map, Value, json};
use slipway_engine::{Engine, Models};
use slipway_release::{Digest, Person, Plan, PlannedScript};
use tokio::sync::Notify;

use super::{
    life::Life,
    page::{Act, Ports, Profile, Run, TestEngine, Window},
    time::{PageTime, SharedTime},
    traffic::Traffic,
    wire::{Line, Server},
};

/// A fast fork takes this part of the job delay; see drydock's `fork`.
const FAST_DIVISOR: u32 = 20;

/// A blank project with one model, `note`, and one record in it.
pub(crate) struct World {
    pub(crate) drydock: Drydock,
    pub(crate) time: Rc<SharedTime>,
    pub(crate) traffic: Rc<Traffic>,
    pub(crate) scripts: BTreeMap<String, Vec<Act>>,
    pub(crate) runs: Rc<RefCell<Vec<Run>>>,
    pub(crate) hanging: Rc<Notify>,
    pub(crate) note: String,
    pub(crate) record: String,
    /// How far the clock of the next page's browser is ahead of the server's, in milliseconds.
    pub(crate) skew: Cell<i64>,
    /// How many environments a person deleted by hand.
    pub(crate) tidied: Cell<usize>,
    server: Rc<Server>,
    token: String,
    pages: Cell<usize>,
}

impl World {
    /// A world whose server fails as told.
    pub(crate) async fn open(faults: &[&str]) -> Self {
        Self::furnished(Options {
            faults: faults.iter().map(|fault| fault.parse().unwrap()).collect(),
            ..Options::default()
        })
        .await
    }

    /// A world where a fork is seen under way before it is there, with two scripts: one changes
    /// the schema, one writes records.
    pub(crate) async fn with_a_migration() -> Self {
        let mut world = Self::furnished(Options {
            job_delay: Duration::from_millis(200),
            ..Options::default()
        })
        .await;
        world.scripts = [
            (
                "1_add_subtitle.ts".to_owned(),
                vec![world.adds_a_field("subtitle")],
            ),
            (
                "2_write_notes.ts".to_owned(),
                vec![
                    world.creates_a_note("Second"),
                    world.retitles("First, revised"),
                ],
            ),
        ]
        .into();
        world
    }

    async fn furnished(options: Options) -> Self {
        let time = Rc::new(SharedTime::new());
        let copying_takes = options.job_delay / FAST_DIVISOR;
        let drydock = Drydock::open(Options {
            storage: Storage::InMemory,
            project: Project::Blank,
            rate_limit: None,
            clock: time.clock(),
            ..options
        })
        .unwrap();
        let token = drydock.tokens().unwrap().full;
        let server = Server::new(drydock.router(), token.clone(), time.clone(), copying_takes);
        let mut world = Self {
            drydock,
            time,
            traffic: Rc::default(),
            scripts: BTreeMap::new(),
            runs: Rc::default(),
            hanging: Rc::default(),
            note: String::new(),
            record: String::new(),
            skew: Cell::default(),
            tidied: Cell::default(),
            server: Rc::new(server),
            token,
            pages: Cell::default(),
        };
        world.furnish().await;
        world
    }

    async fn furnish(&mut self) {
        let cma = self.cma();
        let scope = cma.primary();
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

    /// Lets time go by.
    pub(crate) fn pass(&self, millis: u64) {
        self.time.pass(Duration::from_millis(millis));
    }

    /// The test's own client.
    pub(crate) fn cma(&self) -> Cma<Line, PageTime> {
        self.client(None)
    }

    fn client(&self, life: Option<Rc<Life>>) -> Cma<Line, PageTime> {
        let line = Line {
            server: self.server.clone(),
            traffic: self.traffic.clone(),
            life: life.clone(),
        };
        Cma::new(
            line,
            self.page_time(life),
            "http://drydock.test/cma".parse().unwrap(),
            self.token.parse().unwrap(),
        )
    }

    fn page_time(&self, life: Option<Rc<Life>>) -> PageTime {
        PageTime {
            shared: self.time.clone(),
            life,
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

    /// A script that gives the first note another title.
    fn retitles(&self, title: &str) -> Act {
        let body = json!({ "data": {
            "type": "item",
            "id": self.record,
            "attributes": { "title": title },
        }});
        Act::Call("PUT", format!("/items/{}", self.record), Some(body))
    }

    /// A script that adds a text field to the notes.
    fn adds_a_field(&self, api_key: &str) -> Act {
        let body = json!({ "data": {
            "type": "field",
            "attributes": { "label": api_key, "api_key": api_key, "field_type": "string" },
        }});
        Act::Call(
            "POST",
            format!("/item-types/{}/fields", self.note),
            Some(body),
        )
    }

    /// Two scripts that each create a note.
    pub(crate) fn with_two_scripts(mut self) -> Self {
        let (one, two) = (self.creates_a_note("one"), self.creates_a_note("two"));
        self.scripts.insert("1_one.ts".to_owned(), vec![one]);
        self.scripts.insert("2_two.ts".to_owned(), vec![two]);
        self
    }

    /// Opens the plugin's page in a browser profile, as the person whose token it is.
    pub(crate) async fn page(&self, profile: &Profile) -> TestEngine {
        let me = self.cma().users().me().await.unwrap();
        let me = Person {
            id: me.id,
            name: me.name,
        };
        self.window(profile, me).engine
    }

    /// Opens the plugin's page in a browser profile. The person is a name in the log: what the
    /// token may do is the same for everybody here.
    pub(crate) fn window(&self, profile: &Profile, me: Person) -> Window {
        let life = Rc::new(Life::new(self.pages.replace(self.pages.get() + 1)));
        let ports = Ports {
            time: self.time.clone(),
            profile: profile.clone(),
            scripts: self.scripts.clone(),
            hanging: self.hanging.clone(),
            life: life.clone(),
            traffic: self.traffic.clone(),
            runs: self.runs.clone(),
            skew: self.skew.get(),
        };
        let time = self.page_time(Some(life.clone()));
        let cma = self.client(Some(life.clone()));
        let engine = Engine::new(cma, time, ports, me, Models::default());
        Window { engine, life }
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

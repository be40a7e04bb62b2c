//! A project with one model and one record, and looks at it from outside.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};

use datocms_client::Cma;
use drydock::{Drydock, Options, Project, Storage};
use serde_json::json;
use slipway_engine::{Engine, Models};
use slipway_release::Person;
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
}

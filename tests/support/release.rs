//! A release, a project and a page to draw it on.

use std::{cell::RefCell, rc::Rc};

use datocms_client::Timestamp;
use slipway::{
    pages::release::ReleasePage,
    session::{Config, Session},
    store::{Command, Remote, State, Store},
};
use slipway_release::{
    Digest, Entry, Event, Evidence, Person, Plan, PlannedScript, Release, ReleaseId, Step,
    checks::Abilities,
    event::ScriptSummary,
    observed::{Environment, EnvironmentStatus, Observed},
};
use yew::prelude::*;

use crate::stage::{self, Stage};

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + seconds * 1000)
}

pub(crate) fn ada() -> Person {
    Person {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
    }
}

pub(crate) fn plan() -> Plan {
    Plan {
        id: ReleaseId::parse("r-1").unwrap(),
        title: "Autumn taxonomy".to_owned(),
        source: "main".parse().unwrap(),
        sandbox: "next".parse().unwrap(),
        scripts: ["1_a.ts", "2_b.ts"].map(script).to_vec(),
        ledger_model: "schema_migration".to_owned(),
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: slipway_release::Limits::default(),
        estimate: None,
    }
}

pub(crate) fn script(name: &str) -> PlannedScript {
    PlannedScript {
        name: name.to_owned(),
        sha256: Digest::of(name.as_bytes()),
        imports: None,
    }
}

/// Everything up to the end of the fork.
pub(crate) fn until_fork() -> Vec<Event> {
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    vec![
        Event::Planned(plan()),
        Event::Started(Step::Freeze),
        Event::Succeeded(Step::Freeze, frozen),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, Evidence::Forked { created_at: at(3) }),
    ]
}

/// Everything up to the review.
pub(crate) fn until_review() -> Vec<Event> {
    let mut events = until_fork();
    for index in 0..2 {
        let summary = ScriptSummary {
            calls: 41,
            effects: vec![("record updated".to_owned(), 57)],
            millis: Some(1_000),
            ..ScriptSummary::default()
        };
        events.push(Event::Started(Step::Migrate(index)));
        events.push(Event::Succeeded(
            Step::Migrate(index),
            Evidence::Migrated(summary),
        ));
    }
    events
}

/// The sandbox is primary.
#[allow(dead_code, reason = "not every test file promotes")]
pub(crate) fn promoted() -> Evidence {
    Evidence::Promoted {
        previous: plan().source,
        last_change: None,
    }
}

/// One entry a second.
pub(crate) fn release(events: Vec<Event>) -> Release {
    let log = events.into_iter().zip(0..).map(|(event, second)| Entry {
        at: at(second),
        by: ada(),
        event,
        hides: None,
    });
    Release::replay(log).unwrap()
}

/// A project in which this is the only release.
pub(crate) fn state(release: Release) -> State {
    let environment = Environment {
        id: "main".parse().unwrap(),
        primary: true,
        status: EnvironmentStatus::Ready,
        created_at: at(-100),
        last_data_change_at: None,
        forked_from: None,
    };
    let world = Observed {
        at: at(0),
        me: ada(),
        abilities: Abilities::ALL,
        environments: vec![environment],
        frozen: release.holds_freeze(),
        editors: Some(Vec::new()),
        ledger: std::collections::BTreeSet::new(),
        ledger_misfit: None,
        quota: None,
        releases: vec![release],
        at_work: std::collections::BTreeMap::new(),
        rehearsals: Vec::new(),
        unreadable: Vec::new(),
    };
    State {
        world: Remote::Ready(Rc::new(world)),
        ..State::default()
    }
}

fn session(abilities: Abilities) -> Session {
    Session {
        me: ada(),
        role: "Admin".to_owned(),
        abilities,
        site: "1".to_owned(),
        project: "Kiln & Clay".to_owned(),
        cma: "https://cma.example".parse().unwrap(),
        cda: Some("https://cda.example".parse().unwrap()),
        token: "0123456789abcdef0123456789abcd".parse().unwrap(),
        config: Config::default(),
    }
}

fn drawn(store: Store) -> Html {
    html! {
        <ContextProvider<Store> context={store}>
            <ReleasePage id={plan().id} />
        </ContextProvider<Store>>
    }
}

/// The page of release `r-1`, and what was asked for on it.
pub(crate) struct Screen {
    /// The page.
    pub(crate) stage: Stage,
    asked: Rc<RefCell<Vec<Command>>>,
}

impl Screen {
    /// Draws the page for a person with these abilities.
    pub(crate) async fn show(state: State, abilities: Abilities) -> Self {
        let asked = Rc::<RefCell<Vec<Command>>>::default();
        let commands = {
            let asked = Rc::clone(&asked);
            Callback::from(move |command| asked.borrow_mut().push(command))
        };
        let store = Store::new(Rc::new(state), session(abilities), commands);
        Self {
            stage: stage::show(drawn(store)).await,
            asked,
        }
    }

    /// The state is another by now.
    #[allow(dead_code, reason = "not every test file goes on")]
    pub(crate) async fn change(&mut self, state: State) {
        let store = Store::new(Rc::new(state), session(Abilities::ALL), Callback::noop());
        self.stage.change(drawn(store)).await;
    }

    /// Everything that is written.
    pub(crate) fn text(&self) -> String {
        self.stage.text()
    }

    /// Presses the button or chooses the tab of this name.
    pub(crate) async fn press(&self, name: &str) {
        self.stage.press(name).await;
    }

    /// What was asked for so far.
    pub(crate) fn asked(&self) -> Vec<Command> {
        self.asked.borrow().clone()
    }
}

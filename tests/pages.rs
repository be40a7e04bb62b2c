//! What the pages show of a project, and what they ask for.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

#[path = "support/rehearsals.rs"]
mod rehearsals;
mod stage;

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use datocms_client::Timestamp;
use slipway::{
    pages::{new_release::NewRelease, outside::Outside, releases::Releases},
    session::{Config, Session},
    store::{Command, Folder, Place, Remote, State, Store},
};
use slipway_release::{
    Approval, Consent, Digest, Download, Entry, Event, Evidence, Person, Plan, PlannedScript,
    Release, ReleaseId, Step,
    alarms::Alarm,
    checks::Abilities,
    observed::{Environment, EnvironmentStatus, Observed, UnreadableJournal},
    plan::FolderReading,
    policy::Resource,
    view::{
        action::Action,
        outlook::{Outlook, Wish},
    },
};
use slipway_scripts::Survey;
use stage::{Stage, description, settle, show};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn ada() -> Person {
    Person {
        id: "ada".to_owned(),
        name: "Ada".to_owned(),
    }
}

fn environment(id: &str, primary: bool, forked_from: Option<&str>) -> Environment {
    Environment {
        id: id.parse().unwrap(),
        primary,
        status: EnvironmentStatus::Ready,
        created_at: at(0),
        last_data_change_at: Some(at(1)),
        forked_from: forked_from.map(|from| from.parse().unwrap()),
    }
}

fn world() -> Observed {
    Observed {
        at: at(100),
        me: ada(),
        abilities: Abilities::ALL,
        environments: vec![environment("main", true, None)],
        frozen: false,
        editors: Some(Vec::new()),
        ledger: BTreeSet::from(["1_a.ts".to_owned()]),
        ledger_misfit: None,
        quota: None,
        releases: Vec::new(),
        at_work: std::collections::BTreeMap::new(),
        rehearsals: Vec::new(),
        unreadable: Vec::new(),
    }
}

/// A release from `before` to `main`, as far as these many of its events.
fn release(events: usize) -> Release {
    let plan = Plan {
        id: ReleaseId::parse("r-1").unwrap(),
        title: "Autumn taxonomy".to_owned(),
        source: "before".parse().unwrap(),
        sandbox: "main".parse().unwrap(),
        scripts: Vec::new(),
        ledger_model: "schema_migration".to_owned(),
        consents: Vec::new(),
        downloads: Vec::new(),
        limits: slipway_release::Limits::default(),
        estimate: None,
    };
    let approval = Approval {
        plan: plan.digest(),
        drift: Digest::of(b""),
    };
    let frozen = Evidence::Frozen {
        adopted: false,
        forced: false,
    };
    let promoted = Evidence::Promoted {
        previous: "before".parse().unwrap(),
        last_change: None,
    };
    let all = [
        Event::Planned(plan),
        Event::Started(Step::Freeze),
        Event::Succeeded(Step::Freeze, frozen),
        Event::Started(Step::Fork),
        Event::Succeeded(Step::Fork, Evidence::Forked { created_at: at(0) }),
        Event::Approved {
            approval,
            waived: Vec::new(),
            reason: String::new(),
        },
        Event::Started(Step::Promote),
        Event::Succeeded(Step::Promote, promoted),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
    ];
    let log = all
        .into_iter()
        .zip(0..)
        .take(events)
        .map(|(event, second)| Entry {
            at: at(second),
            by: ada(),
            event,
            hides: None,
        });
    Release::replay(log).unwrap()
}

const LIVE: usize = 10;

fn session(config: Config) -> Session {
    Session {
        me: ada(),
        role: "Admin".to_owned(),
        abilities: Abilities::ALL,
        site: "1".to_owned(),
        project: "Kiln".to_owned(),
        cma: "http://localhost/cma".parse().unwrap(),
        cda: None,
        token: "abc".parse().unwrap(),
        config,
    }
}

type Asked = Rc<RefCell<Vec<Command>>>;

/// Shows a page over a state that does not change by itself; what it asks for is written down.
async fn page(seen: State, config: Config, page: Html) -> (Stage, Asked) {
    let asked = Asked::default();
    let commands = {
        let asked = Rc::clone(&asked);
        Callback::from(move |command| asked.borrow_mut().push(command))
    };
    let store = Store::new(Rc::new(seen), session(config), commands);
    let stage = show(html! {
        <ContextProvider<Store> context={store}>{ page }</ContextProvider<Store>>
    })
    .await;
    (stage, asked)
}

fn seeing(world: Observed) -> State {
    State {
        world: Remote::Ready(Rc::new(world)),
        ..State::default()
    }
}

async fn releases(seen: State) -> (Stage, Asked) {
    page(seen, Config::default(), html! { <Releases /> }).await
}

async fn planning(seen: State) -> (Stage, Asked) {
    page(seen, Config::default(), html! { <NewRelease /> }).await
}

#[wasm_bindgen_test]
async fn a_project_without_releases_has_one_thing_to_do() {
    let (stage, asked) = releases(seeing(world())).await;
    assert!(stage.text().contains("No release yet"));
    stage.press("New release").await;
    assert_eq!(*asked.borrow(), [Command::Open(Place::NewRelease)]);
}

#[wasm_bindgen_test]
async fn whoever_may_not_promote_sees_everything_and_the_reason() {
    let mut world = world();
    world.abilities.promote_environments = false;
    let (stage, asked) = releases(seeing(world)).await;
    assert!(stage.text().contains("Primary environment"));
    let reason = description(&stage.button("New release"));
    assert!(reason.contains("may not promote environments"), "{reason}");
    stage.press("New release").await;
    assert!(asked.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_freeze_that_nobody_holds_has_a_way_out() {
    let mut world = world();
    world.frozen = true;
    let (stage, asked) = releases(seeing(world)).await;
    assert!(stage.text().contains("Nobody holds it"));
    stage.press("Lift the freeze…").await;
    assert_eq!(*asked.borrow(), [Command::LiftFreeze]);
}

#[wasm_bindgen_test]
async fn the_release_under_way_is_one_press_away_and_keeps_others_from_beginning() {
    let mut world = world();
    world.environments = vec![
        environment("before", true, None),
        environment("main", false, Some("before")),
    ];
    world.frozen = true;
    world.releases = vec![release(5)];
    let (stage, asked) = releases(seeing(world)).await;
    assert!(stage.text().contains("You are driving"));
    assert!(
        stage
            .text()
            .contains("Turned on by you for “Autumn taxonomy”")
    );
    assert!(stage.text().contains("Candidate"));
    assert!(description(&stage.button("New release")).contains("“Autumn taxonomy” is under way"));
    stage.press("Open release Autumn taxonomy").await;
    let id = ReleaseId::parse("r-1").unwrap();
    assert_eq!(*asked.borrow(), [Command::Open(Place::Release(id))]);
}

#[wasm_bindgen_test]
async fn the_live_release_counts_what_a_rollback_would_leave_behind() {
    let mut world = world();
    world.environments.push(environment("before", false, None));
    world.releases = vec![release(LIVE)];
    let (stage, asked) = releases(seeing(world)).await;
    let release = ReleaseId::parse("r-1").unwrap();
    assert_eq!(
        *asked.borrow(),
        [Command::CountDrift {
            release: release.clone()
        }]
    );
    assert!(stage.text().contains("Rollback target"));
    stage.press("Roll back Autumn taxonomy…").await;
    let press = Command::Press {
        release,
        action: Action::RollBack,
    };
    assert_eq!(asked.borrow().last(), Some(&press));
}

#[wasm_bindgen_test]
async fn a_promotion_outside_slipway_can_be_taken_back() {
    let mut world = world();
    world.environments = vec![
        environment("next", true, Some("main")),
        environment("main", false, None),
    ];
    let (stage, asked) = releases(seeing(world)).await;
    assert!(stage.text().contains("Promoted outside Slipway"));
    stage.press("Roll back to main…").await;
    let wanted = Command::RollBackForeign {
        current: "next".parse().unwrap(),
        previous: "main".parse().unwrap(),
    };
    assert_eq!(*asked.borrow(), [wanted]);
}

#[wasm_bindgen_test]
async fn a_promotion_that_only_the_lineage_shows_is_told_with_what_is_known() {
    let mut world = world();
    // The release made `main` primary; by now `before` is, and nobody wrote that down.
    world.environments = vec![
        environment("before", true, None),
        environment("main", false, Some("before")),
    ];
    world.releases = vec![release(LIVE)];
    let (stage, _) = releases(seeing(world)).await;
    let text = stage.text();
    assert!(text.contains("Promoted outside Slipway"), "{text}");
    assert!(
        text.contains("Before it, main was primary. No release on record tells of it."),
        "{text}"
    );
    assert!(text.contains("Superseded"), "{text}");
    assert_eq!(stage.count("[aria-label='Roll back Autumn taxonomy…']"), 0);
}

#[wasm_bindgen_test]
async fn why_a_release_was_given_up_stands_beside_its_name() {
    let mut log = release(1).log().to_vec();
    log.push(Entry {
        at: at(7),
        by: ada(),
        event: Event::AbandonRequested {
            reason: "the agency is not ready".to_owned(),
        },
        hides: None,
    });
    let mut world = world();
    world.releases = vec![Release::replay(log).unwrap()];
    let (stage, _) = releases(seeing(world)).await;
    let text = stage.text();
    assert!(
        text.contains("Ada gave it up: “the agency is not ready” · "),
        "{text}"
    );
}

/// The list under an address that asks for a release that cannot be.
async fn sought(id: &'static str) -> (Stage, Asked) {
    let list = html! { <Releases sought={id} /> };
    page(seeing(world()), Config::default(), list).await
}

#[wasm_bindgen_test]
async fn an_address_that_names_no_release_is_told_above_the_list() {
    let (stage, asked) = sought("19C0%2Fab c").await;
    let text = stage.text();
    for said in [
        "This link leads to no release.",
        "It asks for 19C0/ab c, and no environment here has a release of that name",
        "listed below",
        "Primary environment",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    stage.press("Dismiss").await;
    assert_eq!(*asked.borrow(), [Command::Open(Place::Releases)]);
}

#[wasm_bindgen_test]
async fn an_address_that_was_cut_off_or_is_endless_is_told_too() {
    let (stage, _) = sought("").await;
    let text = stage.text();
    assert!(text.contains("It does not say which"), "{text}");

    let endless: &'static str = Box::leak("é".repeat(500).into_boxed_str());
    let (stage, _) = sought(endless).await;
    let text = stage.text();
    let shown = format!("It asks for {}…, and", "é".repeat(64));
    assert!(text.contains(&shown), "{text}");

    // Escapes that are broken are shown as they stand.
    let (stage, _) = sought("%ZZ").await;
    assert!(stage.text().contains("It asks for %ZZ, and"));
}

#[wasm_bindgen_test]
async fn what_went_wrong_is_an_alert_until_it_is_dismissed() {
    let seen = State {
        trouble: Some("The CMS did not answer.".to_owned()),
        ..seeing(world())
    };
    let (stage, asked) = releases(seen).await;
    assert!(
        stage
            .one("[role=alert]")
            .inner_text()
            .contains("The CMS did not answer.")
    );
    stage.press("Dismiss").await;
    assert_eq!(*asked.borrow(), [Command::DismissTrouble]);
}

#[wasm_bindgen_test]
async fn a_journal_that_cannot_be_read_is_told() {
    let mut world = world();
    world.unreadable = vec![UnreadableJournal {
        place: "main-2026-09".to_owned(),
        reason: "it is cut off".to_owned(),
    }];
    let (stage, _) = releases(seeing(world)).await;
    assert!(
        stage.text().contains("main-2026-09: it is cut off."),
        "{}",
        stage.text()
    );
}

#[wasm_bindgen_test]
async fn a_configured_manifest_is_fetched_once() {
    let url = "https://ci.example.com/m.json".to_owned();
    let config = Config {
        migrations_url: Some(url.clone()),
        ..Config::default()
    };
    let (_stage, asked) = page(seeing(world()), config, html! { <Releases /> }).await;
    settle().await;
    assert_eq!(*asked.borrow(), [Command::FetchManifest { url }]);
}

#[wasm_bindgen_test]
async fn a_project_that_cannot_be_read_can_be_tried_again() {
    let seen = State {
        world: Remote::Failed("The CMS did not answer.".to_owned()),
        ..State::default()
    };
    let (stage, asked) = releases(seen).await;
    assert!(
        stage
            .one("[role=alert]")
            .inner_text()
            .contains("Nothing was changed.")
    );
    stage.press("Try again").await;
    assert_eq!(*asked.borrow(), [Command::Look]);
}

fn chosen(problems: Vec<(String, String)>) -> State {
    let folder = Folder {
        origin: "cms/migrations".to_owned(),
        found: Survey::of_chosen(),
        reading: FolderReading {
            pending: vec!["2_b.ts".to_owned()],
            applied: vec!["1_a.ts".to_owned()],
            misnamed: vec!["helper.ts".to_owned()],
            missing: vec!["0_gone.ts".to_owned()],
            newest: Some("1_a.ts".to_owned()),
            overtaken: Vec::new(),
        },
        alarms: vec![Alarm::Missing(vec!["0_gone.ts".to_owned()])],
        problems,
        outlook: Outlook::default(),
        pending: vec![PlannedScript {
            name: "2_b.ts".to_owned(),
            sha256: Digest::of(b"b"),
            imports: None,
        }],
    };
    State {
        folder: Remote::Ready(Rc::new(folder)),
        ..seeing(world())
    }
}

#[wasm_bindgen_test]
async fn a_release_is_planned_with_the_title_and_the_sandbox_as_typed() {
    let (stage, asked) = planning(chosen(Vec::new())).await;
    stage.type_into("Title", " Autumn ").await;
    stage
        .type_into("Name of the sandbox environment", "autumn")
        .await;
    stage.press("Create release").await;
    stage.press("Create release").await;
    let begin = Command::Begin {
        title: "Autumn".to_owned(),
        sandbox: "autumn".parse().unwrap(),
    };
    assert_eq!(
        *asked.borrow(),
        [begin],
        "a second press does not plan a second release"
    );
}

#[wasm_bindgen_test]
async fn every_kind_of_file_is_told_apart() {
    let (stage, _) = planning(chosen(Vec::new())).await;
    for said in [
        "1 of 2 pending, from cms/migrations",
        "1 file is ignored because of its name.",
        "1 migration that ran on this project is not in the folder.",
        "1 script has run already",
        "It was run by the CLI, or by a release that is not on record.",
    ] {
        assert!(stage.text().contains(said), "{said} in {}", stage.text());
    }
}

#[wasm_bindgen_test]
async fn a_script_that_cannot_run_is_in_the_way() {
    let problem = ("2_b.ts".to_owned(), "line 3: unexpected `}`".to_owned());
    let (stage, asked) = planning(chosen(vec![problem])).await;
    assert!(stage.text().contains("line 3: unexpected `}`"));
    assert_eq!(
        description(&stage.button("Create release")),
        "A pending script cannot run; the list says why."
    );
    stage.press("Create release").await;
    assert!(asked.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_taken_name_is_told_beside_the_field() {
    let (stage, _) = planning(chosen(Vec::new())).await;
    stage
        .type_into("Name of the sandbox environment", "main")
        .await;
    let control = stage.control("Name of the sandbox environment");
    assert_eq!(
        control.get_attribute("aria-invalid").as_deref(),
        Some("true")
    );
    assert!(description(&control).contains("An environment called main exists already."));
    assert!(description(&stage.button("Create release")).starts_with("Sandbox name:"));
}

#[wasm_bindgen_test]
async fn without_files_the_first_thing_to_do_is_named() {
    let (stage, _) = planning(seeing(world())).await;
    assert_eq!(
        description(&stage.button("Create release")),
        "Choose your migrations first."
    );
    assert!(
        stage
            .control("Choose a folder")
            .has_attribute("webkitdirectory")
    );
    assert!(
        !stage
            .control("Choose files")
            .has_attribute("webkitdirectory")
    );
}

#[wasm_bindgen_test]
async fn outside_the_panel_the_page_says_where_it_belongs() {
    let stage = show(html! { <Outside reason="There is no page around this one." /> }).await;
    assert!(
        stage
            .text()
            .contains("belongs inside the DatoCMS admin panel")
    );
    assert!(
        stage
            .text()
            .contains("There is no page around this one. Nothing was changed.")
    );
}

/// A chosen folder whose script will ask for webhooks, and does something that nobody can tell.
fn asking() -> State {
    let mut state = chosen(Vec::new());
    let mut folder = (**state.folder.ready().unwrap()).clone();
    folder.outlook = Outlook {
        wishes: vec![Wish {
            consent: webhooks(),
            calls: vec!["webhooks.create in line 12".to_owned()],
        }],
        refused: vec!["2_b.ts calls environments.promote in line 3.".to_owned()],
        unclear: vec!["2_b.ts does in line 7.".to_owned()],
        downloads: vec![Download {
            script: "2_b.ts".to_owned(),
            hosts: vec!["images.example.com".to_owned()],
            is_named: true,
        }],
    };
    state.folder = Remote::Ready(Rc::new(folder));
    state
}

fn webhooks() -> Consent {
    Consent {
        script: "2_b.ts".to_owned(),
        resource: Resource::Webhooks,
    }
}

#[wasm_bindgen_test]
async fn what_scripts_will_ask_of_the_project_is_listed_before_the_release_and_can_be_allowed() {
    let (stage, asked) = planning(asking()).await;
    let said = stage.text();
    for expected in [
        "Beyond the sandbox",
        "no rollback takes it back",
        "webhooks.create in line 12",
        "2_b.ts calls environments.promote in line 3.",
        "2_b.ts does in line 7.",
        "Downloads from images.example.com.",
        "Requests at a time50; more wait for their turn",
    ] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    stage.control("Allow it to handle webhooks").click();
    settle().await;
    let allow = Command::Allow {
        consent: webhooks(),
        allowed: true,
    };
    assert_eq!(*asked.borrow(), [allow]);
}

#[wasm_bindgen_test]
async fn scripts_that_stay_in_the_sandbox_are_said_to() {
    let (stage, _) = planning(chosen(Vec::new())).await;
    assert!(stage.text().contains("change nothing outside the sandbox"));
}

#[wasm_bindgen_test]
async fn what_cannot_be_told_is_not_said_to_stay_in_the_sandbox() {
    let mut unclear = asking();
    let mut folder = (**unclear.folder.ready().unwrap()).clone();
    folder.outlook.wishes.clear();
    unclear.folder = Remote::Ready(Rc::new(folder));
    let (stage, _) = planning(unclear).await;
    let said = stage.text();
    assert!(said.contains("cannot be told beforehand. You are asked"));
    assert!(said.contains("2_b.ts does in line 7."));
    assert!(!said.contains("change nothing outside the sandbox"));
}

//! The page of one release, as a person meets it.
#![expect(clippy::unwrap_used, reason = "test")]

#[path = "support/long_log.rs"]
mod long_log;
mod stage;
#[path = "support/release.rs"]
mod support;

use std::rc::Rc;

use slipway::store::{Command, Folder, LogLine, Performing, Place, Remote, State, Waiting};
use slipway_engine::{CallLine, Stop};
use slipway_release::{
    Approval, AtWork, Digest, Estimate, Event, Evidence, Failure, FailureKind, Plan, ScriptEnd,
    Step,
    checks::Abilities,
    event::ScriptSummary,
    failure::{Place as FilePlace, Rejection, Request},
    lease::EXPIRY_MILLIS,
    observed::{Editor, UnreadableJournal},
    plan::FolderReading,
    rehearsal::{Rate, ScriptEstimate},
    view::{action::Action, step::Running},
};
use slipway_scripts::Survey;
use stage::description;
use support::{Screen, ada, at, plan, release, script, state, until_fork, until_review};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// The planned files are chosen.
fn with_files(mut state: State) -> State {
    state.folder = Remote::Ready(Rc::new(Folder {
        origin: "migrations".to_owned(),
        found: Survey::of_chosen(),
        reading: FolderReading::default(),
        alarms: Vec::new(),
        problems: Vec::new(),
        outlook: slipway_release::view::outlook::Outlook::default(),
        pending: ["1_a.ts", "2_b.ts"].map(script).to_vec(),
    }));
    state
}

fn pressed(screen: &Screen) -> Vec<Action> {
    let action = |command: Command| {
        if let Command::Press { action, .. } = command {
            Some(action)
        } else {
            None
        }
    };
    screen.asked().into_iter().filter_map(action).collect()
}

#[wasm_bindgen_test]
async fn the_next_step_is_one_press_away() {
    let state = with_files(state(release(until_fork())));
    let screen = Screen::show(state, Abilities::ALL).await;
    screen.press("Run 2 migrations").await;
    assert_eq!(pressed(&screen), [Action::Perform(Step::Migrate(0))]);
}

#[wasm_bindgen_test]
async fn a_reloaded_page_asks_for_the_files_and_says_why() {
    let screen = Screen::show(state(release(until_fork())), Abilities::ALL).await;
    assert!(
        screen
            .text()
            .contains("scripts are never stored in the browser")
    );
    let run = screen.stage.button("Run 2 migrations");
    assert_eq!(run.get_attribute("aria-disabled").as_deref(), Some("true"));
    let reason = description(&run);
    assert_eq!(reason, "Choose the migration files first.");
    screen.press("Run 2 migrations").await;
    assert_eq!(pressed(&screen), []);
}

#[wasm_bindgen_test]
async fn files_that_are_not_the_planned_ones_are_named() {
    let mut state = with_files(state(release(until_fork())));
    if let Remote::Ready(folder) = &mut state.folder {
        let pending = &mut Rc::make_mut(folder).pending;
        pending[0].sha256 = slipway_release::Digest::of(b"edited since");
        pending.truncate(1);
    }
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("migrations does not hold what was planned."),
        "{text}"
    );
    assert!(text.contains("1_a.ts is not as it was planned"), "{text}");
    assert!(text.contains("2_b.ts is not there"), "{text}");
    let run = screen.stage.button("Run 2 migrations");
    assert_eq!(run.get_attribute("aria-disabled").as_deref(), Some("true"));
}

#[wasm_bindgen_test]
async fn a_freeze_says_how_long_it_lasts_and_how_to_get_out() {
    let screen = Screen::show(state(release(until_review())), Abilities::ALL).await;
    assert!(
        screen
            .text()
            .contains("Editors are waiting. Maintenance mode ")
    );
    screen.press("Abandon and reopen…").await;
    assert_eq!(pressed(&screen), [Action::Abandon]);
}

#[wasm_bindgen_test]
async fn somebody_without_permission_sees_everything_and_reads_why_nothing_can_be_pressed() {
    let none = Abilities::default();
    let screen = Screen::show(state(release(until_review())), none).await;
    let promote = screen.stage.button("Promote…");
    assert_eq!(
        promote.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    assert!(description(&promote).starts_with("Your role may not"));
    screen.press("Changes114").await;
    // Two scripts and what they did together.
    assert_eq!(screen.text().matches("57 records updated").count(), 2);
    assert!(screen.text().contains("114 records updated"));
    screen.press("Preview").await;
    assert!(
        screen
            .text()
            .contains("https://cda.example/environments/next/preview")
    );
}

#[wasm_bindgen_test]
async fn a_running_script_shows_its_calls_and_can_be_stopped() {
    let mut events = until_fork();
    events.push(Event::Started(Step::Migrate(0)));
    let mut state = with_files(state(release(events)));
    let call = |path: &str| {
        LogLine::Call(CallLine {
            script: 0,
            at: at(6),
            method: "PUT".to_owned(),
            is_file: false,
            path: path.to_owned(),
            status: Some(200),
            millis: 12,
            refused: false,
            left: Some(17),
        })
    };
    state.lines = (0..50_000).map(|n| call(&format!("/items/{n}"))).collect();
    state.lines_of = Some(plan().id);
    state.performing = Some(Performing {
        release: plan().id,
        running: Running {
            busy: true,
            ..Running::default()
        },
        stop: Stop::new(),
    });
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("50000 calls") && text.contains("rate limit: 17 of 60 left"),
        "{text}"
    );
    // The end is in sight, and little more is drawn.
    assert!(text.contains("/items/49999"), "{text}");
    assert_eq!(screen.stage.count("[role=log]"), 1);
    assert!(screen.stage.count(".log__line") < 60, "{text}");
    assert!(text.contains("50000 lines"), "{text}");
    screen
        .stage
        .type_into("Search the log of 1_a.ts", "items/4321")
        .await;
    let text = screen.text();
    assert!(text.contains("11 of 50000 lines"), "{text}");
    assert!(
        text.contains("/items/4321200") && text.contains("/items/43219200"),
        "{text}"
    );
    assert_eq!(screen.stage.count(".log__line"), 11);
    screen.press("Stop after this request").await;
    assert!(screen.asked().contains(&Command::StopScript));
}

#[wasm_bindgen_test]
async fn people_who_are_editing_are_named_and_can_be_waited_for() {
    let mut state = with_files(state(release(vec![Event::Planned(plan())])));
    if let Remote::Ready(world) = &mut state.world {
        Rc::make_mut(world).editors = Some(vec![Editor {
            person: ada(),
            record: "Slow glazes".to_owned(),
            model: Some("Article".to_owned()),
            last_activity_at: at(0),
            locked: true,
        }]);
    }
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(text.contains("Ada · Article “Slow glazes”"), "{text}");
    assert!(
        text.contains("Freeze as soon as they have finished"),
        "{text}"
    );
    assert!(
        !screen.text().contains("Freeze anyway…"),
        "only once a freeze was refused"
    );
}

#[wasm_bindgen_test]
async fn a_failed_script_tells_what_happened_and_the_ways_out() {
    let mut events = until_fork();
    events.push(Event::Started(Step::Migrate(0)));
    let failure = Failure::new(FailureKind::ScriptThrew, "1_a.ts threw “no such field”.");
    events.push(Event::Failed(Step::Migrate(0), failure));
    let screen = Screen::show(state(release(events)), Abilities::ALL).await;
    let alert = screen.stage.one("[role=alert]").text_content().unwrap();
    assert!(
        alert.contains("A script did not come to its end."),
        "{alert}"
    );
    assert!(alert.contains("threw “no such field”"), "{alert}");
    screen.stage.button("Start again on a fresh fork");
    screen.stage.button("Abandon and reopen…");
    assert!(!screen.text().contains("Try again to migrate"));
}

#[wasm_bindgen_test]
async fn a_refusal_by_the_cms_is_told_in_words_with_its_code_details_request_and_line() {
    let body = br#"{"data":[{"id":"1","type":"api_error","attributes":{"code":"INVALID_FIELD",
        "details":{"field":"title","code":"VALIDATION_LENGTH","options":{"max":80}}}}]}"#;
    let asked = Request::new("PUT", "/items/R1");
    let place = |file: &str, line| FilePlace {
        file: file.to_owned(),
        line,
    };
    let end = ScriptEnd {
        done: ScriptSummary {
            calls: 12,
            effects: vec![("record updated".to_owned(), 11)],
            ..ScriptSummary::default()
        },
        last: Some(asked.clone()),
        places: vec![place("lib/save.ts", 5), place("2_b.ts", 6)],
        rejection: Some(Rejection::read(asked, 422, None, body)),
    };
    let failure =
        Failure::new(FailureKind::ScriptThrew, "2_b.ts failed at lib/save.ts:5.").of_script(end);
    let mut events = until_review();
    events.truncate(events.len() - 1);
    events.push(Event::Failed(Step::Migrate(1), failure));
    let screen = Screen::show(state(release(events)), Abilities::ALL).await;
    let why = screen.stage.one("[aria-label='Why 2_b.ts ended']");
    let why = why.text_content().unwrap();
    for said in [
        "The field `title` is too long or too short. Change the value in the script, or the limits of the field before that.",
        "INVALID_FIELD",
        "options.max80",
        "Refused requestPUT /items/R1 in next",
        "Answerstatus 422",
        "Linelib/save.ts:5, called from 2_b.ts:6",
        "Until thenIt had made 12 calls: 11 records updated.",
    ] {
        assert!(why.contains(said), "{said} in {why}");
    }
    assert!(!why.contains('{'), "{why}");
    let link = screen.stage.one(".ending a").get_attribute("href");
    assert!(link.unwrap().ends_with("errors#INVALID_FIELD"));
    let alert = screen.stage.one("[role=alert]").text_content().unwrap();
    assert!(
        alert.contains("next is partly migrated, and no script runs on it any more."),
        "{alert}"
    );
    assert!(screen.text().contains("12 calls"), "{}", screen.text());
    screen.press("Log").await;
    assert!(screen.text().contains("2_b.ts failed at lib/save.ts:5."));
}

#[wasm_bindgen_test]
async fn what_a_rehearsal_predicted_stands_beside_what_is_measured() {
    let estimate = |name: &str, calls, millis| ScriptEstimate {
        name: name.to_owned(),
        calls,
        millis,
    };
    let predicted = Estimate {
        schema: None,
        rehearsed_at: at(-1000),
        rate: Rate::CMA,
        copy_millis: 4_000,
        round_trip_millis: 20,
        scripts: vec![
            estimate("1_a.ts", 40, 22_000),
            estimate("2_b.ts", 300, 60_000),
        ],
    };
    let mut events = until_review();
    events.truncate(events.len() - 1);
    events[0] = Event::Planned(Plan {
        estimate: Some(predicted),
        ..plan()
    });
    let mut state = with_files(state(release(events)));
    state.performing = Some(Performing {
        release: plan().id,
        running: Running {
            busy: true,
            script_calls: 150,
            ..Running::default()
        },
        stop: Stop::new(),
    });
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    for said in [
        "41 calls, 40 predicted",
        "1 s, 22 s predicted",
        "All scripts: about ",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert!(text.contains(" of about 300 calls"), "{text}");
    let steps = screen.stage.one("[aria-label='Steps of this release']");
    let steps = steps.text_content().unwrap();
    for said in [
        "As rehearsed on ",
        "Freeze, done1 s, under 1 s predicted",
        "Fork, done1 s, 4 s predicted",
        " leftScript 2 of 2 · 191 of about 340 calls",
        "Promote, to comeunder 1 s",
    ] {
        assert!(steps.contains(said), "{said} in {steps}");
    }
    let waiting = screen
        .stage
        .one(".callout--warning")
        .text_content()
        .unwrap();
    assert!(
        waiting.contains("; the rehearsal predicted 1 min 2"),
        "{waiting}"
    );
}

#[wasm_bindgen_test]
async fn a_script_that_waits_for_an_answer_says_so_and_a_stopped_one_is_not_called_failed() {
    let mut events = until_review();
    events.truncate(events.len() - 1);
    let mut asked = state(release(events.clone()));
    asked.performing = Some(Performing {
        release: plan().id,
        running: Running {
            busy: true,
            script_began: Some(at(6)),
            waits_since: Some(at(11)),
            ..Running::default()
        },
        stop: Stop::new(),
    });
    let screen = Screen::show(asked, Abilities::ALL).await;
    let script = screen.stage.one(".scripts li:nth-child(2)");
    let script = script.text_content().unwrap();
    assert!(script.contains("Waits for you"), "{script}");
    assert!(script.contains("5 s"), "its clock stands still: {script}");

    let failure = Failure::new(FailureKind::ScriptStopped, "2_b.ts was stopped.");
    events.push(Event::Failed(Step::Migrate(1), failure));
    let screen = Screen::show(state(release(events)), Abilities::ALL).await;
    let script = screen.stage.one(".scripts li:nth-child(2)");
    let script = script.text_content().unwrap();
    assert!(script.starts_with("Stopped2_b.ts"), "{script}");
}

/// A promoted release in a project whose primary is `primary`, seen after the promotion.
fn promoted(primary: &str) -> State {
    let mut events = until_review();
    events.extend([
        Event::Approved {
            approval: Approval {
                plan: plan().digest(),
                drift: Digest::of(b""),
            },
            waived: vec!["1 record changed in main since the fork".to_owned()],
            reason: "only a typo".to_owned(),
        },
        Event::Started(Step::Promote),
        Event::Succeeded(Step::Promote, support::promoted()),
        Event::Started(Step::Unfreeze),
        Event::Succeeded(Step::Unfreeze, Evidence::Thawed),
    ]);
    let mut state = state(release(events));
    if let Remote::Ready(world) = &mut state.world {
        let world = Rc::make_mut(world);
        let mut next = world.environments[0].clone();
        next.id = primary.parse().unwrap();
        world.environments[0].primary = false;
        world.environments.insert(0, next);
        world.at = at(100);
    }
    state
}

#[wasm_bindgen_test]
async fn what_something_newer_replaced_says_so_and_cannot_be_rolled_back() {
    let screen = Screen::show(promoted("later"), Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("This release was promoted, and later is primary since."),
        "{text}"
    );
    assert!(!text.contains("next is live."), "{text}");
    let reason = description(&screen.stage.button("Roll back…"));
    assert!(
        reason.starts_with("later is primary now and next is not"),
        "{reason}"
    );
    screen.press("Roll back…").await;
    assert_eq!(pressed(&screen), []);
}

#[wasm_bindgen_test]
async fn what_is_live_can_be_rolled_back() {
    let screen = Screen::show(promoted("next"), Abilities::ALL).await;
    assert!(screen.text().contains("next is live."), "{}", screen.text());
    screen.press("Roll back…").await;
    assert_eq!(pressed(&screen), [Action::RollBack]);
}

#[wasm_bindgen_test]
async fn the_log_tells_decisions_with_their_reasons_and_how_long_each_step_took() {
    let screen = Screen::show(promoted("next"), Abilities::ALL).await;
    screen.press("Log").await;
    let region = |name: &str| {
        let selector = format!("[role=region][aria-label='{name}']");
        screen.stage.one(&selector).inner_text()
    };
    let decisions = region("Decisions in this release");
    assert!(
        decisions.contains("knowing that 1 record changed in main since the fork: “only a typo”"),
        "{decisions}"
    );
    let steps = region("Steps of this release, every try");
    assert_eq!(steps.matches("1 s").count(), 6, "{steps}");
    assert!(steps.contains("Run 1_a.ts"), "{steps}");
    assert!(region("Log of this release").contains("Began to make next primary."));
}

#[wasm_bindgen_test]
async fn scripts_show_the_hash_that_was_planned() {
    let screen = Screen::show(promoted("next"), Abilities::ALL).await;
    screen.press("Migrations").await;
    let hash = format!("SHA-256 {}", script("1_a.ts").sha256);
    assert!(screen.text().contains(&hash), "{}", screen.text());
}

#[wasm_bindgen_test]
async fn a_release_can_be_saved_and_copied_in_three_forms() {
    let screen = Screen::show(promoted("next"), Abilities::ALL).await;
    screen.press("Export this release").await;
    for form in ["Web page", "JSON", "CLI commands"] {
        screen.stage.button(&format!("Save as {form}"));
        screen.stage.button(&format!("Copy as {form}"));
    }
}

#[wasm_bindgen_test]
async fn an_unknown_release_leads_back() {
    let mut state = state(release(until_fork()));
    if let Remote::Ready(world) = &mut state.world {
        Rc::make_mut(world).releases.clear();
    }
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(text.contains("This release is not on record."), "{text}");
    assert!(
        text.contains("main and this browser know nothing of it"),
        "{text}"
    );
    assert!(text.contains("r-1"), "{text}");
    screen.press("All releases").await;
    assert_eq!(screen.asked(), [Command::Open(Place::Releases)]);
}

#[wasm_bindgen_test]
async fn a_journal_that_cannot_be_read_may_be_the_unknown_release() {
    let mut state = state(release(until_fork()));
    if let Remote::Ready(world) = &mut state.world {
        let world = Rc::make_mut(world);
        world.releases.clear();
        world.abilities.enter_all_environments = false;
        world.unreadable = vec![UnreadableJournal {
            place: "main".to_owned(),
            reason: "it is cut off".to_owned(),
        }];
    }
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(text.contains("it may be this one."), "{text}");
    assert!(
        text.contains("an environment that your role cannot enter"),
        "{text}"
    );
    screen.press("Look again").await;
    assert_eq!(screen.asked(), [Command::Look]);
}

#[wasm_bindgen_test]
async fn opening_the_drift_counts_it() {
    let screen = Screen::show(state(release(until_review())), Abilities::ALL).await;
    screen.press("Drift").await;
    let count = Command::CountDrift { release: plan().id };
    assert_eq!(screen.asked(), [count]);
}

/// Somebody else's page, heard of so long ago.
fn elsewhere(mut state: State, quiet_millis: u64) -> State {
    if let Remote::Ready(world) = &mut state.world {
        let other = AtWork {
            who: ada(),
            doing: "migrate".to_owned(),
            quiet_millis,
            same_profile: false,
        };
        let world = Rc::make_mut(world);
        let id = world.releases[0].plan().id.clone();
        world.at_work.insert(id, other);
    }
    state
}

#[wasm_bindgen_test]
async fn a_release_that_another_browser_has_can_only_be_taken_over() {
    let state = elsewhere(with_files(state(release(until_fork()))), 4_000);
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("Ada has this release open in another browser. That page is at “migrate”."),
        "{text}"
    );
    screen.press("Run 2 migrations").await;
    assert_eq!(pressed(&screen), []);
    screen.press("Take over…").await;
    assert_eq!(pressed(&screen), [Action::TakeOver]);
}

#[wasm_bindgen_test]
async fn a_page_that_is_long_silent_holds_nobody_back() {
    let state = elsewhere(with_files(state(release(until_fork()))), EXPIRY_MILLIS);
    let screen = Screen::show(state, Abilities::ALL).await;
    screen.press("Run 2 migrations").await;
    assert_eq!(pressed(&screen), [Action::Perform(Step::Migrate(0))]);
}

#[wasm_bindgen_test]
async fn a_freeze_that_somebody_lifted_is_told_and_can_be_had_again() {
    let mut state = state(release(until_review()));
    if let Remote::Ready(world) = &mut state.world {
        let world = Rc::make_mut(world);
        world.frozen = false;
        world.at = at(1_000_000);
    }
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("Somebody turned maintenance mode off."),
        "{text}"
    );
    assert!(!text.contains("Editors are waiting."), "{text}");
    screen.press("Freeze again").await;
    assert_eq!(pressed(&screen), [Action::Refreeze]);
}

#[wasm_bindgen_test]
async fn a_request_that_is_sent_again_counts_down_and_can_be_stopped() {
    let mut state = state(release(until_fork()));
    state.waiting.push(Waiting {
        id: 7,
        request: "GET /environments".to_owned(),
        reason: "the CMS failed with status 503".to_owned(),
        attempt: (2, 5),
        until: slipway::store::now(),
    });
    let screen = Screen::show(state, Abilities::ALL).await;
    let text = screen.text();
    assert!(
        text.contains("Trying again in 0 s. Attempt 2 of 5 of GET /environments: the CMS failed with status 503."),
        "{text}"
    );
    screen.press("Stop trying").await;
    assert!(screen.asked().contains(&Command::StopWaiting { id: 7 }));
}

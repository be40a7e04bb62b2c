//! Rehearsals on the pages: how one is begun, how it goes, what it showed, what it left.

use std::{collections::BTreeMap, rc::Rc};

use slipway::store::{Command, LogBook, LogLine, Rehearsing, Remote, State};
use slipway_engine::{ConsoleLine, Stage as RehearsalStage, Stop, ports::ConsoleLevel};
use slipway_release::{
    Digest, Estimate, Failure, FailureKind, PlannedScript, Rehearsal,
    policy::Resource,
    rehearsal::{
        End, Fate, HeldBack, Outcome, Rate, Run, ScriptEstimate,
        fork::{KnownBy, LeftFork},
    },
    view::step::Running,
};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{ada, at, chosen, description, planning, releases, seeing, world};

const FORK: &str = "slipway-rehearsal-0123456789ab";

/// What the pending script of [`chosen`] showed.
fn rehearsed() -> Rehearsal {
    let script = PlannedScript {
        name: "2_b.ts".to_owned(),
        sha256: Digest::of(b"b"),
        imports: None,
    };
    let mut rehearsal = Rehearsal::begin(
        FORK.parse().unwrap(),
        "main".parse().unwrap(),
        ada(),
        at(10),
        &[script],
    );
    rehearsal.ended = Some(at(40));
    rehearsal.schema = Some(Digest::of(b"schema"));
    rehearsal.copied_in = Some(4_000);
    rehearsal.scripts[0].run = Outcome::Ran(Run {
        millis: 9_000,
        effects: vec![("menu entry created".to_owned(), 3)],
        ..Run::default()
    });
    rehearsal.end = End::AllRan;
    rehearsal.fate = Fate::Destroyed;
    rehearsal.held_back = vec![HeldBack {
        script: "2_b.ts".to_owned(),
        resource: Resource::Webhooks,
        verb: "POST".to_owned(),
        template: "/webhooks".to_owned(),
        name: Some("Deploy".to_owned()),
        count: 1,
    }];
    rehearsal
}

/// The page of a new release in a browser that keeps this rehearsal; primary's schema is as this.
fn keeping(rehearsal: Rehearsal, schema: &[u8]) -> State {
    let mut state = chosen(Vec::new());
    state.rehearsals.kept = Rc::new(vec![rehearsal]);
    state.rehearsals.schema = Some(Digest::of(schema));
    state
}

#[wasm_bindgen_test]
async fn a_rehearsal_is_one_press_away_and_keeps_its_copy_only_when_asked() {
    let (stage, asked) = planning(chosen(Vec::new())).await;
    let text = stage.text();
    assert!(
        text.contains("Nothing is frozen, nobody has to wait"),
        "{text}"
    );
    stage.press("Rehearse the scripts").await;
    stage
        .control("Keep the fork afterwards, to look at it")
        .click();
    super::settle().await;
    stage.press("Rehearse the scripts").await;
    let begin = |keep_fork| Command::Rehearse { keep_fork };
    assert_eq!(*asked.borrow(), [begin(false), begin(true)]);
}

#[wasm_bindgen_test]
async fn scripts_that_cannot_run_are_not_rehearsed() {
    let problem = ("2_b.ts".to_owned(), "2_b.ts: syntax error".to_owned());
    let (stage, asked) = planning(chosen(vec![problem])).await;
    let reason = description(&stage.button("Rehearse the scripts"));
    assert_eq!(reason, "1 pending script cannot run; the list says why.");
    stage.press("Rehearse the scripts").await;
    assert!(asked.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_rehearsal_shows_how_far_it_is_and_can_be_stopped() {
    let mut seen = chosen(Vec::new());
    let scripts = seen.folder.ready().unwrap().pending.clone();
    seen.rehearsing = Some(Rehearsing {
        stage: RehearsalStage::Script { index: 0, of: 1 },
        scripts: Rc::new(scripts),
        running: Running {
            script_calls: 12,
            ..Running::default()
        },
        over: BTreeMap::new(),
        lines: LogBook::default(),
        estimate: None,
        keep_fork: false,
        stop: Stop::new(),
    });
    let (stage, asked) = planning(seen.clone()).await;
    let text = stage.text();
    assert!(text.contains("Running script 1 of 1, 2_b.ts"), "{text}");
    let script = stage.one("[aria-label='Scripts of the rehearsal, in the order they run'] li");
    assert_eq!(script.text_content().unwrap(), "Running2_b.ts12 calls");
    let create = description(&stage.button("Create release"));
    assert!(create.starts_with("A rehearsal is running"), "{create}");
    stage.press("Stop the rehearsal").await;
    assert_eq!(*asked.borrow(), [Command::StopRehearsal]);

    assert!(text.contains("and the fork is destroyed."), "{text}");

    if let Some(rehearsing) = &mut seen.rehearsing {
        rehearsing.stage = RehearsalStage::Copying(Some(40.0));
        rehearsing.keep_fork = true;
    }
    let (stage, _) = planning(seen).await;
    assert!(stage.text().contains("Forking primary, 40 %"));
    assert!(stage.text().contains("The fork is kept, as you asked."));
    let bar = stage.one("[role=progressbar][aria-label=Rehearsal]");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("40"));
}

#[wasm_bindgen_test]
async fn what_a_rehearsal_showed_is_told_with_what_it_cannot_show() {
    let (stage, _) = planning(keeping(rehearsed(), b"schema")).await;
    let shown = stage.one("[aria-label='What the rehearsal showed']");
    let shown = shown.text_content().unwrap();
    for said in [
        "The script ran to its end on a fork of main.",
        "Predicted freeze",
        "Editors are expected to wait for about",
        "3 menu entries created",
        "Held back: these belong to the whole project.",
        "What this cannot show",
        "Schedules",
        "Rehearsed byAda",
    ] {
        assert!(shown.contains(said), "{said} in {shown}");
    }
    assert!(!shown.contains("out of date"), "{shown}");
    stage.button("Rehearse again");
    stage.button("Export this rehearsal");
}

#[wasm_bindgen_test]
async fn a_rehearsal_of_other_files_or_of_another_schema_is_out_of_date() {
    let mut old = rehearsed();
    old.scripts[0].script.sha256 = Digest::of(b"before");
    let (stage, _) = planning(keeping(old, b"schema of today")).await;
    let text = stage.text();
    for said in [
        "This rehearsal is out of date.",
        "2_b.ts was changed since the rehearsal.",
        "The models or fields of main were changed since the rehearsal.",
        "Rehearse again to know what would happen now.",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

/// A rehearsal after [`rehearsed`], on a fork of its own, which was stopped.
fn stopped_later() -> Rehearsal {
    Rehearsal {
        fork: "slipway-rehearsal-00000000000b".parse().unwrap(),
        began: at(100),
        ended: Some(at(101)),
        end: End::Cancelled {
            script: Some(0),
            came: None,
        },
        ..rehearsed()
    }
}

#[wasm_bindgen_test]
async fn a_rehearsal_that_was_stopped_does_not_hide_the_one_that_holds() {
    let mut seen = keeping(rehearsed(), b"schema");
    seen.rehearsals.kept = Rc::new(vec![stopped_later(), rehearsed()]);
    let folder = seen.folder.ready().unwrap();
    let primary = "main".parse().unwrap();
    let holding = seen.rehearsals.holding(&primary, &folder.pending);
    assert_eq!(
        holding,
        Some(&rehearsed()),
        "its prediction goes into the plan"
    );

    let (stage, _) = planning(seen).await;
    let shown = || {
        let shown = stage.one("[aria-label='What the rehearsal showed']");
        shown.text_content().unwrap()
    };
    assert!(shown().contains("The rehearsal was stopped while 2_b.ts was running."));
    let text = stage.text();
    assert!(text.contains("still holds."), "{text}");
    assert!(
        text.contains("2 rehearsals are kept in this browser"),
        "{text}"
    );
    for row in ["1 script ran", "Stopped at 2_b.ts", FORK] {
        assert!(text.contains(row), "{row} in {text}");
    }
    stage
        .press("Show the rehearsal of 1970-01-01 00:00:10 UTC that still holds")
        .await;
    assert!(shown().contains("The script ran to its end on a fork of main."));
    stage
        .press("Show the rehearsal of 1970-01-01 00:01:40 UTC")
        .await;
    assert!(shown().contains("The rehearsal was stopped"));
}

#[wasm_bindgen_test]
async fn a_kept_rehearsal_can_be_read_and_saved_before_files_are_chosen() {
    let mut seen = keeping(rehearsed(), b"schema");
    seen.folder = Remote::Idle;
    let (stage, _) = planning(seen).await;
    let text = stage.text();
    assert!(
        text.contains("The script ran to its end on a fork of main."),
        "{text}"
    );
    assert!(
        text.contains("It is not known whether this rehearsal still holds."),
        "{text}"
    );
    assert!(!text.contains("Rehearse again"), "{text}");
    stage.button("Export this rehearsal");
}

#[wasm_bindgen_test]
async fn a_copy_that_was_left_can_be_destroyed_from_the_list() {
    let mut world = world();
    let fork: datocms_client::EnvironmentId = FORK.parse().unwrap();
    world.rehearsals = vec![LeftFork {
        fork: fork.clone(),
        known_by: KnownBy::Mark,
    }];
    let (stage, asked) = releases(seeing(world.clone())).await;
    let text = stage.text();
    assert!(
        text.contains("A copy from a rehearsal is still there."),
        "{text}"
    );
    assert!(text.contains(FORK), "{text}");
    stage.press(&format!("Destroy {FORK}…")).await;
    assert_eq!(*asked.borrow(), [Command::DestroyFork { fork }]);

    world.abilities.promote_environments = false;
    let (stage, _) = releases(seeing(world)).await;
    let reason = description(&stage.button(&format!("Destroy {FORK}…")));
    assert!(reason.starts_with("Your role may not"), "{reason}");
}

/// What a script printed.
fn printed(text: &str) -> LogLine {
    LogLine::Console(ConsoleLine {
        script: 0,
        at: at(11),
        level: ConsoleLevel::Log,
        text: text.to_owned(),
    })
}

#[wasm_bindgen_test]
async fn a_rehearsal_beside_an_earlier_one_tells_what_is_left() {
    let mut seen = chosen(Vec::new());
    let scripts = seen.folder.ready().unwrap().pending.clone();
    seen.rehearsing = Some(Rehearsing {
        stage: RehearsalStage::Script { index: 0, of: 1 },
        scripts: Rc::new(scripts),
        running: Running {
            script_calls: 12,
            ..Running::default()
        },
        over: BTreeMap::new(),
        lines: [printed("Found 318 tags")].into_iter().collect(),
        estimate: Some(Estimate {
            rehearsed_at: at(0),
            schema: None,
            rate: Rate::CMA,
            copy_millis: 4_000,
            round_trip_millis: 20,
            scripts: vec![ScriptEstimate {
                name: "2_b.ts".to_owned(),
                calls: 48,
                millis: 9_000,
            }],
        }),
        keep_fork: false,
        stop: Stop::new(),
    });
    let (stage, _) = planning(seen).await;
    let text = stage.text();
    for said in [
        "12 of about 48 calls",
        "All scripts: about ",
        "Found 318 tags",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[wasm_bindgen_test]
async fn the_log_of_a_rehearsal_can_be_read_after_it_ended() {
    let mut failed = rehearsed();
    failed.end = End::Failed {
        script: Some(0),
        failure: Failure::new(FailureKind::ScriptThrew, "2_b.ts failed."),
    };
    let mut seen = keeping(failed, b"schema");
    let lines = (0..20).map(|n| printed(&format!("Record {n}"))).collect();
    seen.rehearsed_lines.insert(FORK.parse().unwrap(), lines);
    let (stage, _) = planning(seen).await;
    // That of the script that failed is what one looks for.
    let log = stage.one("[role=log][aria-label='Calls and output of 2_b.ts']");
    assert!(log.text_content().unwrap().contains("Record 19"));
    stage
        .type_into("Search the log of 2_b.ts", "record 7")
        .await;
    assert!(stage.text().contains("1 of 20 lines"), "{}", stage.text());
    stage.button("Copy the log of 2_b.ts");
    stage.button("Download the log of 2_b.ts");
}

#[wasm_bindgen_test]
async fn the_log_of_a_script_that_ran_is_drawn_once_it_is_unfolded() {
    let mut seen = keeping(rehearsed(), b"schema");
    let lines = [printed("Found 318 tags")].into_iter().collect();
    seen.rehearsed_lines.insert(FORK.parse().unwrap(), lines);
    let (stage, _) = planning(seen).await;
    assert_eq!(stage.count("[role=log]"), 0);
    let summaries = stage.all("summary");
    let summary = summaries
        .iter()
        .find(|summary| summary.text_content().unwrap() == "Calls and output of 2_b.ts");
    summary.unwrap().click();
    super::settle().await;
    assert!(stage.text().contains("Found 318 tags"), "{}", stage.text());

    let (stage, _) = planning(keeping(rehearsed(), b"schema")).await;
    let text = stage.text();
    assert!(
        text.contains("can be read on the page that rehearsed, until it is closed"),
        "{text}"
    );
}

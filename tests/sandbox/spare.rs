//! The sandbox that is opened ahead, while a script runs that another one follows.

use std::rc::Rc;

use futures_util::future::{self, Either};
use slipway::ports::sandbox::Sandbox;
use slipway_engine::ports::ScriptFailure;
use slipway_scripts::{SourceFile, prepare};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Node;

use super::support::*;

/// Makes a request, leaves a trace wherever it can, and says what traces it found.
const TRACE: &str = "module.exports = async (client) => {
    console.log(`${self.trace} ${Array.prototype.trace} ${name}`);
    self.trace = Array.prototype.trace = name = 'here';
    await client.call('GET', '/site');
};";

async fn run(
    sandbox: &Sandbox,
    text: &str,
    another: bool,
) -> (Result<(), ScriptFailure>, Vec<String>) {
    let host = Rc::new(Host {
        another,
        slow: true,
        ..Host::default()
    });
    let file = SourceFile {
        path: "1_a.js".to_owned(),
        text: Some(text.to_owned()),
    };
    let prepared = prepare(&[file], "1_a.js").unwrap();
    let outcome = sandbox.run(&prepared, host.clone()).await;
    (outcome, host.lines())
}

/// The one frame there is, once it is there.
async fn spare() -> Node {
    loop {
        match frames().as_slice() {
            [] => next_task().await,
            [one] => return one.clone(),
            more => panic!("{more:?}"),
        }
    }
}

/// What comes of something, and every frame that is seen until then.
async fn watched<F: Future + Unpin>(mut running: F) -> (F::Output, Vec<Node>) {
    let mut seen: Vec<Node> = Vec::new();
    loop {
        for frame in frames() {
            if !seen.contains(&frame) {
                seen.push(frame);
            }
        }
        match future::select(running, Box::pin(next_task())).await {
            Either::Left((outcome, _)) => return (outcome, seen),
            Either::Right(((), unfinished)) => running = unfinished,
        }
    }
}

#[wasm_bindgen_test]
async fn the_next_script_gets_a_frame_that_was_opened_ahead_and_finds_no_trace() {
    let sandbox = sandbox(WORKER);
    let nothing = ["undefined undefined ".to_owned()];
    assert_eq!(run(&sandbox, TRACE, true).await, (Ok(()), nothing.to_vec()));
    let ahead = spare().await;

    // No other frame is opened: this one goes with its script, and the one for the third takes its place.
    let (outcome, seen) = watched(Box::pin(run(&sandbox, TRACE, true))).await;
    assert_eq!(outcome, (Ok(()), nothing.to_vec()));
    let next = spare().await;
    assert_eq!(seen, [ahead, next.clone()]);
    let ahead = next;

    // After the last there is none.
    assert_eq!(
        run(&sandbox, TRACE, false).await,
        (Ok(()), nothing.to_vec())
    );
    assert!(!ahead.is_connected());
    assert_no_frame();
}

#[wasm_bindgen_test]
async fn after_a_script_that_failed_no_frame_waits() {
    let sandbox = sandbox(WORKER);
    let fails = "module.exports = async (client) => {
        await client.call('GET', '/site');
        throw new Error('no');
    };";
    let (outcome, _) = run(&sandbox, fails, true).await;
    assert!(matches!(outcome, Err(ScriptFailure::Threw { .. })));
    assert_no_frame();
}

#[wasm_bindgen_test]
async fn where_the_frame_is_gone_another_one_is_opened() {
    let sandbox = sandbox(WORKER);
    assert_eq!(run(&sandbox, TRACE, true).await.0, Ok(()));
    let ahead = spare().await;
    ahead.parent_node().unwrap().remove_child(&ahead).unwrap();
    assert_eq!(run(&sandbox, TRACE, false).await.0, Ok(()));
    assert_no_frame();
}

#[wasm_bindgen_test]
async fn a_frame_that_waits_goes_with_its_sandbox() {
    let sandbox = sandbox(WORKER);
    assert_eq!(run(&sandbox, TRACE, true).await.0, Ok(()));
    spare().await;
    drop(sandbox);
    assert_no_frame();
}

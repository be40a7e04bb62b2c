//! Scripts that do not end by themselves are ended, and the page goes on meanwhile.

use slipway_engine::ports::{Excess, ScriptFailure};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

const SILENT: ScriptFailure = ScriptFailure::Limit(Excess::Silence { seconds: 2 });

#[wasm_bindgen_test]
async fn an_endless_loop_is_ended_by_the_watchdog() {
    let turns = Turns::count();
    let (outcome, _) = run("1_a.js", "module.exports = () => { for (;;); };").await;
    turns.went_on("an endless loop");
    assert_eq!(outcome, Err(SILENT));
    assert_no_frame();
}

#[wasm_bindgen_test]
async fn a_promise_that_never_settles_is_ended_by_the_watchdog() {
    let (outcome, _) = run("1_a.js", "module.exports = () => new Promise(() => {});").await;
    assert_eq!(outcome, Err(SILENT));
}

#[wasm_bindgen_test]
async fn a_loop_that_only_prints_is_ended_too() {
    let turns = Turns::count();
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = () => { for (;;) console.log('again'); };",
    )
    .await;
    turns.went_on("a loop that prints");
    assert_eq!(outcome, Err(SILENT));
    assert_eq!(
        host.lines().last().unwrap(),
        "More was printed than the 50000 lines that the plan keeps. From here on it is left out."
    );
}

#[wasm_bindgen_test]
async fn a_loop_of_promises_is_ended_too() {
    let turns = Turns::count();
    let script = "module.exports = async () => { for (;;) await null; };";
    let (outcome, _) = run("1_a.js", script).await;
    turns.went_on("a loop of promises");
    assert_eq!(outcome, Err(SILENT));
}

#[wasm_bindgen_test]
async fn a_worker_that_closes_itself_is_not_waited_for() {
    let host = std::rc::Rc::new(Host::default());
    let script = "module.exports = () => { self.close(); return new Promise(() => {}); };";
    let outcome = run_in(&without_doors(), &[("1_a.js", script)], &host).await;
    assert_eq!(outcome, Err(SILENT));
    assert_no_frame();
}

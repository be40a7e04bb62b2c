//! Scripts that do not end by themselves are ended, and the page goes on meanwhile.

use slipway_engine::ports::{Excess, ScriptFailure};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

const SILENT: ScriptFailure = ScriptFailure::Limit(Excess::Silence { seconds: 2 });

#[wasm_bindgen_test]
async fn an_endless_loop_is_ended_by_the_watchdog() {
    let attempt = async || run("1_a.js", "module.exports = () => { for (;;); };").await;
    let (outcome, _) = smoothly("an endless loop", attempt).await;
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
    let script = "module.exports = () => { for (;;) console.log('again'); };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, host) = smoothly("a loop that prints", attempt).await;
    assert_eq!(outcome, Err(SILENT));
    assert_eq!(
        host.lines().last().unwrap(),
        "More was printed than the 50000 lines that the plan keeps. From here on it is left out."
    );
}

#[wasm_bindgen_test]
async fn a_loop_of_promises_is_ended_too() {
    let script = "module.exports = async () => { for (;;) await null; };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, _) = smoothly("a loop of promises", attempt).await;
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

/// The check of the check: were the page itself busy, it would be seen.
#[wasm_bindgen_test]
async fn a_long_task_of_the_page_is_seen() {
    watch_tasks().await;
    next_task().await;
    let end = js_sys::Date::now() + TASK_MS + 50.0;
    while js_sys::Date::now() < end {}
    assert!(longest_task().await.as_f64().unwrap() >= TASK_MS);
}

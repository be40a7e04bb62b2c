//! A script that takes all the memory it can get loses its worker and nothing else.

use slipway_engine::ports::ScriptFailure;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

/// One array may not be as large as it likes: the script hears of it and ends.
#[wasm_bindgen_test]
async fn one_giant_allocation_is_refused_by_the_browser() {
    let script = "module.exports = async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          return new ArrayBuffer(2 ** 46);
        };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, _) = smoothly("a giant allocation", attempt).await;
    let (name, _, _) = threw(outcome);
    assert_eq!(name, "RangeError");
    assert_no_frame();
}

/// A text that grows for ever reaches the longest text there is.
#[wasm_bindgen_test]
async fn a_text_without_end_is_ended() {
    let script = "module.exports = async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          let text = 'x';
          for (;;) text += text;
        };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, _) = smoothly("a text without end", attempt).await;
    let ended = match &outcome {
        Err(ScriptFailure::Threw { name, .. }) => name == "RangeError",
        Err(ScriptFailure::Limit(_) | ScriptFailure::NoSandbox(_)) => true,
        Ok(()) | Err(ScriptFailure::Unprepared(_) | ScriptFailure::Stopped) => false,
    };
    assert!(ended, "{outcome:?}");
    assert_no_frame();
}

/// Objects without end: the worker dies or stands still, and silence ends it. `webdriver.json` keeps the heap small, so
/// that it does not take the machine along.
#[wasm_bindgen_test]
async fn objects_without_end_are_ended() {
    let script = "module.exports = async () => {
          await new Promise((resolve) => setTimeout(resolve, 200));
          const kept = [];
          for (;;) kept.push(new Array(1000).fill(Math.random()));
        };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, _) = smoothly("objects without end", attempt).await;
    assert!(
        matches!(
            outcome,
            Err(ScriptFailure::Limit(_) | ScriptFailure::NoSandbox(_))
        ),
        "{outcome:?}"
    );
    assert_no_frame();
}

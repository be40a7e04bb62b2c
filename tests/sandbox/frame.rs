//! The frame around the worker: a script reaches neither it nor the page that holds it.

use slipway_engine::ports::ScriptFailure;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

#[wasm_bindgen_test]
async fn there_is_no_window_to_navigate_or_to_open() {
    all_shut(&[
        ("window", "window.length"),
        ("document", "document.title"),
        ("top", "top.location"),
        ("parent", "parent.postMessage('x', '*')"),
        ("opener", "opener.location"),
        ("frames", "frames.length"),
        ("open", "open(url)"),
        ("history", "history.pushState({}, '')"),
        ("frame", "frameElement.remove()"),
        ("navigate", "{ location.href = url; if (location.href.startsWith('blob:')) throw new Error('not moved'); return location.href; }"),
        ("assign", "location.assign(url)"),
        ("clients", "clients.openWindow(url)"),
        ("notify", "heard(new Notification('x'), 'onshow', 'onerror')"),
    ])
    .await;
}

/// What the worker says to its frame, the frame does not pass on and does not obey.
#[wasm_bindgen_test]
async fn the_frame_does_not_listen_to_its_worker() {
    let before = web_sys::window().unwrap().location().href().unwrap();
    let host = std::rc::Rc::new(Host::default());
    let script = "module.exports = async () => {
          for (const message of ['x', { type: 'lost', message: 'x' }, { type: 'done' }, { worker: 'y' }]) {
            self.postMessage(message, { transfer: [new MessageChannel().port1] });
          }
          await new Promise((resolve) => setTimeout(resolve, 100));
          throw new Error('still here');
        };";
    let outcome = run_in(&without_doors(), &[("1_a.js", script)], &host).await;
    assert!(
        matches!(&outcome, Err(ScriptFailure::Threw { message, .. }) if message == "still here"),
        "{outcome:?}"
    );
    assert_eq!(
        web_sys::window().unwrap().location().href().unwrap(),
        before
    );
    assert_no_frame();
}

/// The attribute is the wall of the frame itself: scripts, and nothing else of what a sandboxed frame can be allowed.
#[wasm_bindgen_test]
async fn the_frame_may_run_scripts_and_nothing_else() {
    use futures_util::future::{self, Either};
    let host = std::rc::Rc::new(Host::default());
    let files = [("1_a.js", "module.exports = () => new Promise(() => {});")];
    let running = Box::pin(run_files(&files, &host));
    let seen = Box::pin(async {
        loop {
            let document = web_sys::window().unwrap().document().unwrap();
            if let Some(frame) = document.query_selector("iframe[sandbox]").unwrap() {
                return frame.get_attribute("sandbox").unwrap();
            }
            next_task().await;
        }
    });
    match future::select(running, seen).await {
        Either::Left((outcome, _)) => panic!("it ended: {outcome:?}"),
        Either::Right((sandbox, _)) => assert_eq!(sandbox, "allow-scripts"),
    }
    assert_no_frame();
}

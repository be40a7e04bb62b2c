//! The frame around the worker: a script reaches neither it nor the page that holds it.

use js_sys::Array;
use slipway_engine::ports::ScriptFailure;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;
use super::ways::Wall::{Absence, Policy, Refusal};
use super::ways::{Wall, Way, all_shut, fall, stand, trying, verdicts, without_policy};

/// The frame's attribute.
const SANDBOX: &str = "allow-scripts";

#[wasm_bindgen_test]
async fn there_is_no_window_to_navigate_or_to_open() {
    all_shut(&[
        ("window", Absence, "window.length"),
        ("document", Absence, "document.title"),
        ("top", Absence, "top.location"),
        ("parent", Absence, "parent.postMessage('x', '*')"),
        ("opener", Absence, "opener.location"),
        ("frames", Absence, "frames.length"),
        ("open", Absence, "open(url)"),
        ("history", Absence, "history.pushState({}, '')"),
        ("frame", Absence, "frameElement.remove()"),
        ("navigate", Refusal, "{ location.href = url; if (location.href.startsWith('blob:')) throw new Error('not moved'); return location.href; }"),
        ("assign", Absence, "location.assign(url)"),
        ("clients", Absence, "clients.openWindow(url)"),
        ("notify", Refusal, "heard(new Notification('x'), 'onshow', 'onerror')"),
    ])
    .await;
}

/// Tried by code in the frame's own document, where no migration runs: what a worker does not have exists there. Two things
/// no wall takes from such code: to go elsewhere itself, and to speak to a peer (no browser has `webrtc 'block'` yet). So
/// the last ways are those by which code would come into the document.
const IN_THE_FRAME: &[Way<'_>] = &[
    (
        "top_navigation",
        Refusal,
        "{ top.location = home + '#escaped'; return top.location.hash; }",
    ),
    (
        "parent_navigation",
        Refusal,
        "parent.location.replace(home + '#escaped')",
    ),
    ("top_address", Refusal, "top.location.href"),
    ("parent_document", Refusal, "parent.document.title"),
    ("parent_globals", Refusal, "parent.fetch"),
    ("parent_history", Refusal, "parent.history.length"),
    (
        "own_element",
        Refusal,
        "{ if (frameElement === null) throw new Error('none'); return frameElement; }",
    ),
    (
        "open",
        Refusal,
        "{ const opened = open('about:blank'); if (opened === null) throw new Error('not opened'); opened.close(); return opened; }",
    ),
    ("cookies", Refusal, "document.cookie"),
    ("local", Refusal, "localStorage.length"),
    ("session", Refusal, "sessionStorage.length"),
    (
        "database",
        Refusal,
        "heard(indexedDB.open('escape'), 'onsuccess', 'onerror')",
    ),
    ("caches", Refusal, "caches.has('escape')"),
    ("files", Refusal, "navigator.storage.getDirectory()"),
    (
        "fetch",
        Policy("connect-src"),
        "fetch(url, { mode: 'no-cors' })",
    ),
    (
        "beacon",
        Policy("connect-src"),
        "navigator.sendBeacon(url, 'x')",
    ),
    ("later", Policy("connect-src"), "fetchLater(url)"),
    (
        "transport",
        Policy("connect-src"),
        "new WebTransport(url.replace('http:', 'https:')).ready",
    ),
    (
        "socket",
        Policy("connect-src"),
        "heard(new WebSocket(url.replace('http', 'ws')), 'onopen', 'onerror')",
    ),
    (
        "image",
        Policy("img-src"),
        "heard(Object.assign(new Image(), { src: url }), 'onload', 'onerror')",
    ),
    (
        "media",
        Policy("media-src"),
        "heard(new Audio(url), 'oncanplay', 'onerror')",
    ),
    (
        "font",
        Policy("font-src"),
        "new FontFace('x', `url(${url})`).load()",
    ),
    (
        "style",
        Policy("style-src-elem"),
        "added('link', { rel: 'stylesheet', href: url })",
    ),
    (
        "prefetch",
        Policy("default-src"),
        "added('link', { rel: 'prefetch', href: url })",
    ),
    (
        "frame",
        Policy("frame-src"),
        "added('iframe', { src: url })",
    ),
    (
        "object",
        Policy("object-src"),
        "added('object', { data: url })",
    ),
    (
        "script",
        Policy("script-src-elem"),
        "added('script', { src: url })",
    ),
    (
        "text_of_script",
        Policy("script-src-elem"),
        "added('script', { text: '1' })",
    ),
    ("text", Policy("script-src"), "eval('1')"),
    (
        "handler",
        Policy("script-src-attr"),
        "{
      const ran = new Promise((yes) => (self.ran = yes));
      document.documentElement.setAttribute('onclick', 'self.ran(1)');
      document.documentElement.click();
      return ran;
    }",
    ),
    (
        "address_of_script",
        Policy("script-src-elem"),
        "{
      const ran = new Promise((yes) => (self.ran = yes));
      location = 'javascript:void self.ran(1)';
      return ran;
    }",
    ),
];

#[wasm_bindgen(inline_js = "
export function listen_to(page, sandbox) {
  const frame = document.createElement('iframe');
  if (sandbox !== undefined) frame.setAttribute('sandbox', sandbox);
  frame.srcdoc = page;
  return new Promise((resolve) => {
    const lines = [];
    const hear = ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      if (data.line !== undefined) return lines.push(data.line);
      removeEventListener('message', hear);
      frame.remove();
      resolve(lines);
    };
    addEventListener('message', hear);
    document.body.append(frame);
  });
}")]
extern "C" {
    /// What a frame of this page says until it has done.
    #[wasm_bindgen(js_name = listen_to)]
    async fn listen_to(page: &str, sandbox: Option<&str>) -> JsValue;
}

/// What came of each way in a frame of a copy of this page, with one script more than it has.
async fn try_in_frame(page: &str, sandbox: Option<&str>) -> Vec<String> {
    let home = web_sys::window().unwrap().location().href().unwrap();
    let probe = format!(
        "<script nonce='probe'>
          const home = '{home}';
          const added = (kind, properties) => {{
            const element = Object.assign(document.createElement(kind), properties);
            const done = heard(element, 'onload', 'onerror');
            document.documentElement.append(element);
            return done;
          }};
          {}
          trying().then(() => parent.postMessage({{ done: true }}, '*'));
        </script></html>",
        trying(IN_THE_FRAME, "(line) => parent.postMessage({ line }, '*')")
    );
    let page = page
        .replace("script-src ", "script-src 'nonce-probe' ")
        .replace("</html>", &probe);
    let lines = listen_to(&page, sandbox).await;
    let lines: Vec<String> = Array::from(&lines)
        .iter()
        .map(|line| line.as_string().unwrap())
        .collect();
    verdicts(IN_THE_FRAME, &lines)
}

#[wasm_bindgen_test]
async fn the_frame_itself_reaches_nothing() {
    let here = || web_sys::window().unwrap().location().href().unwrap();
    let before = here();
    stand(IN_THE_FRAME, &try_in_frame(PAGE, Some(SANDBOX)).await);
    assert_eq!(here(), before);
}

#[wasm_bindgen_test]
async fn without_its_policy_the_frame_is_open() {
    let told = try_in_frame(&without_policy(PAGE), Some(SANDBOX)).await;
    fall(IN_THE_FRAME, &told, Wall::is_policy);
}

#[wasm_bindgen_test]
async fn without_its_attribute_the_frame_is_open() {
    let location = web_sys::window().unwrap().location();
    let before = location.hash().unwrap();
    let told = try_in_frame(PAGE, None).await;
    fall(IN_THE_FRAME, &told, |wall| wall == Refusal);
    // It led the page to where it liked.
    assert!(location.hash().unwrap().ends_with("#escaped"));
    location.set_hash(&before).unwrap();
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
        Either::Right((sandbox, _)) => assert_eq!(sandbox, SANDBOX),
    }
    assert_no_frame();
}

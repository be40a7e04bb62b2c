//! The browser's side of the engine's ports: storage, locks, order, addresses, requests, time.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::{cell::RefCell, time::Duration};

use datocms_client::{Timer, Transport};
use futures_util::{FutureExt, join};
use http::Request;
use js_sys::{Array, Function, Promise};
use slipway::{
    ports::{
        browser_timer::BrowserTimer,
        compare::locale_compare,
        download,
        fetch::FetchTransport,
        folder::Chosen,
        journal_store::JournalDb,
        leaving::LeaveGuard,
        lock,
        profile::Profile,
        remembered::{Leave, Remembered},
    },
    store::Place,
};
use slipway_release::ReleaseId;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn id(text: &str) -> ReleaseId {
    ReleaseId::parse(text).unwrap()
}

#[wasm_bindgen_test]
async fn a_journal_is_there_after_a_reload_and_only_for_its_project() {
    let (ours, theirs) = (JournalDb::new("1001"), JournalDb::new("100"));
    ours.save(&id("r-1"), "first").await.unwrap();
    ours.save(&id("r-1"), "second").await.unwrap();
    theirs.save(&id("r-1"), "another project").await.unwrap();

    // A new page has a new handle on the same database.
    assert_eq!(JournalDb::new("1001").load().await.unwrap(), ["second"]);
    assert_eq!(theirs.load().await.unwrap(), ["another project"]);
}

#[wasm_bindgen_test]
async fn one_window_holds_a_release_until_it_lets_go() {
    let held = lock::try_hold("r-7").await;
    assert!(held.is_some());
    assert!(
        lock::try_hold("r-7").await.is_none(),
        "somebody else was let in"
    );
    assert!(
        lock::try_hold("r-8").await.is_some(),
        "another release is free"
    );

    drop(held);
    // The browser lets go after the promise behind the lock has settled.
    let mut again = None;
    for _ in 0..1000 {
        again = lock::try_hold("r-7").await;
        if again.is_some() {
            break;
        }
    }
    assert!(again.is_some(), "it was never let go");
}

#[wasm_bindgen_test]
fn files_are_in_the_order_of_the_vendors_cli() {
    // Observed with the CLI itself (reference section 8.1).
    let mut names = ["9_a.js", "1700000001_x.js", "10-c.js", "10_b.js"];
    names.sort_by(|a, b| locale_compare(a, b));
    assert_eq!(names, ["10_b.js", "10-c.js", "1700000001_x.js", "9_a.js"]);
}

#[wasm_bindgen_test]
fn a_place_survives_its_address() {
    for place in [
        Place::Releases,
        Place::NewRelease,
        Place::Release(id("19c0-ab")),
        Place::Nowhere("%2E%2E%2Fetc".to_owned()),
        Place::Nowhere(String::new()),
    ] {
        assert_eq!(Place::from_query(&place.to_query()), place);
    }
    assert_eq!(
        Place::from_query("?release=../etc"),
        Place::Nowhere("../etc".to_owned())
    );
    assert_eq!(Place::from_query("?other=1"), Place::Releases);
    assert_eq!(
        Place::from_query("?other=1&release=r-1"),
        Place::Release(id("r-1"))
    );
}

/// Keeps the next download from being one, and tells its name and what is in it.
async fn caught(download: impl FnOnce()) -> (String, String) {
    let catch = Function::new_no_args(
        "const link = HTMLAnchorElement.prototype; const click = link.click;
         return new Promise((caught) => {
           link.click = async function () {
             link.click = click;
             const answer = await fetch(this.href);
             caught([this.download + ' ' + answer.headers.get('content-type'), await answer.text()]);
           };
         });",
    );
    let caught: Promise = catch.call0(&JsValue::NULL).unwrap().unchecked_into();
    download();
    let caught: Array = JsFuture::from(caught).await.unwrap().unchecked_into();
    let part = |index| caught.get(index).as_string().unwrap();
    (part(0), part(1))
}

#[wasm_bindgen_test]
async fn a_text_is_saved_as_a_file_of_its_name_and_kind() {
    let text = "{ \"title\": \"Glühbirne <b>\" }";
    let save = || download::save("release-next-r-1.json", "application/json", text).unwrap();
    let (what, found) = caught(save).await;
    assert_eq!(what, "release-next-r-1.json application/json");
    assert_eq!(found, text);
}

#[wasm_bindgen_test]
async fn the_windows_of_a_profile_know_one_another() {
    let (one, other) = (Profile::default(), Profile::default());
    let name = one.name().await;
    assert_eq!(name.len(), 13, "{name}");
    assert_eq!(other.name().await, name);
    assert_eq!(one.name().await, name);
}

/// Whether the browser would ask before it leaves.
fn asks() -> bool {
    let options = web_sys::EventInit::new();
    options.set_cancelable(true);
    let event = web_sys::Event::new_with_event_init_dict("beforeunload", &options).unwrap();
    web_sys::window().unwrap().dispatch_event(&event).unwrap();
    event.default_prevented()
}

#[wasm_bindgen_test]
fn leaving_asks_for_as_long_as_the_guard_lives() {
    let before = asks();
    let guard = LeaveGuard::new().unwrap();
    assert!(asks());
    drop(guard);
    assert_eq!((before, asks()), (false, false));
}

/// Puts an `indexedDB` in the place of the browser's that opens nothing, as where a person forbids storage.
fn deny_storage() -> JsValue {
    let body = "const own = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB'); \
        Object.defineProperty(globalThis, 'indexedDB', { configurable: true, value: Object.create(IDBFactory.prototype, { open: { value() { throw new DOMException('denied', 'SecurityError') } } }) }); \
        return own";
    Function::new_no_args(body).call0(&JsValue::NULL).unwrap()
}

fn allow_storage(own: &JsValue) {
    let body = "Object.defineProperty(globalThis, 'indexedDB', arguments[0])";
    Function::new_no_args(body)
        .call1(&JsValue::NULL, own)
        .unwrap();
}

/// Puts a lock manager in the place of the browser's that only breaks its promises, as where storage is forbidden.
const DENY_LOCKS: &str = "Object.defineProperty(navigator, 'locks', { configurable: true, value: \
    { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) } })";

#[wasm_bindgen_test]
async fn a_lock_manager_that_refuses_holds_nobody_back() {
    let run = |body: &str| Function::new_no_args(body).call0(&JsValue::NULL).unwrap();
    run(DENY_LOCKS);
    let (one, other) = (lock::hold("r-10").await, lock::hold("r-10").await);
    run("delete navigator.locks");
    assert!(one.is_some() && other.is_some());
    let own = lock::try_hold("r-10").await;
    assert!(own.is_some(), "the browser's own manager is back");
    assert!(lock::try_hold("r-10").await.is_none());
}

#[wasm_bindgen_test]
async fn storage_that_is_denied_is_an_error_and_the_window_keeps_to_itself() {
    let own = deny_storage();
    let journals = JournalDb::new("1001");
    let (saved, loaded) = (
        journals.save(&id("r-9"), "text").await,
        journals.load().await,
    );
    let (one, other) = (
        Profile::default().name().await,
        Profile::default().name().await,
    );
    allow_storage(&own);
    let said = saved.unwrap_err().to_string();
    assert!(
        said.starts_with("this browser's storage does not work ("),
        "{said}"
    );
    assert!(loaded.is_err());
    assert_ne!(one, other, "strangers, to be careful");
}

/// A folder of the page's own file system, which a browser lends without asking.
async fn folder_of_the_page() -> web_sys::FileSystemDirectoryHandle {
    let made = Function::new_no_args(
        "return (async () => {
          const root = await navigator.storage.getDirectory();
          const write = async (path, text) => {
            const parts = path.split('/');
            let folder = root;
            for (const part of parts.slice(0, -1)) folder = await folder.getDirectoryHandle(part, { create: true });
            const file = await (await folder.getFileHandle(parts.at(-1), { create: true })).createWritable();
            await file.write(text);
            await file.close();
          };
          await write('site/db/1_a.ts', 'first');
          await write('site/lib/x.ts', 'x');
          await write('site/node_modules/p/1_p.js', 'never');
          await write('site/.git/config', 'never');
          return root.getDirectoryHandle('site');
        })()",
    );
    let promise: Promise = made.call0(&JsValue::NULL).unwrap().unchecked_into();
    JsFuture::from(promise).await.unwrap().unchecked_into()
}

#[wasm_bindgen_test]
async fn a_folder_is_remembered_for_its_project_and_read_again() {
    let folder = Remembered {
        handle: folder_of_the_page().await,
        directory: "db".to_owned(),
    };
    folder.keep("2002").await;
    assert_eq!(Remembered::load("200").await, None);
    let again = Remembered::load("2002").await.unwrap();
    assert_eq!(
        (again.name().as_str(), again.directory.as_str()),
        ("site", "db")
    );
    assert_eq!(again.leave().await, Leave::Given);
    assert_eq!(again.ask().await, Leave::Given);

    let listing = Chosen::Kept(again.handle).list().await.unwrap();
    assert_eq!(listing.origin, "site");
    assert_eq!(listing.files.names(), ["db/1_a.ts", "lib/x.ts"]);
    assert_eq!(
        listing.files.known("db/1_a.ts"),
        None,
        "nothing is read before it is needed"
    );
    let read = listing.files.read("db/1_a.ts").await.unwrap().unwrap();
    assert_eq!(&*read, b"first");
    assert!(listing.handle.is_some(), "it is kept for the next time too");
}

#[wasm_bindgen_test]
async fn sleepers_wake_in_their_order_and_none_too_early() {
    let woken = RefCell::new(Vec::new());
    let began = BrowserTimer.now();
    let sleep = async |millis| {
        BrowserTimer.sleep(Duration::from_millis(millis)).await;
        let early = BrowserTimer.now() < began + Duration::from_millis(millis);
        woken.borrow_mut().push((millis, early));
    };
    // The bell is set for one that does not wait until it rings.
    assert!(sleep(5).now_or_never().is_none());
    join!(sleep(40), sleep(20), sleep(0), sleep(20));
    assert_eq!(
        *woken.borrow(),
        [0, 20, 20, 40].map(|millis| (millis, false))
    );
}

/// Puts a `fetch` in the place of the browser's that notes each request as a text, and never answers one for `/never`. Returns
/// how to take it away again and hear what was noted, with whether the last two requests were called off in the end.
const NOTE_REQUESTS: &str = "
    const own = window.fetch;
    const noted = [];
    const signals = [];
    window.fetch = async (url, init) => {
      init.signal.throwIfAborted();
      signals.push(init.signal);
      const { method, body, headers } = new Request(url, init);
      const text = await new Response(body).text();
      noted.push([method, new URL(url).pathname, headers.get('x-environment'), text].join(' '));
      return url.endsWith('/never') ? new Promise(() => {}) : new Response('{}', { status: 201, headers: { 'x-a': 'b' } });
    };
    return () => {
      window.fetch = own;
      return [...noted, ...signals.slice(-2).map(({ aborted }) => String(aborted))];
    };";

#[wasm_bindgen_test]
async fn no_request_has_anything_of_the_one_before_it_but_what_is_the_same() {
    let restore = Function::new_no_args(NOTE_REQUESTS).call0(&JsValue::NULL);
    let send = async |method: &str, path: &str, environment: &str, body: &str| {
        let request = Request::builder()
            .method(method)
            .uri(format!("https://cma.invalid{path}"))
            .header("x-environment", environment)
            .body(body.as_bytes().to_vec());
        FetchTransport.send(request.unwrap()).await
    };
    let answer = send("PUT", "/1", "a", "first").await.unwrap();
    assert_eq!(answer.status(), 201);
    assert_eq!(answer.headers()["x-a"], "b");
    assert_eq!(answer.body(), b"{}");
    send("PUT", "/2", "a", "").await.unwrap();
    send("PUT", "/3", "b", "third").await.unwrap();
    send("DELETE", "/4", "b", "").await.unwrap();
    let given_up = send("DELETE", "/never", "b", "").now_or_never();
    assert!(given_up.is_none());
    send("DELETE", "/6", "b", "").await.unwrap();

    let restore: Function = restore.unwrap().unchecked_into();
    let noted: Array = restore.call0(&JsValue::NULL).unwrap().unchecked_into();
    let noted: Vec<String> = noted.iter().filter_map(|text| text.as_string()).collect();
    assert_eq!(
        noted,
        [
            "PUT /1 a first",
            "PUT /2 a ",
            "PUT /3 b third",
            "DELETE /4 b ",
            "DELETE /never b ",
            "DELETE /6 b ",
            "true",
            "false",
        ]
    );
}

//! What a migration can do in the browser's sandbox, what it cannot, and what is told of it.
//!
//! The frame and the worker are the real ones. The packages are a stub of a few lines, so that these tests need no
//! npm package; the official client runs in the end-to-end tests.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::cell::{Cell, RefCell};
use std::future;
use std::rc::Rc;

use futures_channel::oneshot;
use slipway::ports::sandbox::{Sandbox, SandboxFiles};
use slipway_engine::ports::{
    ConsoleLevel, LocalFuture, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest,
};
use slipway_scripts::{SourceFile, prepare};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, BlobPropertyBag, Url};

wasm_bindgen_test_configure!(run_in_browser);

/// A client of one method, `call(method, path, body)`, over the same transport as the official one.
const PACKAGES: &str = "__slipwayDefine(({ baseUrl, fetch }) => {
  const call = async (method, path, body) => {
    const headers = { 'Authorization': 'Bearer x', 'X-Environment': 'candidate' };
    const response = await fetch(baseUrl + path, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, kind: response.headers.get('content-type'), text: await response.text() };
  };
  const client = Object.defineProperty({ helper: (x) => `helped ${x}` }, '__esModule', { value: true });
  return { client: { call }, packages: { client, 'datocms-structured-text-utils': {} } };
});";

/// Answers every request the same way and writes down what it hears.
#[derive(Default)]
struct Host {
    requests: RefCell<Vec<ScriptRequest>>,
    lines: RefCell<Vec<(ConsoleLevel, String)>>,
    unreachable: bool,
    stop: RefCell<Option<oneshot::Sender<()>>>,
    stopped: RefCell<Option<oneshot::Receiver<()>>>,
    stop_at_line: Cell<bool>,
    /// Stops the script at its request, which is never answered then: somebody else took the release over.
    stop_at_request: Cell<bool>,
}

impl ScriptHost for Host {
    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer> {
        self.requests.borrow_mut().push(request);
        if self.stop_at_request.get() {
            self.stop.borrow_mut().take().unwrap().send(()).unwrap();
            return Box::pin(future::pending());
        }
        let answer = if self.unreachable {
            ScriptAnswer::Unreachable("The network is down.".to_owned())
        } else {
            ScriptAnswer::Response {
                status: 201,
                headers: vec![("content-type".to_owned(), "application/json".to_owned())],
                body: "{\"ü\":1}".to_owned(),
            }
        };
        Box::pin(future::ready(answer))
    }

    fn console(&self, level: ConsoleLevel, text: String) {
        self.lines.borrow_mut().push((level, text));
        if self.stop_at_line.get() {
            self.stop.borrow_mut().take().unwrap().send(()).unwrap();
        }
    }

    fn stopped(&self) -> LocalFuture<()> {
        match self.stopped.borrow_mut().take() {
            Some(stopped) => Box::pin(async { stopped.await.unwrap() }),
            None => Box::pin(future::pending()),
        }
    }
}

impl Host {
    fn lines(&self) -> Vec<String> {
        self.lines
            .borrow()
            .iter()
            .map(|(_, text)| text.clone())
            .collect()
    }
}

fn sandbox(silence_seconds: u32) -> Sandbox {
    let page = js_sys::Array::of1(&include_str!("../www/sandbox.html").into());
    let options = BlobPropertyBag::new();
    options.set_type("text/html");
    let blob = Blob::new_with_str_sequence_and_options(&page, &options).unwrap();
    let files = SandboxFiles {
        page: Url::create_object_url_with_blob(&blob).unwrap(),
        worker: include_str!("../www/sandbox/worker.js").to_owned(),
        packages: PACKAGES.to_owned(),
    };
    Sandbox::new(files, silence_seconds)
}

async fn run_files(files: &[(&str, &str)], host: &Rc<Host>) -> Result<(), ScriptFailure> {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        })
        .collect();
    let prepared = prepare(&sources, files[0].0).unwrap();
    sandbox(2).run(&prepared, host.clone()).await
}

async fn run(name: &str, text: &str) -> (Result<(), ScriptFailure>, Rc<Host>) {
    let host = Rc::new(Host::default());
    let outcome = run_files(&[(name, text)], &host).await;
    (outcome, host)
}

fn threw(outcome: Result<(), ScriptFailure>) -> (String, String, String) {
    let Err(ScriptFailure::Threw {
        name,
        message,
        stack,
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    (name, message, stack.unwrap_or_default())
}

#[wasm_bindgen_test]
async fn a_commonjs_migration_makes_its_requests_through_the_host() {
    let (outcome, host) = run(
        "1_a.js",
        "const { helper } = require('datocms/lib/cma-client-node');
        module.exports = async (client) => {
          const answer = await client.call('POST', '/item-types?page[limit]=1', { name: 'Ä' });
          console.log(helper('me'), answer);
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let requests = host.requests.borrow();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/item-types")
    );
    assert_eq!(requests[0].query, "page[limit]=1");
    assert_eq!(requests[0].body.as_deref(), Some("{\"name\":\"Ä\"}"));
    assert!(
        requests[0]
            .headers
            .contains(&("x-environment".to_owned(), "candidate".to_owned()))
    );
    assert!(
        !requests[0]
            .headers
            .iter()
            .any(|(name, _)| name == "authorization"),
        "the client's token stays inside"
    );
    assert_eq!(
        host.lines(),
        ["helped me { status: 201, kind: \"application/json\", text: \"{\\\"ü\\\":1}\" }"]
    );
}

#[wasm_bindgen_test]
async fn es_modules_and_typescript_run_with_their_helpers() {
    let host = Rc::new(Host::default());
    let outcome = run_files(
        &[
            (
                "1_a.ts",
                "import { helper, type Client } from '@datocms/cli/lib/cma-client-node';
                import names, { counter, count } from './lib/names';
                import * as data from './data.json';
                enum Level { Low = 1, High }
                export default async function (client: Client): Promise<void> {
                  count();
                  console.log(helper(names.join()), counter, data.default.a, Level.High);
                  const late = await import('./lib/late');
                  console.log(late.default, late.fromNames());
                  await client.call('GET', '/site');
                }",
            ),
            (
                "lib/names.ts",
                "import { last } from './late';
                export let counter = 0;
                export function count() { counter += 1; }
                export default ['one', last()];",
            ),
            (
                "lib/late.js",
                "import names, { counter } from './names';
                export const fromNames = () => `${names.length} ${counter}`;
                export function last() { return 'two'; }
                export { fromNames as default };",
            ),
            ("data.json", "{ \"a\": [1, 2] }"),
        ],
        &host,
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        host.lines(),
        ["helped one,two 1 [1, 2] 2", "[function fromNames] 2 1"]
    );
    assert_eq!(host.requests.borrow()[0].path, "/site");
}

#[wasm_bindgen_test]
async fn every_way_out_is_shut_and_says_so() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = async () => {
          const ways = {
            fetch: () => fetch('https://example.com'),
            inheritedFetch: () => WorkerGlobalScope.prototype.fetch.call(self, 'https://example.com'),
            xhr: () => new XMLHttpRequest(),
            socket: () => new WebSocket('wss://example.com'),
            events: () => new EventSource('https://example.com'),
            scripts: () => importScripts('https://example.com/x.js'),
            worker: () => new Worker('x.js'),
            database: () => indexedDB.open('x'),
            caches: () => caches.open('x'),
            channel: () => new BroadcastChannel('x'),
            post: () => self.postMessage('x'),
            define: () => __slipwayDefine(() => 1),
            text: () => eval('1'),
            code: () => Function('return 1')(),
            remote: () => import(String('https://example.com/x.js')),
            storage: () => navigator.storage.getDirectory(),
          };
          for (const [name, way] of Object.entries(ways)) {
            try { await way(); console.error(name + ' is open'); } catch (error) { console.log(name + ': ' + error.message); }
          }
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    assert_eq!(lines.len(), 16);
    let open: Vec<_> = host
        .lines
        .borrow()
        .iter()
        .filter(|(level, _)| *level == ConsoleLevel::Error)
        .cloned()
        .collect();
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(
        lines[0],
        "fetch: fetch is not available: a migration reaches DatoCMS only through the client it is given."
    );
    assert!(host.requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn the_line_to_the_page_is_out_of_reach() {
    let (outcome, host) = run(
        "1_a.js",
        "let caught = [];
        const spy = (owner, name, kind) => {
          const { [kind]: original, ...rest } = Object.getOwnPropertyDescriptor(owner, name);
          const spied = function (...values) { caught.push(this); return original.apply(this, values); };
          Object.defineProperty(owner, name, { ...rest, [kind]: spied });
        };
        spy(MessagePort.prototype, 'postMessage', 'value');
        spy(MessageEvent.prototype, 'data', 'get');
        spy(Event.prototype, 'target', 'get');
        spy(Map.prototype, 'get', 'value');
        spy(Promise.prototype, 'then', 'value');
        spy(Function.prototype, 'call', 'value');
        module.exports = async (client) => {
          await client.call('GET', '/site');
          const reached = caught.filter((one) => one instanceof MessagePort || one instanceof Event);
          if (reached.length > 0) throw new Error('caught ' + reached[0]);
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.requests.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn what_only_node_has_is_explained() {
    let (outcome, _) = run("1_a.js", "module.exports = () => process.env.TOKEN;").await;
    assert_eq!(
        threw(outcome).1,
        "process is not defined. `process` is a part of Node. Run this migration with the DatoCMS CLI, or rewrite it without."
    );
}

#[wasm_bindgen_test]
async fn an_error_comes_with_its_name_message_and_the_authors_line() {
    let source = "import type { Client } from 'datocms/lib/cma-client-node';

export default async function up(client: Client) {
  await client.call('GET', '/site');
  throw new RangeError('too far');
}
";
    let (outcome, _) = run("1_a.ts", source).await;
    let (name, message, stack) = threw(outcome);
    assert_eq!((name.as_str(), message.as_str()), ("RangeError", "too far"));
    assert!(stack.contains("1_a.ts:5"), "{stack}");
    assert!(!stack.contains("blob:"), "{stack}");
}

#[wasm_bindgen_test]
async fn what_is_thrown_need_not_be_an_error() {
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = async () => { throw { code: 7 }; };",
    )
    .await;
    assert_eq!(threw(outcome).1, "the migration threw { code: 7 }");
}

#[wasm_bindgen_test]
async fn a_file_without_a_migration_says_what_is_missing() {
    let (outcome, _) = run("1_a.js", "exports.up = () => {};").await;
    let (_, message, _) = threw(outcome);
    assert!(
        message.starts_with("1_a.js does not export a migration."),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn calls_that_nobody_awaited_are_finished_and_their_errors_count() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = (client) => {
          ['/a', '/b'].forEach(async (path) => { await client.call('GET', path); await client.call('GET', path + path); });
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.requests.borrow().len(), 4);
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = (client) => {
          ['/a'].forEach(async (path) => { await client.call('GET', path); throw new Error('late'); });
        };",
    )
    .await;
    assert_eq!(threw(outcome).1, "late");
}

#[wasm_bindgen_test]
async fn an_unreachable_cms_is_a_failed_fetch() {
    let host = Rc::new(Host {
        unreachable: true,
        ..Host::default()
    });
    let script = "module.exports = (client) => client.call('GET', '/site');";
    let (name, message, _) = threw(run_files(&[("1_a.js", script)], &host).await);
    assert_eq!(
        (name.as_str(), message.as_str()),
        ("TypeError", "The network is down.")
    );
}

#[wasm_bindgen_test]
async fn an_endless_loop_is_ended_by_the_watchdog() {
    let (outcome, _) = run("1_a.js", "module.exports = () => { for (;;); };").await;
    assert_eq!(outcome, Err(ScriptFailure::Silent { seconds: 2 }));
    assert_eq!(
        web_sys::window()
            .unwrap()
            .document()
            .unwrap()
            .query_selector("iframe[sandbox]")
            .unwrap(),
        None
    );
}

#[wasm_bindgen_test]
async fn a_promise_that_never_settles_is_ended_by_the_watchdog() {
    let (outcome, _) = run("1_a.js", "module.exports = () => new Promise(() => {});").await;
    assert_eq!(outcome, Err(ScriptFailure::Silent { seconds: 2 }));
}

#[wasm_bindgen_test]
async fn a_loop_that_only_prints_is_ended_too() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = () => { for (;;) console.log('again'); };",
    )
    .await;
    assert_eq!(outcome, Err(ScriptFailure::Silent { seconds: 2 }));
    assert_eq!(
        host.lines().last().unwrap(),
        "Further console output is not shown."
    );
}

#[wasm_bindgen_test]
async fn a_script_can_be_stopped_in_the_middle() {
    let (stop, stopped) = oneshot::channel();
    let host = Rc::new(Host {
        stop: RefCell::new(Some(stop)),
        stopped: RefCell::new(Some(stopped)),
        stop_at_line: Cell::new(true),
        ..Host::default()
    });
    let script = "module.exports = () => { console.log('here'); for (;;); };";
    assert_eq!(
        run_files(&[("1_a.js", script)], &host).await,
        Err(ScriptFailure::Stopped)
    );
    assert_eq!(host.lines(), ["here"]);
}

#[wasm_bindgen_test]
async fn a_script_that_is_stopped_at_a_request_waits_for_no_answer() {
    let (stop, stopped) = oneshot::channel();
    let host = Rc::new(Host {
        stop: RefCell::new(Some(stop)),
        stopped: RefCell::new(Some(stopped)),
        stop_at_request: Cell::new(true),
        ..Host::default()
    });
    let script = "module.exports = async (client) => { await client.call('GET', '/site'); };";
    assert_eq!(
        run_files(&[("1_a.js", script)], &host).await,
        Err(ScriptFailure::Stopped)
    );
    assert_eq!(host.requests.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn the_consoles_levels_and_formats_arrive() {
    use ConsoleLevel::{Error, Log, Warn};
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = () => {
          console.info('%s has %d fields', 'Page', 3, { deep: { er: { still: { more: 1 } } } });
          console.warn(new Map([['a', [1]]]), new Set([2n]), undefined, null);
          console.error([, 'x'], () => 1, Symbol('s'));
          const circle = {}; circle.self = circle;
          console.group('group'); console.log(circle); console.groupEnd();
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let expected = [
        (Log, "Page has 3 fields { deep: { er: { still: {…} } } }"),
        (Warn, "Map(1) { \"a\" => [1] } Set(1) { 2n } undefined null"),
        (Error, "[undefined, \"x\"] [function anonymous] Symbol(s)"),
        (Log, "group"),
        (Log, "  { self: [circular] }"),
    ];
    assert_eq!(
        *host.lines.borrow(),
        expected.map(|(level, text)| (level, text.to_owned()))
    );
}

#[wasm_bindgen_test]
async fn a_sandbox_page_that_does_not_answer_is_not_mistaken_for_a_silent_script() {
    let files = SandboxFiles {
        page: "about:blank".to_owned(),
        worker: String::new(),
        packages: String::new(),
    };
    let prepared = prepare(
        &[SourceFile {
            path: "1_a.js".to_owned(),
            text: Some(String::new()),
        }],
        "1_a.js",
    )
    .unwrap();
    let outcome = Sandbox::new(files, 1)
        .run(&prepared, Rc::new(Host::default()))
        .await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::NoSandbox(
            "its page did not answer".to_owned()
        ))
    );
}

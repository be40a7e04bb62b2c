//! A host that answers and writes down, and sandboxes to run scripts in.

use std::cell::{Cell, RefCell};
use std::future;
use std::rc::Rc;

use datocms_client::EnvironmentId;
use futures_channel::oneshot;
use gloo_timers::callback::Timeout;
use slipway::ports::sandbox::{Sandbox, SandboxFiles};
use slipway_engine::ports::{
    ConsoleLevel, FileCall, LocalFuture, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest,
};
use slipway_release::Limits;
use slipway_scripts::{SourceFile, prepare};
use wasm_bindgen::prelude::*;
use web_sys::Node;

/// A client of one method, `call(method, path, body, headers)`, over the same transport as the official one, with the
/// official one's line to files.
const PACKAGES: &str = "__slipwayDefine(({ baseUrl, fetch, files }) => {
  const call = async (method, path, body, more) => {
    const headers = { 'Authorization': 'Bearer x', 'X-Environment': 'candidate', ...more };
    const response = await fetch(baseUrl + path, { method, headers, body: body && JSON.stringify(body) });
    return { status: response.status, kind: response.headers.get('content-type'), text: await response.text() };
  };
  const client = Object.defineProperty({ helper: (x) => `helped ${x}` }, '__esModule', { value: true });
  return { client: { call, files }, packages: { client, 'datocms-structured-text-utils': {} } };
});";

/// Answers every request the same way and writes down what it hears.
pub(crate) struct Host {
    pub(crate) limits: Limits,
    pub(crate) another: bool,
    /// Answers come a moment later, so that requests overlap.
    pub(crate) slow: bool,
    /// How much later, in milliseconds.
    pub(crate) delay: u32,
    pub(crate) unanswered: Rc<Cell<u32>>,
    /// The most requests that were unanswered at a time.
    pub(crate) most: Cell<u32>,
    pub(crate) requests: RefCell<Vec<ScriptRequest>>,
    pub(crate) lines: RefCell<Vec<(ConsoleLevel, String)>>,
    pub(crate) transferred: RefCell<Vec<FileCall>>,
    pub(crate) unreachable: bool,
    pub(crate) stop: RefCell<Option<oneshot::Sender<()>>>,
    pub(crate) stopped: RefCell<Option<oneshot::Receiver<()>>>,
    pub(crate) stop_at_line: Cell<bool>,
    /// Stops the script at its request, which is never answered then: somebody else took the release over.
    pub(crate) stop_at_request: Cell<bool>,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            limits: Limits {
                silence_seconds: 2,
                ..Limits::default()
            },
            another: false,
            slow: false,
            delay: 20,
            unanswered: Rc::default(),
            most: Cell::default(),
            requests: RefCell::default(),
            lines: RefCell::default(),
            transferred: RefCell::default(),
            unreachable: false,
            stop: RefCell::default(),
            stopped: RefCell::default(),
            stop_at_line: Cell::default(),
            stop_at_request: Cell::default(),
        }
    }
}

impl ScriptHost for Host {
    fn limits(&self) -> Limits {
        self.limits
    }

    fn environment(&self) -> EnvironmentId {
        "autumn".parse().unwrap()
    }

    fn another(&self) -> bool {
        self.another
    }

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
        if !self.slow {
            return Box::pin(future::ready(answer));
        }
        let unanswered = Rc::clone(&self.unanswered);
        unanswered.set(unanswered.get() + 1);
        self.most.set(self.most.get().max(unanswered.get()));
        let (sender, later) = oneshot::channel();
        Timeout::new(self.delay, move || sender.send(()).unwrap_or_default()).forget();
        Box::pin(async move {
            later.await.unwrap();
            unanswered.set(unanswered.get() - 1);
            answer
        })
    }

    fn transferred(&self, call: FileCall) {
        self.transferred.borrow_mut().push(call);
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
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines
            .borrow()
            .iter()
            .map(|(_, text)| text.clone())
            .collect()
    }
}

/// The text of the worker as it is built.
pub(crate) const WORKER: &str = include_str!("../../www/sandbox/worker.js");

/// The text of the frame's page as it is built.
pub(crate) const PAGE: &str = include_str!("../../www/sandbox.html");

/// A sandbox whose worker is this text.
pub(crate) fn sandbox(worker: &str) -> Sandbox {
    sandbox_of(PAGE, worker)
}

/// A sandbox whose frame and worker are these texts.
pub(crate) fn sandbox_of(page: &str, worker: &str) -> Sandbox {
    Sandbox::new(SandboxFiles {
        page: page.to_owned(),
        worker: worker.to_owned(),
        packages: PACKAGES.to_owned(),
    })
}

/// The worker with its doors left open: what holds then is the wall, the policy of the frame.
pub(crate) fn without_doors() -> String {
    let call = "      closeDoors();\n";
    assert!(
        WORKER.contains(call),
        "the worker closes its doors elsewhere"
    );
    // In a prepared file every `import()` asks the registry of modules; this one asks the browser.
    WORKER.replace(call, "self.really = (address) => import(address);\n")
}

pub(crate) async fn run_in(
    worker: &str,
    files: &[(&str, &str)],
    host: &Rc<Host>,
) -> Result<(), ScriptFailure> {
    run_inside(&sandbox(worker), files, host).await
}

pub(crate) async fn run_inside(
    sandbox: &Sandbox,
    files: &[(&str, &str)],
    host: &Rc<Host>,
) -> Result<(), ScriptFailure> {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        })
        .collect();
    let prepared = prepare(&sources, files[0].0).unwrap();
    sandbox.run(&prepared, host.clone()).await
}

pub(crate) async fn run_files(
    files: &[(&str, &str)],
    host: &Rc<Host>,
) -> Result<(), ScriptFailure> {
    run_in(WORKER, files, host).await
}

pub(crate) async fn run(name: &str, text: &str) -> (Result<(), ScriptFailure>, Rc<Host>) {
    let host = Rc::new(Host::default());
    let outcome = run_files(&[(name, text)], &host).await;
    (outcome, host)
}

/// Where the test's own page comes from: a server on the loopback interface.
pub(crate) fn origin() -> String {
    web_sys::window().unwrap().location().origin().unwrap()
}

#[wasm_bindgen(inline_js = "
let longest = 0;
const read = (tasks) => { for (const { duration } of tasks) longest = Math.max(longest, duration); };
const observer = new PerformanceObserver((list) => read(list.getEntries()));
observer.observe({ type: 'longtask' });
/** A task is told of after its end. */
const told = () => new Promise((resolve) => setTimeout(resolve, 50)).then(() => read(observer.takeRecords()));
export async function watch_tasks() {
  await told();
  longest = 0;
}
export async function longest_task() {
  await told();
  return longest;
}")]
extern "C" {
    pub(crate) async fn watch_tasks();
    #[wasm_bindgen(js_name = longest_task)]
    pub(crate) async fn longest_task() -> JsValue;
}

/// How long a task of the page may take, in milliseconds, whatever a script does.
pub(crate) const TASK_MS: f64 = 200.0;

/// What comes of an attempt during which no task of the page took long, as the browser measures them. A machine that has
/// other things to do holds tasks up too, but not each time: the attempt is made up to three times.
pub(crate) async fn smoothly<T>(what: &str, attempt: impl AsyncFn() -> T) -> T {
    let mut tasks = Vec::new();
    loop {
        watch_tasks().await;
        let outcome = attempt().await;
        let longest = longest_task().await.as_f64().unwrap();
        if longest < TASK_MS {
            return outcome;
        }
        tasks.push(longest);
        assert!(tasks.len() < 3, "{what}: tasks of {tasks:?} ms");
    }
}

/// A worker that says these messages at once, in JavaScript, and answers nothing. `say` composes one as the real worker
/// does, `request` a whole request.
pub(crate) fn saying(messages: &str) -> String {
    format!(
        "self.onmessage = ({{ ports: [port] }}) => {{
          const say = (kind, parts = null, beside = null) => [JSON.stringify({{ [kind]: parts }}), beside];
          const request = (id, more, body = null) =>
            say('request', {{ id, method: 'GET', path: '/site', query: '', environment: null, ...more }}, body);
          port.onmessage = () => {{}};
          for (const message of [{messages}]) port.postMessage(message);
        }};"
    )
}

/// What comes of them.
pub(crate) async fn said(messages: &str) -> (Result<(), ScriptFailure>, Rc<Host>) {
    let host = Rc::new(Host::default());
    let outcome = run_in(
        &saying(messages),
        &[("1_a.js", "module.exports = 0;")],
        &host,
    )
    .await;
    (outcome, host)
}

/// Lets the page's event loop turn once.
pub(crate) async fn next_task() {
    let (sender, later) = oneshot::channel();
    Timeout::new(0, move || sender.send(()).unwrap_or_default()).forget();
    later.await.unwrap();
}

/// No sandbox is left on the page.
pub(crate) fn assert_no_frame() {
    assert_eq!(frames(), []);
}

/// The sandboxes on the page.
pub(crate) fn frames() -> Vec<Node> {
    let document = web_sys::window().unwrap().document().unwrap();
    let found = document.query_selector_all("iframe[sandbox]").unwrap();
    (0..found.length()).filter_map(|at| found.get(at)).collect()
}

pub(crate) fn threw(outcome: Result<(), ScriptFailure>) -> (String, String, String) {
    let Err(ScriptFailure::Threw {
        name,
        message,
        stack,
        ..
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    (name, message, stack.unwrap_or_default())
}

//! Reading migrations in a worker of its own, and what is refused before anything of them runs.
//!
//! The worker is played by a few lines of JavaScript: the real one is a second WebAssembly module, which only the
//! plugin's build makes.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::future;
use std::rc::Rc;

use datocms_client::EnvironmentId;
use slipway::ports::script_worker::ScriptWorker;
use slipway::ports::scripts::{BrowserScripts, MigrationFile};
use slipway_engine::ports::{
    ConsoleLevel, FileCall, LocalFuture, ScriptAnswer, ScriptFailure, ScriptHost, ScriptRequest,
    Scripts,
};
use slipway_release::plan::Comparison;
use slipway_release::{Digest, ImportedFile, PlannedScript};
use slipway_scripts::{ScriptError, SourceFile};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Blob, Url};

wasm_bindgen_test_configure!(run_in_browser);

fn script(text: &str) -> String {
    let blob = Blob::new_with_str_sequence(&js_sys::Array::of1(&text.into())).unwrap();
    Url::create_object_url_with_blob(&blob).unwrap()
}

fn file() -> Vec<SourceFile> {
    vec![SourceFile {
        path: "1_a.ts".to_owned(),
        text: Some(String::new()),
    }]
}

fn entries(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[wasm_bindgen_test]
async fn what_is_asked_before_the_worker_is_ready_waits_for_it() {
    let worker = ScriptWorker::new(script(
        "setTimeout(() => {
          onmessage = ({ data }) => {
            const { id, entries } = JSON.parse(data);
            const prepared = entries.map((entry) => ({ Err: { kind: 'missing_entry', file: entry } }));
            postMessage(JSON.stringify({ id, prepared }));
          };
          postMessage('ready');
        }, 50);",
    ));
    let missing = |name: &str| {
        Err(ScriptError::MissingEntry {
            file: name.to_owned(),
        })
    };
    let first = worker.prepare(file(), entries(&["a", "b"])).await.unwrap();
    assert_eq!(first, [missing("a"), missing("b")]);
    let second = worker.prepare(file(), entries(&["c"])).await.unwrap();
    assert_eq!(second, [missing("c")]);
}

#[wasm_bindgen_test]
async fn a_worker_that_cannot_be_loaded_says_so() {
    let error = ScriptWorker::new("/no-such-worker.js")
        .prepare(file(), entries(&["a"]))
        .await
        .unwrap_err();
    assert!(error.reason.contains("load"), "{error}");
    let sentence = error.to_string();
    assert!(
        sentence.ends_with("Nothing was run; reload the page to try again."),
        "{sentence}"
    );
}

#[wasm_bindgen_test]
async fn a_worker_that_breaks_down_is_replaced() {
    let worker = ScriptWorker::new(script(
        "onmessage = () => { throw new Error('out of memory'); };
        postMessage('ready');",
    ));
    for _ in 0..2 {
        let error = worker.prepare(file(), entries(&["a"])).await.unwrap_err();
        assert!(error.reason.contains("out of memory"), "{error}");
    }
}

/// A host that nothing may reach.
struct Untouched;

impl ScriptHost for Untouched {
    fn limits(&self) -> slipway_release::Limits {
        slipway_release::Limits::default()
    }

    fn environment(&self) -> EnvironmentId {
        "autumn".parse().unwrap()
    }

    fn another(&self) -> bool {
        false
    }

    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer> {
        panic!("nothing may run, but it asked for {request:?}")
    }

    fn transferred(&self, _: FileCall) {}

    fn console(&self, _: ConsoleLevel, text: String) {
        panic!("nothing may run, but it said {text}")
    }

    fn stopped(&self) -> LocalFuture<()> {
        Box::pin(future::pending())
    }
}

#[wasm_bindgen_test]
async fn a_file_that_was_not_chosen_or_has_changed_does_not_run() {
    let scripts = BrowserScripts::default();
    let planned = PlannedScript {
        name: "1_a.js".to_owned(),
        sha256: Digest::of(b"planned"),
        imports: None,
    };
    assert_eq!(
        scripts.run(&planned, Rc::new(Untouched)).await,
        Err(ScriptFailure::Unprepared(
            "1_a.js is not among the files you chose. Choose the migrations folder again."
                .to_owned()
        ))
    );
    let chosen = |bytes: &[u8]| {
        let file = MigrationFile {
            path: "1_a.js".to_owned(),
            bytes: bytes.to_vec(),
        };
        scripts.choose(vec![file].into(), "");
    };
    chosen(b"edited");
    let Err(ScriptFailure::Unprepared(sentence)) = scripts.run(&planned, Rc::new(Untouched)).await
    else {
        panic!("an edited file ran");
    };
    assert!(
        sentence.starts_with("1_a.js has changed since the release was planned."),
        "{sentence}"
    );
    chosen(b"planned");
    let hashed = scripts.hashed(std::slice::from_ref(&planned.name)).await;
    assert_eq!(hashed, Ok(vec![planned]));
}

/// A worker that finds every migration to import `lib/x.js` beside the migrations folder.
fn importing() -> ScriptWorker {
    ScriptWorker::new(script(
        "onmessage = ({ data }) => {
          const { id, entries } = JSON.parse(data);
          const module = (path) => ({ path, name: path, code: '', imports: {}, origins: [] });
          const prepared = entries.map((entry) => ({ Ok: [
            { entry, folder: '', modules: [entry, 'cms/lib/x.js'].map(module), hosts: [] },
            { named: [], unclear: [], hosts: [] },
          ] }));
          postMessage(JSON.stringify({ id, prepared }));
        };
        postMessage('ready');",
    ))
}

#[wasm_bindgen_test]
async fn a_file_that_a_script_imports_is_planned_and_held_to_the_plan() {
    let scripts = BrowserScripts::with(importing());
    let choose = |imported: &str| {
        let file = |(path, text): (&str, &str)| MigrationFile {
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let files = [("cms/migrations/1_a.js", "a"), ("cms/lib/x.js", imported)];
        scripts.choose(files.map(file).to_vec().into(), "cms/migrations");
    };
    choose("x");
    let names = entries(&["1_a.js"]);
    let (planned, _) = scripts.read(&names).await.unwrap().remove(0);
    assert_eq!(planned.sha256, Digest::of(b"a"));
    let imported = ImportedFile {
        path: "../lib/x.js".to_owned(),
        sha256: Digest::of(b"x"),
    };
    assert_eq!(planned.imports, Some(vec![imported]));

    choose("edited");
    let Err(ScriptFailure::Unprepared(sentence)) = scripts.run(&planned, Rc::new(Untouched)).await
    else {
        panic!("a script with an edited import ran");
    };
    assert!(
        sentence.starts_with(
            "../lib/x.js, which 1_a.js imports, has changed since the release was planned."
        ),
        "{sentence}"
    );
    let (now, _) = scripts.read(&names).await.unwrap().remove(0);
    let edited = Comparison::ImportEdited("../lib/x.js".to_owned());
    assert_eq!(planned.compare(&now), edited);
}

//! What a migration gets of files, and where it may send them: the page's rules, seen from inside the sandbox.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::{cell::RefCell, future, rc::Rc};

use datocms_client::EnvironmentId;
use serde_json::{Value, json};
use slipway::ports::{
    files::ChosenFiles,
    sandbox::{Sandbox, SandboxFiles},
    scripts::MigrationFile,
};
use slipway_engine::ports::{
    ConsoleLevel, FileCall, LocalFuture, ScriptAnswer, ScriptHost, ScriptRequest,
};
use slipway_release::Limits;
use slipway_scripts::{SourceFile, prepare};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

/// A client that hands the line to the page on as it is.
const PACKAGES: &str = "__slipwayDefine(({ baseUrl, fetch, files }) => ({
  client: {
    files,
    reserve: () => fetch(baseUrl + '/upload-requests', { method: 'POST', body: '{}' }),
    ask: (path) => fetch(baseUrl + path),
  },
  packages: {},
}));";

/// Nobody listens there: what is sent fails on the way, and not before.
const GIVEN_OUT: &str = "http://127.0.0.1:1/bucket/pixel.png";

/// An asset, as the CMS tells of it: nobody answers there either.
const ASSET: &str = "http://127.0.0.1:2/1/pixel.png";

/// A CMS that wants every file at the same address, and has one asset and one record.
#[derive(Default)]
struct Host(RefCell<Vec<String>>);

impl ScriptHost for Host {
    fn limits(&self) -> Limits {
        Limits {
            silence_seconds: 5,
            ..Limits::default()
        }
    }

    fn environment(&self) -> EnvironmentId {
        "autumn".parse().unwrap()
    }

    fn another(&self) -> bool {
        false
    }

    fn serve(&self, request: ScriptRequest) -> LocalFuture<ScriptAnswer> {
        let one = |kind: &str, attributes: Value| json!({ "type": kind, "attributes": attributes });
        let data = match request.path.as_str() {
            "/uploads" => json!([one("upload", json!({ "url": ASSET }))]),
            "/site" => one("site", json!({ "imgix_host": "127.0.0.1:3" })),
            // What people write is nobody's word on where assets are.
            "/items" => json!([one("upload", json!({ "url": "http://127.0.0.1:4/x" }))]),
            _ => one("upload_request", json!({ "url": GIVEN_OUT })),
        };
        Box::pin(future::ready(ScriptAnswer::Response {
            status: 201,
            headers: Vec::new(),
            body: json!({ "data": data }).to_string(),
        }))
    }

    fn transferred(&self, _: FileCall) {}

    fn console(&self, _: ConsoleLevel, text: String) {
        self.0.borrow_mut().push(text);
    }

    fn stopped(&self) -> LocalFuture<()> {
        Box::pin(future::pending())
    }
}

/// What a migration says, in a repository with assets, a key, and the migration in a folder that is the tool's.
async fn said(script: &str) -> Vec<String> {
    let files = SandboxFiles {
        page: include_str!("../www/sandbox.html").to_owned(),
        worker: include_str!("../www/sandbox/worker.js").to_owned(),
        packages: PACKAGES.to_owned(),
    };
    let file = |path: &str, bytes: &[u8]| MigrationFile {
        path: path.to_owned(),
        bytes: bytes.to_vec(),
    };
    let chosen: ChosenFiles = vec![
        file("assets/pixel.png", b"pixel"),
        file("cms/assets/pixel.png", b"the tool's"),
        file(".env", b"KEY=1"),
        file("cms/.secrets/key.txt", b"KEY=1"),
    ]
    .into();
    let path = "cms/db/1_a.js";
    let source = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    };
    let sources = [
        source(path, script),
        source("cms/datocms.config.json", "{}"),
    ];
    let prepared = prepare(&sources, path).unwrap();
    let host = Rc::new(Host::default());
    let sandbox = Sandbox::new(files).with_uploads(Rc::new(chosen));
    let outcome = sandbox.run(&prepared, host.clone()).await;
    assert_eq!(outcome, Ok(()));
    host.0.take()
}

#[wasm_bindgen_test]
async fn a_file_is_opened_from_where_the_script_lies_or_from_where_the_tool_runs() {
    let said = said(
        "module.exports = async ({ files }) => {
          const paths = [`${__dirname}/../../assets/pixel.png`, '../assets/pixel.png', `${__filename}/../../assets/pixel.png`, './assets/./pixel.png'];
          for (const path of paths) console.log(await (await files.open({ path })).text());
        };",
    )
    .await;
    assert_eq!(said, ["pixel", "pixel", "the tool's", "the tool's"]);
}

#[wasm_bindgen_test]
async fn what_is_hidden_or_outside_is_not_handed_over() {
    let said = said(
        "module.exports = async ({ files }) => {
          const paths = ['../.env', 'assets/../../.env', '.secrets/key.txt', '../../secret', `${__dirname}/../../../assets/pixel.png`, '/etc/passwd', 'assets/gone.png', 'C:\\\\x'];
          for (const path of paths) {
            try { await files.open({ path }); console.log('open'); } catch (error) { console.log(error.message); }
          }
        };",
    )
    .await;
    let outside = "is not in the folder you chose. Choose the repository that holds it.";
    let hidden = "is a hidden file: those are not handed to migrations.";
    let expected = [
        format!("../.env {hidden}"),
        format!("assets/../../.env {hidden}"),
        format!(".secrets/key.txt {hidden}"),
        format!("../../secret {outside}"),
        format!("/repository/cms/db/../../../assets/pixel.png {outside}"),
        format!("/etc/passwd {outside}"),
        format!("assets/gone.png {outside}"),
        format!("C:\\x {outside}"),
    ];
    assert_eq!(said, expected);
}

#[wasm_bindgen_test]
async fn only_hosts_that_the_files_name_are_asked_for_anything() {
    let said = said(
        "// See https://127.0.0.1:1 and https://example.com.
        module.exports = async ({ files }) => {
          const hidden = ['https:/', 'evil.example/?secret=1'].join('/');
          const urls = [hidden, 'data:text/plain,x', 'file:///etc/passwd', 'no address', 'https://example.com' + '.evil.example/x', 'https://127.0.0.1:1/x'];
          for (const url of urls) {
            try { await files.open({ url }); console.log('open'); } catch (error) { console.log(error.message); }
          }
        };",
    )
    .await;
    let reasons = [
        "evil.example is not.",
        "only https and http addresses can be.",
        "only https and http addresses can be.",
        "it is not an address.",
        "example.com.evil.example is not.",
        "its server did not answer, or does not allow pages in a browser to read it (CORS).",
    ];
    assert_eq!(said.len(), reasons.len());
    for (said, reason) in said.iter().zip(reasons) {
        assert!(said.contains("could not be downloaded: "), "{said}");
        assert!(said.ends_with(reason), "{said}");
    }
}

#[wasm_bindgen_test]
async fn assets_are_downloaded_from_where_the_cms_said_in_this_run() {
    let said = said(
        "module.exports = async ({ files, ask }) => {
          const download = async () => {
            for (const port of [2, 3, 4]) {
              const url = ['http', `127.0.0.1:${port}/1/pixel.png`].join('://');
              try { await files.open({ url }); console.log('open'); } catch (error) { console.log(error.message); }
            }
          };
          await download();
          for (const path of ['/uploads', '/site', '/items']) await ask(path);
          await download();
        };",
    )
    .await;
    // Of the project's settings, a rehearsal answers what a script wrote itself.
    let asked: Vec<bool> = said.iter().map(|said| said.contains("(CORS)")).collect();
    assert_eq!(asked, [false, false, false, true, false, false], "{said:?}");
}

#[wasm_bindgen_test]
async fn files_go_where_the_cms_wants_them_and_nowhere_else() {
    let said = said(&format!(
        "module.exports = async ({{ files, reserve }}) => {{
          const blob = new Blob(['x']);
          const send = async (parcel) => {{
            try {{ await files.send({{ headers: [], blob, ...parcel }}); console.log('sent'); }} catch (error) {{ console.log(error.message); }}
          }};
          await send({{ url: '{GIVEN_OUT}' }});
          await reserve();
          await send({{ url: '{GIVEN_OUT}?more' }});
          await send({{ url: '{GIVEN_OUT}', blob: 'text' }});
          await send({{ url: '{GIVEN_OUT}' }});
        }};"
    ))
    .await;
    let elsewhere = "The file was not sent: the CMS did not ask for it at that address.";
    assert_eq!(said[..2], [elsewhere; 2]);
    assert_eq!(
        said[2],
        "The file was not sent: what was given is neither a file nor a blob."
    );
    // It left, and nobody was there.
    assert!(said[3].starts_with("The file was not sent: "), "{said:?}");
    assert!(!said[3].contains("did not ask"), "{said:?}");
}

/// The headers too are what the script says the CMS said.
#[wasm_bindgen_test]
async fn headers_that_are_none_are_refused_and_the_script_goes_on() {
    let said = said(&format!(
        "module.exports = async ({{ files, reserve }}) => {{
          await reserve();
          for (const headers of [{{ 'not a header': 'x' }}, {{ a: 'x\\ny' }}, {{ '': 'x' }}, {{ a: 'ü€' }}, {{ '\\ud800': '\\udc00' }}]) {{
            try {{ await files.send({{ url: '{GIVEN_OUT}', headers, blob: new Blob(['x']) }}); console.log('sent'); }}
            catch (error) {{ console.log(error.message); }}
          }}
          await reserve();
        }};"
    ))
    .await;
    let expected = ["not a header", "a", "", "a", "\u{fffd}"].map(|name| {
        format!("The file was not sent: `{name}` cannot be sent as a header with the value it has.")
    });
    assert_eq!(said, expected);
}

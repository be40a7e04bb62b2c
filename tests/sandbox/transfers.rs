//! Files that the page opens and sends for a script: within the limits, in the log, and nowhere but where they may go.

use std::rc::Rc;

use slipway_engine::ports::{Excess, FileCall, ScriptFailure};
use slipway_release::Limits;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

#[wasm_bindgen(inline_js = "
  const real = window.fetch;
  // What comes of a download is said by its address, for no server here hangs or sends on.
  export function replace_fetch() {
    window.asked = [];
    window.fetch = (url, init) => {
      const { pathname } = new URL(url, location.href);
      if (!['/never', '/stalls', '/redirects', '/whole'].includes(pathname)) return real(url, init);
      window.asked.push(init);
      if (pathname === '/never') return new Promise(() => {});
      if (pathname === '/redirects') return Promise.resolve({ type: init.redirect === 'manual' ? 'opaqueredirect' : 'basic', status: 0, ok: false });
      const stream = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('begun'));
          if (pathname === '/whole') controller.close();
        },
      });
      return Promise.resolve(new Response(stream, { headers: { 'content-type': 'image/png' } }));
    };
  }
  export function restore_fetch() { window.fetch = real; }
  export function called_off() { return window.asked.filter(({ signal }) => signal.aborted).length; }
")]
extern "C" {
    fn replace_fetch();
    fn restore_fetch();
    fn called_off() -> u32;
}

/// Downloads that end as their address says, until it is dropped.
struct Fetch;

impl Fetch {
    fn replaced() -> Self {
        replace_fetch();
        Self
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        restore_fetch();
    }
}

fn host(limits: Limits) -> Rc<Host> {
    Rc::new(Host {
        limits,
        ..Host::default()
    })
}

fn patient() -> Limits {
    Limits {
        silence_seconds: 2,
        transfer_seconds: 1,
        ..Limits::default()
    }
}

const SILENT: ScriptFailure = ScriptFailure::Limit(Excess::Silence { seconds: 1 });

/// A script that opens these, one by one, and prints what came.
fn opening(sources: &str) -> String {
    format!(
        "module.exports = async ({{ files }}) => {{
          for (const source of [{sources}]) {{
            try {{ const blob = await files.open(source); console.log(`${{await blob.text()}} ${{blob.type}}`); }}
            catch (error) {{ console.log(error.message); }}
          }}
        }};"
    )
}

#[wasm_bindgen_test]
async fn calls_for_files_are_calls() {
    let host = host(Limits {
        calls: 40,
        ..patient()
    });
    let script = "module.exports = async ({ files }) => { for (;;) try { await files.open({ path: 'none' }); } catch {} };";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    let excess = Excess::Calls { limit: 40 };
    assert_eq!(outcome, Err(ScriptFailure::Limit(excess)));
}

#[wasm_bindgen_test]
async fn calls_for_files_are_under_way_with_the_others() {
    let _fetch = Fetch::replaced();
    let host = Rc::new(Host {
        limits: Limits {
            in_flight: 5,
            ..patient()
        },
        slow: true,
        ..Host::default()
    });
    let worker = saying(
        "request(1), request(2), ...[3, 4, 5, 6].map((id) => say('open', { id, url: 'http://127.0.0.1/never' }))",
    );
    let script = "module.exports = 'http://127.0.0.1/';";
    let outcome = run_in(&worker, &[("1_a.js", script)], &host).await;
    let excess = Excess::InFlight { limit: 5 };
    assert_eq!(outcome, Err(ScriptFailure::Limit(excess)));
}

/// Waiting keeps nobody alive who does not wait.
#[wasm_bindgen_test]
async fn a_loop_beside_an_unanswered_call_is_ended_too() {
    for (call, limits) in [
        (
            "files.open({ url: 'http://127.0.0.1/never' })",
            Limits {
                silence_seconds: 1,
                transfer_seconds: 600,
                ..patient()
            },
        ),
        (
            "call('GET', '/site')",
            Limits {
                silence_seconds: 1,
                ..patient()
            },
        ),
    ] {
        for what in ["for (;;);", "for (;;) await null;"] {
            let script = format!(
                "module.exports = async ({{ call, files }}) => {{
                  {call}.catch(() => {{}});
                  await new Promise((resolve) => setTimeout(resolve, 100));
                  {what}
                }};"
            );
            let attempt = async || {
                let _fetch = Fetch::replaced();
                let host = Rc::new(Host {
                    limits,
                    slow: true,
                    delay: 3000,
                    ..Host::default()
                });
                let outcome = run_files(&[("1_a.js", &script)], &host).await;
                (outcome, called_off())
            };
            let beside = format!("{call} {what}");
            let (outcome, called_off) = smoothly(&beside, attempt).await;
            assert_eq!(outcome, Err(SILENT), "{beside}");
            assert_eq!(called_off, u32::from(call.starts_with("files")), "{beside}");
        }
    }
    assert_no_frame();
}

/// Waiting is no silence, however long it takes.
#[wasm_bindgen_test]
async fn a_script_may_wait_longer_than_it_may_be_silent() {
    let host = Rc::new(Host {
        limits: Limits {
            silence_seconds: 1,
            ..patient()
        },
        slow: true,
        delay: 2500,
        ..Host::default()
    });
    let script = "module.exports = ({ call }) => call('GET', '/site');";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    assert_eq!(outcome, Ok(()));
}

#[wasm_bindgen_test]
async fn a_download_that_stands_still_is_given_up() {
    let _fetch = Fetch::replaced();
    let host = host(patient());
    let script = opening(
        "{ url: 'http://127.0.0.1/never' }, { url: 'http://127.0.0.1/stalls' }, { url: 'http://127.0.0.1/whole' }",
    );
    let outcome = run_files(&[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()));
    let expected = [
        "http://127.0.0.1/never could not be downloaded: nothing came for 1 second.",
        "http://127.0.0.1/stalls could not be downloaded: nothing came for 1 second.",
        "begun image/png",
    ];
    assert_eq!(host.lines(), expected);
    assert_eq!(called_off(), 2);
}

#[wasm_bindgen_test]
async fn a_download_does_not_go_on_to_where_its_server_sends_it() {
    let _fetch = Fetch::replaced();
    let host = host(patient());
    let script = opening("{ url: 'http://127.0.0.1/redirects' }");
    let outcome = run_files(&[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        host.lines(),
        [
            "http://127.0.0.1/redirects could not be downloaded: its server sends on to another address, which a browser \
             does not show. Open it in a tab of its own, and write the address where that ends into the script."
        ]
    );
}

#[wasm_bindgen_test]
async fn every_request_for_a_file_is_in_the_log() {
    let _fetch = Fetch::replaced();
    let host = host(patient());
    let hidden = "['http:/', 'evil.example/to?secret=1'].join('/')";
    let script = opening(&format!(
        "{{ url: 'http://127.0.0.1/whole?key=1' }}, {{ url: 'http://127.0.0.1/never' }}, {{ url: {hidden} }}"
    ));
    let outcome = run_files(&[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()));
    let log = host.transferred.borrow();
    let log: Vec<_> = log
        .iter()
        .map(|call| {
            let FileCall {
                method,
                place,
                status,
                refused,
                ..
            } = call;
            (*method, place.as_str(), *status, *refused)
        })
        .collect();
    let expected = [
        ("GET", "127.0.0.1/whole", Some(200), false),
        ("GET", "127.0.0.1/never", None, false),
        ("GET", "evil.example/to", None, true),
    ];
    assert_eq!(log, expected);
    assert!(host.transferred.borrow()[1].millis >= 900);
}

/// One that is cut off with its script is in the log, and on its way no longer.
#[wasm_bindgen_test]
async fn a_download_ends_with_its_script() {
    let _fetch = Fetch::replaced();
    let host = host(patient());
    let script = "module.exports = async ({ files }) => {
          files.open({ url: 'http://127.0.0.1/never' });
          await new Promise((resolve) => setTimeout(resolve, 100));
          throw new Error('over');
        };";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    assert_eq!(threw(outcome).1, "over");
    assert_eq!(host.transferred.borrow().len(), 1);
    assert_eq!(called_off(), 1);
}

/// What is no path ends the call, not the run.
#[wasm_bindgen_test]
async fn a_path_that_is_no_text_is_refused() {
    let host = host(patient());
    let script = opening(
        "{ path: (() => { const round = []; round.push(round); return round; })() }, { path: 7 }, { path: null }, { path: '\\ud800' }",
    );
    let outcome = run_files(&[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    assert_eq!(lines.len(), 4);
    assert!(
        lines[..3]
            .iter()
            .all(|line| line == "The path of a file has to be a text."),
        "{lines:?}"
    );
    assert!(lines[3].contains("is not in the folder you chose"));
}

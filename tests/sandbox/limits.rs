//! The limits of a plan: each ends the run with an error that says which it was.

use std::rc::Rc;

use slipway_engine::ports::{Excess, ScriptFailure};
use slipway_release::Limits;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

fn host(limits: Limits) -> Rc<Host> {
    Rc::new(Host {
        limits: Limits {
            silence_seconds: 2,
            ..limits
        },
        slow: true,
        ..Host::default()
    })
}

/// What the test's client says of a request beside its body, in bytes.
fn head(path: &str, id: u32) -> u64 {
    let head = format!(
        r#"{{"request":{{"method":"POST","path":"{path}","query":"","environment":"candidate","id":{id}}}}}"#
    );
    head.len() as u64
}

/// What `saying` says of one.
const FORGED_HEAD: u64 =
    r#"{"request":{"id":1,"method":"GET","path":"/site","query":"","environment":null}}"#.len()
        as u64;

#[wasm_bindgen_test]
async fn thousands_of_calls_that_nobody_awaits_are_sent_a_few_at_a_time() {
    let script = "module.exports = (client) => {
          for (let i = 0; i < 3000; i += 1) client.call('GET', '/items/' + i);
        };";
    let attempt = async || {
        let host = Rc::new(Host {
            limits: Limits {
                in_flight: 25,
                ..Limits::default()
            },
            slow: true,
            ..Host::default()
        });
        (run_files(&[("1_a.js", script)], &host).await, host)
    };
    let (outcome, host) = smoothly("3000 calls at once", attempt).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.requests.borrow().len(), 3000);
    assert_eq!(host.requests.borrow()[2999].path, "/items/2999");
    assert_eq!(host.most.get(), 25);
}

#[wasm_bindgen_test]
async fn a_worker_that_sends_all_at_once_is_ended() {
    let host = host(Limits {
        in_flight: 5,
        ..Limits::default()
    });
    let worker = saying("...Array.from({ length: 50 }, (_, id) => request(id))");
    let outcome = run_in(&worker, &[("1_a.js", "module.exports = 0;")], &host).await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::Limit(Excess::InFlight { limit: 5 }))
    );
    assert_eq!(host.requests.borrow().len(), 5);
}

#[wasm_bindgen_test]
async fn a_giant_request_does_not_leave_the_sandbox() {
    let host = host(Limits {
        message_bytes: 1000,
        ..Limits::default()
    });
    let script = "module.exports = async (client) => {
          await client.call('POST', '/items', 'x'.repeat(900));
          try { await client.call('POST', '/items', 'ü'.repeat(500)); } catch { console.log('caught'); }
          await client.call('POST', '/items', 'after');
        };";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    // With the quotes of the JSON text.
    let excess = Excess::Message {
        bytes: 1002 + head("/items", 2),
        limit: 1000,
    };
    assert_eq!(outcome, Err(ScriptFailure::Limit(excess)));
    assert_eq!(host.requests.borrow().len(), 1);
    assert!(host.lines().is_empty());
}

/// Fifty megabytes are made in the worker and stay there.
#[wasm_bindgen_test]
async fn a_request_of_many_megabytes_leaves_the_page_as_it_is() {
    let host = host(Limits::default());
    let script =
        "module.exports = (client) => client.call('POST', '/items', 'x'.repeat(50_000_000));";
    let run = async || run_files(&[("1_a.js", script)], &host).await;
    let outcome = smoothly("a request of 50 MB", run).await;
    let excess = Excess::Message {
        bytes: 50_000_002 + head("/items", 1),
        limit: 10_000_000,
    };
    assert_eq!(outcome, Err(ScriptFailure::Limit(excess)));
}

#[wasm_bindgen_test]
async fn a_worker_that_sends_too_much_is_ended() {
    let host = host(Limits {
        message_bytes: 1000,
        ..Limits::default()
    });
    let worker = saying("request(1, {}, 'x'.repeat(1001))");
    let outcome = run_in(&worker, &[("1_a.js", "module.exports = 0;")], &host).await;
    let excess = Excess::Message {
        bytes: 1001 + FORGED_HEAD,
        limit: 1000,
    };
    assert_eq!(outcome, Err(ScriptFailure::Limit(excess)));
    assert!(host.requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_script_that_never_stops_calling_is_ended() {
    let host = Rc::new(Host {
        limits: Limits {
            calls: 40,
            ..Limits::default()
        },
        ..Host::default()
    });
    let script = "module.exports = async (client) => { for (;;) try { await client.call('GET', '/site'); } catch {} };";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::Limit(Excess::Calls { limit: 40 }))
    );
    assert_eq!(host.requests.borrow().len(), 40);
}

#[wasm_bindgen_test]
async fn what_is_printed_beyond_the_limit_is_counted_and_the_log_says_so() {
    let host = Rc::new(Host {
        limits: Limits {
            lines: 10,
            ..Limits::default()
        },
        ..Host::default()
    });
    let script = "module.exports = () => {
          console.log('one\\ntwo');
          for (let i = 0; i < 12; i += 1) console.log('line ' + i);
        };";
    let outcome = run_files(&[("1_a.js", script)], &host).await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    assert_eq!(lines[..2], ["one\ntwo", "line 0"]);
    assert_eq!(
        lines[8..],
        [
            "line 7",
            "More was printed than the 10 lines that the plan keeps. From here on it is left out.",
            "4 messages were left out of this log.",
        ]
    );
}

#[wasm_bindgen_test]
async fn fifty_thousand_lines_are_kept() {
    let script =
        "module.exports = () => { for (let i = 1; i <= 50000; i += 1) console.log('line ' + i); };";
    let attempt = async || run("1_a.js", script).await;
    let (outcome, host) = smoothly("50 000 lines", attempt).await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    assert_eq!(lines.len(), 50_000);
    assert_eq!(lines[49_999], "line 50000");
}

//! The line between page and worker: out of a script's reach, and of no use to a worker that lies.

use slipway_engine::ports::ScriptFailure;
use slipway_release::policy::{Asked, Reason, Verdict, judge};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

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
async fn a_request_arrives_as_it_is_whatever_objects_were_taught() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = async (client) => {
          Object.prototype.toJSON = () => ({ path: '/elsewhere' });
          Object.defineProperty(Object.prototype, 'id', { configurable: true, set() {}, get: () => 7 });
          JSON.stringify = () => '{}';
          await client.call('GET', '/site');
          await client.call('\\ud800', '/items');
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let requests = host.requests.borrow();
    let seen: Vec<_> = requests
        .iter()
        .map(|request| (request.method.as_str(), request.path.as_str()))
        .collect();
    assert_eq!(seen, [("GET", "/site"), ("\u{fffd}", "/items")]);
}

#[wasm_bindgen_test]
async fn messages_that_are_none_end_the_run() {
    for forged in [
        "say('approve')",
        "say('response', { id: 1, status: 200, headers: [], body: '' })",
        "say('started')",
        "say('request')",
        "say('done', { more: 1 })",
        "request(-1)",
        "request(1, { method: 7 })",
        "request(1, { environment: 7 })",
        "request(1, {}, { then: 1 })",
        "request(1, {}, 7)",
        "request(1, {}, new Blob(['x']))",
        "say('open', { id: 1, path: [['x']] })",
        "say('send', { id: 1, url: 'x', headers: [['a', 'b']] })",
        "say('console', { level: 'log' })",
        "say('console', { level: 'log' }, new Blob(['x']))",
        "['{', null]",
        "['\"done\"']",
        "[{ done: null }, null]",
        "[]",
        "'done'",
        "null",
        "{ type: 'done' }",
        "[request(1)]",
        "(() => { const round = []; round.push(round); return round; })()",
        "(() => { const round = {}; round.done = round; return [round, null]; })()",
        "say('open', { id: 1, path: null, url: null }).concat(7).fill(new Error('x'))",
        "[`${'['.repeat(100000)}${']'.repeat(100000)}`, null]",
        "[`{\"${'x'.repeat(1000000)}\":null}`, null]",
    ] {
        let (outcome, host) = said(forged).await;
        assert!(
            matches!(&outcome, Err(ScriptFailure::NoSandbox(reason)) if reason.len() < 400),
            "{forged}: {outcome:?}"
        );
        assert!(host.requests.borrow().is_empty(), "{forged}");
    }
}

/// Every message is a request of its own and is judged as such, whatever id it has.
#[wasm_bindgen_test]
async fn a_replayed_message_is_one_more_request() {
    let (outcome, host) = said("request(1), request(1), request(1), say('done')").await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.requests.borrow().len(), 3);
}

#[wasm_bindgen_test]
async fn nothing_is_served_after_the_end() {
    let (outcome, host) = said("say('done'), request(1), request(2)").await;
    assert_eq!(outcome, Ok(()));
    assert!(host.requests.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_forged_environment_header_is_seen_and_refused() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = (client) => client.call('DELETE', '/items/1', undefined, { 'X-Environment': 'main' });",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let requests = host.requests.borrow();
    let header = requests[0]
        .headers
        .iter()
        .find(|(name, _)| name == "x-environment");
    let asked = Asked {
        method: &requests[0].method,
        path: &requests[0].path,
        environment: header.map(|(_, value)| value.as_str()),
        body: None,
    };
    let sandbox = "candidate".parse().unwrap();
    let Verdict::Refuse(refusal) = judge(asked, &sandbox) else {
        panic!("allowed");
    };
    assert!(matches!(refusal.reason, Reason::AnotherEnvironment { .. }));
}

#[wasm_bindgen_test]
async fn no_address_but_the_cms_can_be_named_to_the_client() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = async (client) => {
          for (const path of ['@evil.example/items', '.evil.example/', '/../../items', '/%2e%2e/items', '\\\\evil.example/items']) {
            try { await client.call('GET', path); } catch (error) { console.log(error.message); }
          }
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines.iter().all(|line| line.contains("cannot be reached")),
        "{lines:?}"
    );
    let requests = host.requests.borrow();
    let paths: Vec<&str> = requests
        .iter()
        .map(|request| request.path.as_str())
        .collect();
    assert_eq!(paths, ["/items", "/items", "/evil.example/items"]);
}

/// What a script does to the language is its own affair: requests leave as they were made, and answers come back.
#[wasm_bindgen_test]
async fn poisoned_prototypes_change_nothing_at_the_page() {
    let (outcome, host) = run(
        "1_a.js",
        "const bad = () => { throw new Error('poison'); };
        module.exports = async (client) => {
          Object.defineProperty(Object.prototype, 'type', { set: bad, get: () => 'done', configurable: true });
          Object.defineProperty(Object.prototype, 'id', { set: bad, get: () => 99, configurable: true });
          Map.prototype.get = Map.prototype.set = Map.prototype.delete = bad;
          Array.prototype.push = Array.prototype.shift = Array.prototype.splice = bad;
          MessagePort.prototype.postMessage = EventTarget.prototype.dispatchEvent = bad;
          const answer = await client.call('GET', '/site');
          console.log(answer.status);
        };",
    )
    .await;
    let requests = host.requests.borrow();
    assert_eq!(requests.len(), 1, "{outcome:?}");
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", "/site")
    );
    assert_eq!(host.lines(), ["201"], "{outcome:?}");
}

//! What is too large to be taken into the page: it is not, whether a script says it through its worker or instead of it.

use slipway_engine::ports::{Excess, ScriptFailure};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

fn is_too_large(outcome: &Result<(), ScriptFailure>) -> bool {
    matches!(outcome, Err(ScriptFailure::Limit(Excess::Message { bytes, limit: 10_000_000 })) if *bytes > 10_000_000)
}

/// Of each part of a request, and of a file's.
#[wasm_bindgen_test]
async fn every_part_of_a_request_counts() {
    for call in [
        "client.call('GET', '/items/' + 'x'.repeat(12_000_000))",
        "client.call('GET', '/items?' + 'x'.repeat(12_000_000))",
        "client.call('x'.repeat(12_000_000), '/items')",
        "client.call('GET', '/items', undefined, { 'X-Environment': 'x'.repeat(12_000_000) })",
        "client.call('POST', '/items', 'x'.repeat(12_000_000))",
        "client.files.open({ path: 'x'.repeat(12_000_000) })",
        "client.files.open({ url: 'https://example.com/' + 'x'.repeat(12_000_000) })",
        "client.files.send({ url: 'x'.repeat(12_000_000), headers: {}, blob: new Blob(['x']) })",
        "client.files.send({ url: 'x', headers: { a: 'x'.repeat(12_000_000) }, blob: new Blob(['x']) })",
    ] {
        let script =
            format!("module.exports = async (client) => {{ try {{ await {call}; }} catch {{}} }};");
        let (outcome, host) = smoothly(call, async || run("1_a.js", &script).await).await;
        assert!(is_too_large(&outcome), "{call}: {outcome:?}");
        assert!(host.requests.borrow().is_empty(), "{call}");
    }
}

/// What the worker measures with cannot be taken from it.
#[wasm_bindgen_test]
async fn a_giant_request_does_not_leave_a_worker_whose_measures_are_false() {
    let script = "TextEncoder.prototype.encode = () => ({ length: 0 });
        Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), 'length', { get: () => 0 });
        Object.defineProperty(Blob.prototype, 'size', { get: () => 0 });
        Object.defineProperty(Blob, Symbol.hasInstance, { value: () => true });
        String.prototype.toWellFormed = String.prototype.slice = () => 'small';
        self.String = () => 'small';
        module.exports = async (client) => {
          try { await client.files.send({ url: 'https://example.com', headers: {}, blob: { giant: 'x'.repeat(50_000_000) } }); }
          catch (error) { console.log(error.message); }
          await client.call('POST', '/items', 'x'.repeat(50_000_000));
        };";
    let run = async || run("1_a.js", script).await;
    let (outcome, host) = smoothly("a poisoned worker", run).await;
    assert!(host.requests.borrow().is_empty());
    assert!(is_too_large(&outcome), "{outcome:?}");
    assert_eq!(
        host.lines(),
        ["The file was not sent: the CMS did not ask for it at that address."]
    );
}

#[wasm_bindgen_test]
async fn errors_and_lines_are_cut_before_they_leave() {
    for (what, script) in [
        (
            "name",
            "() => { throw Object.assign(new Error('x'), { name: 'n'.repeat(50_000_000) }); }",
        ),
        (
            "name of another alphabet",
            "() => { throw Object.assign(new Error('x'), { name: '€'.repeat(30_000_000) }); }",
        ),
        (
            "message",
            "() => { throw new Error('n'.repeat(30_000_000)); }",
        ),
        (
            "stack",
            "() => { throw Object.assign(new Error('x'), { stack: 'n'.repeat(30_000_000) }); }",
        ),
        (
            "no error",
            "() => { throw 'n'.repeat(30_000_000); }",
        ),
        (
            "half characters",
            "() => { throw Object.assign(new Error('\\ud800'), { name: '\\udc00' }); }",
        ),
        (
            "request",
            "() => { throw Object.assign(new Error('x'), {
              request: { method: 'M'.repeat(30_000_000), url: 'u'.repeat(30_000_000) }, response: { status: 422 } }); }",
        ),
        (
            "line",
            "() => {
              String.prototype.slice = String.prototype.toWellFormed = function () { return this; };
              console.log('n'.repeat(30_000_000));
              throw new Error('x');
            }",
        ),
    ] {
        let script = format!("module.exports = {script};");
        let (outcome, host) = smoothly(what, async || run("1_a.js", &script).await).await;
        let (name, message, stack) = threw(outcome);
        for text in [name, message, stack].iter().chain(&host.lines()) {
            assert!(text.chars().count() < 25_000, "{what}: {}", text.len());
        }
    }
}

/// It arrives, as nothing that a worker says can be held back, and is not looked into.
#[wasm_bindgen_test]
async fn a_giant_of_a_worker_that_lies_is_not_taken_in() {
    for message in [
        "['x'.repeat(50_000_000), null]",
        "request(1, {}, 'x'.repeat(50_000_000))",
        "request(1, { path: 'x'.repeat(50_000_000) })",
        "say('console', { level: 'log' }, 'x'.repeat(50_000_000))",
        "say('console', { level: 'x'.repeat(50_000_000) }, 'x')",
        "say('threw', { name: 'n'.repeat(50_000_000), message: '', stack: '', refused: null })",
        "say('open', { id: 1, path: 'x'.repeat(50_000_000) })",
        "say('too_large', { bytes: 50_000_000 })",
        "request(1, {}, 'ü'.repeat(5_000_000))",
    ] {
        let (outcome, host) = said(message).await;
        assert!(is_too_large(&outcome), "{message}: {outcome:?}");
        assert!(host.requests.borrow().is_empty(), "{message}");
        assert!(host.lines().is_empty(), "{message}");
    }
    for message in [
        "new Uint8Array(50_000_000)",
        "[new Uint8Array(50_000_000), null]",
        "['{\"done\":null}', new Uint8Array(50_000_000)]",
        "{ type: 'x'.repeat(50_000_000) }",
        "Array.from({ length: 1_000_000 }, () => [])",
    ] {
        let outcome = smoothly(message, async || said(message).await.0).await;
        assert!(
            matches!(outcome, Err(ScriptFailure::NoSandbox(_))),
            "{message}: {outcome:?}"
        );
    }
}

/// What the frame's page passes on of an error is cut too: that of a worker which the script made blind to its own errors.
#[wasm_bindgen_test]
async fn an_error_that_reaches_the_frame_is_cut() {
    let script = "module.exports = () => {
          Event.prototype.preventDefault = EventTarget.prototype.addEventListener = () => {};
          Object.defineProperty(ErrorEvent.prototype, 'error', { get: () => { throw new Error('again'); } });
          setTimeout(() => { throw new Error('n'.repeat(30_000_000)); });
          return new Promise(() => {});
        };";
    let run = async || run("1_a.js", script).await.0;
    let outcome = smoothly("an error in the frame", run).await;
    let Err(ScriptFailure::NoSandbox(reason)) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.chars().count() <= 300, "{}", reason.len());
}

/// More than any migration prints is not kept, even where the worker lets it through.
#[wasm_bindgen_test]
async fn what_a_lying_worker_prints_has_an_end() {
    let lines = "...Array.from({ length: 4000 }, () => say('console', { level: 'log' }, 'x'.repeat(30_000))), say('done')";
    let (outcome, host) = said(lines).await;
    assert_eq!(outcome, Ok(()));
    let lines = host.lines();
    let printed: usize = lines.iter().map(String::len).sum();
    assert!(printed < 51_000_000, "{printed}");
    assert_eq!(
        lines.last().unwrap(),
        "Further console output is not shown."
    );
}

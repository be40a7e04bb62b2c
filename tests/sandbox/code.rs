//! No code comes in but the prepared files, and workers of a worker have the same wall.

use wasm_bindgen_test::wasm_bindgen_test;

use super::ways::Wall::{Absence, Policy, Refusal};
use super::ways::all_shut;

#[wasm_bindgen_test]
async fn code_is_not_fetched_and_not_made_of_text() {
    all_shut(&[
        ("import_remote", Policy("script-src-elem"), "really(url)"),
        ("import_data", Policy("script-src-elem"), "really('data:text/javascript,export default 1')"),
        ("import_in_a_blob", Policy("script-src-elem"), "really(URL.createObjectURL(new Blob([`import '${url}';`], { type: 'text/javascript' })))"),
        ("scripts_remote", Policy("script-src-elem"), "importScripts(url)"),
        ("scripts_data", Policy("script-src-elem"), "importScripts('data:text/javascript,1')"),
        ("text", Policy("script-src"), "eval('1')"),
        ("function_of_text", Policy("script-src"), "Function('return 1')()"),
        ("async_function_of_text", Policy("script-src"), "(async () => {}).constructor('return 1')()"),
        ("timer_of_text", Refusal, "{ const seen = new Promise((yes) => (self.ran = yes)); setTimeout('self.ran(1)'); return seen; }"),
        ("wasm", Policy("script-src"), "WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))"),
        ("worker_remote", Refusal, "heard(new Worker(url), 'onmessage', 'onerror')"),
        ("worker_data", Policy("worker-src"), "heard(new Worker('data:text/javascript,postMessage(1)'), 'onmessage', 'onerror')"),
        ("shared_worker", Absence, "heard(new SharedWorker(url).port, 'onmessage', 'onmessageerror')"),
    ])
    .await;
}

/// A worker of the worker, where one can be had at all, gets out as little as its maker.
#[wasm_bindgen_test]
async fn nested_workers_have_the_same_wall() {
    let inner = "`addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) => postMessage({ effectiveDirective, blockedURI }));
        fetch('${url}', { mode: 'no-cors' }).then(() => postMessage('open'), () => {});`";
    let way = format!(
        "{{ const inner = new Worker(URL.createObjectURL(new Blob([{inner}], {{ type: 'text/javascript' }})));
            const {{ data }} = await heard(inner, 'onmessage', 'onerror');
            if (data !== 'open') reports.push(data);
            return data; }}"
    );
    all_shut(&[("nested", Policy("connect-src"), &way)]).await;
}

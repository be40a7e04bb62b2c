//! No code comes in but the prepared files, and workers of a worker have the same wall.

use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

#[wasm_bindgen_test]
async fn code_is_not_fetched_and_not_made_of_text() {
    all_shut(&[
        ("import_remote", "really(url)"),
        ("import_data", "really('data:text/javascript,export default 1')"),
        ("import_in_a_blob", "really(URL.createObjectURL(new Blob([`import '${url}';`], { type: 'text/javascript' })))"),
        ("scripts_remote", "importScripts(url)"),
        ("scripts_data", "importScripts('data:text/javascript,1')"),
        ("text", "eval('1')"),
        ("function_of_text", "Function('return 1')()"),
        ("async_function_of_text", "(async () => {}).constructor('return 1')()"),
        ("timer_of_text", "{ const seen = new Promise((yes) => (self.ran = yes)); setTimeout('self.ran(1)'); return seen; }"),
        ("wasm", "WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))"),
        ("worker_remote", "heard(new Worker(url), 'onmessage', 'onerror')"),
        ("worker_data", "heard(new Worker('data:text/javascript,postMessage(1)'), 'onmessage', 'onerror')"),
        ("shared_worker", "heard(new SharedWorker(url).port, 'onmessage', 'onmessageerror')"),
    ])
    .await;
}

/// A worker of the worker, where one can be had at all, gets out as little as its maker.
#[wasm_bindgen_test]
async fn nested_workers_have_the_same_wall() {
    let nested = "`fetch('${url}', { mode: 'no-cors' }).then(() => postMessage('open'), () => postMessage('blocked'));`";
    let way = format!(
        "{{ const inner = new Worker(URL.createObjectURL(new Blob([{nested}], {{ type: 'text/javascript' }})));
            const said = await new Promise((yes, no) => {{ inner.onmessage = yes; inner.onerror = () => no(new Error('it did not start')); }});
            if (said.data !== 'open') throw new Error(said.data);
            return said.data; }}"
    );
    all_shut(&[("nested", &way)]).await;
}

//! The doors: ways out that a script may know of are shut with words that a person understands.

use slipway_engine::ports::ConsoleLevel;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

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

//! The page's token is nowhere in the sandbox: everything a script can reach is searched for it.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

/// Walks over all that hangs on the globals and on the client: own properties, prototypes, accessors, texts of functions.
const SEARCH: &str = "
const found = [];
const seen = new Set();
function walk(value, path, depth) {
  if (typeof value === 'string') { if (value.includes(needle())) found.push(path); return; }
  if (typeof value !== 'object' && typeof value !== 'function') return;
  if (value === null || seen.has(value) || depth > 12) return;
  seen.add(value);
  if (typeof value === 'function' && Function.prototype.toString.call(value).includes(needle())) found.push(path + '()');
  if (value instanceof Map || value instanceof Set) for (const one of value) walk(one, path + '[]', depth + 1);
  for (const key of Reflect.ownKeys(value)) {
    if (String(key).includes(needle())) found.push(path + '.' + String(key));
    let property;
    try { property = Object.getOwnPropertyDescriptor(value, key); } catch { continue; }
    if (property === undefined) continue;
    for (const part of [property.value, property.get, property.set]) walk(part, path + '.' + String(key), depth + 1);
    if (property.get) try {
      const got = Reflect.get(value, key);
      // A getter of a prototype may answer with a promise that is broken.
      if (got instanceof Promise) got.catch(() => {});
      walk(got, path + '.' + String(key), depth + 1);
    } catch { /* no such owner */ }
  }
  walk(Object.getPrototypeOf(value), path + '.__proto__', depth + 1);
}
// Not in one piece, so that the search does not find itself.
const needle = () => ['s3cr3t', 'token', '0815'].join('-');
module.exports = async (client) => {
  await client.call('GET', '/site');
  walk(self, 'self', 0);
  walk(client, 'client', 0);
  walk(performance.getEntries().map((entry) => entry.name), 'performance', 0);
  walk(String(new Error('x').stack), 'stack', 0);
  walk(location.href, 'location', 0);
  console.log('found ' + found.length + ' ' + found.join());
  console.log('walked ' + (seen.size > 500));
  self.planted = { here: needle() };
  seen.clear();
  walk(self, 'self', 0);
  console.log(found.join());
};";

#[wasm_bindgen_test]
async fn the_token_is_nowhere_in_the_sandbox() {
    const TOKEN: &str = "s3cr3t-token-0815";
    let window = web_sys::window().unwrap();
    // Where a page might have it.
    window.set_name(TOKEN).unwrap();
    js_sys::Reflect::set(&window, &"token".into(), &JsValue::from_str(TOKEN)).unwrap();
    let host = Rc::new(Host::default());
    for worker in [WORKER.to_owned(), without_doors()] {
        let outcome = run_in(&worker, &[("1_a.js", SEARCH)], &host).await;
        assert_eq!(outcome, Ok(()));
    }
    window.set_name("").unwrap();
    js_sys::Reflect::delete_property(&window, &"token".into()).unwrap();
    // The search finds what is there: what the script itself planted, and only that.
    let expected = ["found 0 ", "walked true", "self.planted.here"];
    assert_eq!(host.lines(), [expected, expected].concat());
    let said: Vec<String> = host
        .requests
        .borrow()
        .iter()
        .flat_map(|request| &request.headers)
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    assert!(
        !said.iter().any(|header| header.contains("authorization")),
        "{said:?}"
    );
}

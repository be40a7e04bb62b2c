//! The token that the page sends with every request is nowhere a script can look.

use e2e::{Migrations, Role, Stage};

use crate::{PATIENCE, in_blank_project};

/// Walks over all that a migration reaches: the globals, the client, answers, an error of the CMS, stacks. Tells what it
/// found by failing; the last search is for what it planted itself. `NEEDLE` is the token backwards, so that it does not find
/// its own text.
const SEARCH: &str = "
const { buildBlockRecord, ApiError } = require('@datocms/cma-client-node');
const needle = () => [...'NEEDLE'].reverse().join('');
const found = [];
const seen = new Set();
function walk(value, path, depth = 0) {
  if (typeof value === 'string') { if (value.includes(needle())) found.push(path); return; }
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value) || depth > 20) return;
  seen.add(value);
  if (typeof value === 'function') walk(Function.prototype.toString.call(value), path + '()');
  if (value instanceof Map || value instanceof Set || value instanceof Headers) {
    for (const one of value) walk(one, path + '[]', depth + 1);
  }
  for (const key of Reflect.ownKeys(value)) {
    const below = path + '.' + String(key);
    walk(String(key), below);
    let property;
    try { property = Object.getOwnPropertyDescriptor(value, key); } catch { continue; }
    if (property === undefined) continue;
    for (const part of [property.value, property.get, property.set]) walk(part, below, depth + 1);
    if (property.get) try {
      const got = Reflect.get(value, key);
      // A getter of a prototype may answer with a promise that is broken.
      if (got instanceof Promise) got.catch(() => {});
      walk(got, below, depth + 1);
    } catch { /* no such owner */ }
  }
  walk(Object.getPrototypeOf(value), path + '.__proto__', depth + 1);
}
module.exports = async (client) => {
  const heard = [];
  addEventListener('message', ({ data }) => heard.push(data));
  const model = await client.itemTypes.create({ name: 'Kiln', api_key: 'kiln' });
  const answers = [model, await client.site.find(), await client.itemTypes.rawList()];
  const refused = await client.itemTypes.create({ name: 'Jar', api_key: 'not a key' }).catch((error) => error);
  if (!(refused instanceof ApiError)) throw new Error('nothing was refused');
  walk(self, 'self');
  walk(client, 'client');
  walk([buildBlockRecord, ApiError], 'packages');
  walk(answers, 'answers');
  walk(refused, 'refused');
  walk(heard, 'heard');
  walk([String(refused), refused.stack, new Error('x').stack, location.href, module.exports.toString()], 'texts');
  walk(performance.getEntries().map((entry) => JSON.stringify(entry)), 'performance');
  const far = seen.size > 1000 ? 'far' : 'not far';
  seen.clear();
  self.planted = { here: needle() };
  walk(self, 'self');
  throw new Error(`Looked ${far}, and found it at ${found.join()}.`);
};
";

#[tokio::test]
async fn a_script_finds_the_token_nowhere() {
    in_blank_project("migrations-secrets", async |_: &mut Stage, slipway| {
        let token = &slipway.panel().user("Admin")?.token;
        assert!(token.len() > 10, "{token}");
        let backwards: String = token.chars().rev().collect();
        let search = SEARCH.replace("NEEDLE", &backwards);
        let folder = Migrations::of(&[("10_search.js", &search)])?;
        let page = slipway.plan(&folder.path()).await?;
        page.press(Role::Button, "Rehearse the scripts").await?;
        let page = page.patient_for(PATIENCE);
        page.sees("Looked far, and found it at self.planted.here.")
            .await
    })
    .await;
}

// Plays one release in one browser: a page that may die, and the page that is opened afterwards.

import { Panel } from "./panel.js";
import { Person } from "./person.js";
import { Wire } from "./wire.js";

/** How long the test may be kept waiting for an answer, in milliseconds; it asks again. */
const KEEP_WAITING = 5_000;

/** How many times as fast pauses pass, up to which length in milliseconds. */
const HURRY = 50;
const LONGEST_PAUSE = 5_000;

let outcome = null;
let tapped = null;

/** Called by every new document of this browser before its own scripts run; see `crash.rs`. */
window.tapWire = (frame) => {
  if (tapped && frame === tapped.panel.page?.contentWindow) {
    tapped.wire.tap(frame);
    hurry(frame);
  }
};

/**
 * Starts a run. `setup`: plugin, cma, cda, token; `migrations`: texts by name; `cut`: null, or the key of a call and the
 * moment at which the page dies there; `keepProfile`: whether the next page finds what this browser kept.
 */
window.start = (setup, migrations, cut, keepProfile) => {
  outcome = play(setup, migrations, cut, keepProfile).then(
    (played) => ({ played }),
    (error) => ({ problem: error.message }),
  );
};

/** What became of the run: null as long as it goes on. */
window.outcome = () => {
  const later = new Promise((resolve) => setTimeout(() => resolve(null), KEEP_WAITING));
  return Promise.race([outcome, later]);
};

async function play(setup, migrations, cut, keepProfile) {
  const panel = new Panel(setup);
  const wire = new Wire(setup.cma, cut);
  wire.learn(await ask(setup, "item-types"));
  tapped = { panel, wire };
  await forget();
  const first = await sit(panel, wire, migrations, true);
  if (!first.died) {
    return { calls: wire.calls, died: null, before: first.story, left: null, after: [] };
  }
  const left = await project(setup);
  if (!keepProfile) {
    await forget();
  }
  wire.nextPage();
  const second = await sit(panel, wire, migrations, !keepProfile);
  return { calls: wire.calls, died: first.died.key, before: first.story, left, after: second.story };
}

/** One page with one person at it, until the release is over or the page dies. */
async function sit(panel, wire, migrations, anew) {
  const person = new Person(panel, wire, migrations);
  const released = panel.open({ anew }).then(() => person.toTheEnd());
  try {
    const died = await Promise.race([wire.died, released]);
    return { died, story: person.story };
  } catch (error) {
    throw new Error(`${error.message}\n${person.story.join("\n")}`, { cause: error });
  } finally {
    // What the person is at ends with the page, and is nobody's problem.
    released.catch(() => {});
    person.leave();
    panel.close();
  }
}

/**
 * Lets the page's pauses pass quickly: its looks at a copy or a job under way, and the time it gives to another page to
 * notice that it was taken over from. What it takes for too long keeps its length.
 */
function hurry(window) {
  const { setTimeout } = window;
  window.setTimeout = (work, pause = 0, ...rest) =>
    setTimeout.call(window, work, pause <= LONGEST_PAUSE ? pause / HURRY : pause, ...rest);
}

/** What a person who asks the CMS is told: which environments there are, and whether editors can work. */
async function project(setup) {
  const environments = (await ask(setup, "environments")).data.map(({ id, meta }) => (meta.primary ? `${id} (primary)` : id));
  const frozen = (await ask(setup, "maintenance-mode")).data.attributes.active;
  return `In the CMS there ${environments.length === 1 ? "is" : "are"} ${environments.sort().join(" and ")}; maintenance mode is ${frozen ? "on" : "off"}.`;
}

/** Asks the CMS something, beside the plugin. */
async function ask({ cma, token }, path) {
  const headers = { Authorization: `Bearer ${token}`, Accept: "application/json", "X-Api-Version": "3" };
  const answer = await fetch(`${cma}/${path}`, { headers });
  return answer.json();
}

/** Leaves the profile as a new one is. */
async function forget() {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of await indexedDB.databases()) {
    await new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(name);
      request.onsuccess = resolve;
      request.onerror = () => reject(request.error);
    });
  }
}

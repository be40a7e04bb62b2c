/*
 * A page that frames our plugin, speaks the protocol by hand, and misuses it, with two strangers beside the frame: one of
 * this origin and one of another.
 *
 * Query: plugin (entry point), foreign (the other stranger's page), cma, cda, token, seed.
 */
const query = Object.fromEntries(new URLSearchParams(location.search));
const names = ["getSettings", "navigateTo", "setHeight"];
/** Words that look like methods, and those the plugin has. */
const methods = ["sdkVersion", "implementedHooks", "onChange", "callMethodMergingBootCtx", "mainNavigationTabs", "then", "__proto__", ""];
/** What strangers would like to be called, and what they answer in the host's place. */
const wishes = { methods: [["onChange", [{ mode: "renderPage" }]], ["sdkVersion", []]], answer: { mode: "renderModal" } };

let plugin;
let strangers;
let hostile;
/** How often the plugin said hello, and what it asked us, by method. */
window.asked = { hello: 0 };
const forged = { forged: 0, foreign_origin: 0, heard: 0 };
let settingsId;
const waiting = new Map();

const post = (message) => plugin.contentWindow.postMessage(message, new URL(query.plugin).origin);
const settings = () => ({
  ...panelContext(query),
  colorScheme: "light",
  cssDesignTokens: schemes.light,
  mode: "renderPage",
  bodyPadding: [0, 0, 0, 0],
  pageId: "releases",
  location: { pathname: "/p/200/pages/releases", search: "", hash: "" },
});

function frame(title, src) {
  const made = Object.assign(document.createElement("iframe"), { title, src, width: "100%", height: 700 });
  document.body.append(made);
  return made;
}

function begin() {
  plugin = frame("Plugin", query.plugin);
  const own = frame("Stranger", "/stranger.html");
  const foreign = frame("Foreigner", query.foreign);
  strangers = [["forged", own], ["foreign_origin", foreign]];
  hostile = attack(Number(query.seed), post, methods);
  addEventListener("message", ({ source, data }) => {
    if (source !== plugin.contentWindow) waiting.get(source)?.(data);
    else if (data.penpal === "handshake") asked.hello += 1;
    else if (data.penpal === "reply") hostile.heard(data) || waiting.get(data.id)?.(data);
    else if (data.penpal === "call") {
      asked[data.methodName] = (asked[data.methodName] ?? 0) + 1;
      if (data.methodName === "getSettings") settingsId = data.id;
      else post({ penpal: "reply", id: data.id, resolution: "fulfilled", returnValue: undefined });
    }
  });
}

/** The strangers' part; they are told where the plugin's frame is among the frames of this page. */
async function strange(seed, count) {
  for (const [kind, { contentWindow }] of strangers) {
    const { stranger } = await new Promise((resolve) => {
      waiting.set(contentWindow, resolve);
      contentWindow.postMessage({ seed: seed + forged.forged, count, at: 0, ...wishes }, "*");
    });
    forged[kind] += stranger.count;
    forged.heard = forged.heard + stranger.heard;
  }
}

/** An honest call. */
function ask(id, methodName, args = []) {
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    post({ penpal: "call", id, methodName, args });
  });
}

/** Before the answer to the handshake: only we may give it. */
async function beforeHello() {
  await strange(Number(query.seed), 400);
  return asked;
}

/** The plugin is connected and waits for its settings; everybody but us would like to give them. */
async function beforeSettings() {
  post({ penpal: "handshake-reply", methodNames: names });
  // Answered only once the reply has been taken in, and with it the question for the settings has left.
  const { returnValue } = await ask(1, "sdkVersion");
  await strange(Number(query.seed) + 1, 400);
  await hostile.run(1000);
  post({ penpal: "handshake-reply", methodNames: [] });
  return [returnValue, asked];
}

function giveSettings() {
  post({ penpal: "reply", id: settingsId, resolution: "fulfilled", returnValue: settings() });
}

/** The plugin shows its page. */
async function afterwards() {
  await strange(Number(query.seed) + 2, 400);
  await hostile.run(1000);
  const { returnValue } = await ask(2, "sdkVersion");
  return returnValue;
}

/** Whether everything that may be called a call has its answer. */
function isAnswered() {
  return hostile.tally.answered === hostile.tally.calls;
}

function outcome() {
  return { ...hostile.tally, ...forged, messages: hostile.tally.messages + forged.forged + forged.foreign_origin };
}

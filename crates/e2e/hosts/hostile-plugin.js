/*
 * A plugin that speaks the protocol by hand and misuses it. It has a tab, and on its page two strangers: one of its own
 * origin and one of another, both of which would speak for it.
 *
 * Query: foreign (the other stranger's page), seed.
 */
const query = Object.fromEntries(new URLSearchParams(location.search));
/** Words that look like methods, and those the panel has that do nothing with nonsense. */
const methods = [
  ...["getSettings", "setHeight", "navigateTo", "updatePluginParameters", "openModal", "openConfirm", "customToast"],
  ...["loadItemTypeFields", "editItem", "resolve", "then", "constructor", "__proto__", ""],
];
/** What strangers would like to have done in the plugin's name, and what they answer in its place. */
const wishes = {
  methods: [
    ["alert", ["Forged"]],
    ["navigateTo", ["/schema"]],
    ["updatePluginParameters", [{ stolen: true }]],
    ["openConfirm", [{ title: "Forged", content: "", choices: [], cancel: { label: "No", value: 1 } }]],
  ],
  answer: [{ label: "Forged", icon: "bomb", pointsTo: { pageId: "forged" } }],
};
const tab = { label: "Vandal", icon: "bomb", pointsTo: { pageId: "vandal" } };
const hooks = { mainNavigationTabs: true, renderPage: true };
const own = {
  sdkVersion: () => "0.3.1",
  implementedHooks: () => hooks,
  onChange: () => undefined,
  callMethodMergingBootCtx: (hook) => (hook === "mainNavigationTabs" ? [tab] : undefined),
};

const post = (message) => parent.postMessage(message, "*");
const waiting = new Map();
const forged = { forged: 0, foreign_origin: 0, heard: 0 };
const hostile = attack(Number(query.seed), post, methods);
let lastId = 0;

addEventListener("message", ({ source, data }) => {
  if (source !== parent) waiting.get(source)?.(data);
  else if (data.penpal === "handshake-reply") start();
  else if (data.penpal === "reply") hostile.heard(data) || waiting.get(data.id)?.(data);
  else if (data.penpal === "call") {
    const returnValue = own[data.methodName](...data.args);
    post({ penpal: "reply", id: data.id, resolution: "fulfilled", returnValue });
  }
});
post({ penpal: "handshake", methodNames: Object.keys(own) });

/** An honest call. */
function ask(methodName, ...args) {
  return new Promise((resolve) => {
    lastId += 1;
    waiting.set(lastId, resolve);
    post({ penpal: "call", id: lastId, methodName, args });
  });
}

async function start() {
  const { returnValue } = await ask("getSettings");
  if (returnValue.mode !== "renderPage") return;
  for (const [kind, src] of [["forged", "/stranger.html"], ["foreign_origin", query.foreign]]) {
    const frame = Object.assign(document.createElement("iframe"), { title: kind, src });
    frame.addEventListener("load", () => (frame.dataset.ready = "yes"));
    document.body.append(frame);
  }
}

function strangers() {
  return [...document.querySelectorAll("iframe[data-ready]")];
}

/** Everybody at once, after one another. */
async function harm() {
  for (const { title, contentWindow } of strangers()) {
    const { stranger } = await new Promise((resolve) => {
      waiting.set(contentWindow, resolve);
      contentWindow.postMessage({ seed: Number(query.seed), count: 700, at: "top", ...wishes }, "*");
    });
    forged[title] += stranger.count;
    forged.heard += stranger.heard;
  }
  await hostile.run(2000);
  const { returnValue } = await ask("getSettings");
  return returnValue.mode;
}

/** Whether everything that may be called a call has its answer. */
function isAnswered() {
  return hostile.tally.answered === hostile.tally.calls;
}

function outcome() {
  return { ...hostile.tally, ...forged, messages: hostile.tally.messages + forged.forged + forged.foreign_origin };
}

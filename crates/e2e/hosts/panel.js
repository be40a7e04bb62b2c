/*
 * A small panel on the official Penpal 4, for the pairings with "their host". It plays by the vendor's protocol, works
 * on the real management API, and calls its parts as drydock-admin does, so that one and the same story can be played
 * in both: navigations "Main", "Models" and "Settings", the editor of an author, plugin pages, configuration screens,
 * sidebar panels, dialogs, questions and toasts.
 *
 * Query: plugin (its name), cma, cda, token.
 */
const query = Object.fromEntries(new URLSearchParams(location.search));
const [main, areas, toasts, hidden] = ["main", "nav", "section", "#boot"].map((found) => document.querySelector(found));
const frames = new Set();
const dark = matchMedia("(prefers-color-scheme: dark)");

let base;
let plugin;
/** What the plugin's hooks brought back, by hook. */
let offered = {};
/** The record in the editor: as saved, and as the form has it. */
let record;
let form;
/** The frame of the page that is shown, by what it is for; query and fragment of the address are not part of that. */
let shown = "";

async function api(method, path, body) {
  const answer = await fetch(`${query.cma}${path}`, {
    method,
    headers: {
      Accept: "application/json",
      Authorization: `Bearer ${query.token}`,
      "X-Api-Version": "3",
      ...(body && { "Content-Type": "application/vnd.api+json" }),
    },
    body: body && JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()).data;
}

const byId = (entities) => Object.fromEntries(entities.map((entity) => [entity.id, entity]));

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

// --- what a plugin is told

function settings(mode, selfSized, extra) {
  const scheme = dark.matches ? "dark" : "light";
  const { currentUserAccessToken, ...known } = base;
  return {
    ...known,
    ...(plugin.attributes.permissions.includes("currentUserAccessToken") && { currentUserAccessToken }),
    plugin,
    colorScheme: scheme,
    cssDesignTokens: schemes[scheme],
    mode,
    bodyPadding: [0, 0, 0, 0],
    ...extra(),
  };
}

/** Connects a frame of the plugin and lets it load, in this order: a plugin says hello once. */
function frame({ title, mode, into, selfSized = true, extra = () => ({}), methods = {}, asked = () => {} }) {
  const iframe = element("iframe", { title, src: plugin.attributes.url });
  let told = false;
  const connection = Penpal.connectToChild({
    iframe,
    methods: {
      ...common,
      ...methods,
      ...(selfSized && { setHeight: async (height) => void (iframe.style.height = `${height}px`) }),
      async getSettings() {
        told = true;
        // A task later: the plugin has its settings once our answer has arrived.
        setTimeout(async () => asked(await connection.promise));
        return settings(mode, selfSized, extra);
      },
    },
  });
  const opened = {
    async tell() {
      if (told) await (await connection.promise).onChange(settings(mode, selfSized, extra));
    },
    close() {
      frames.delete(opened);
      connection.destroy();
      iframe.remove();
    },
  };
  frames.add(opened);
  into.append(iframe);
  return opened;
}

/** Everything a plugin is told is told again, complete, whenever something in it changes. */
function push() {
  for (const each of frames) each.tell();
}

// --- what a plugin may ask for, in every frame

const common = {
  alert: async (message) => void toast({ type: "alert", message }),
  notice: async (message) => void toast({ type: "notice", message }),
  customToast: (options) => toast(options),
  openConfirm: ({ title, content, choices, cancel }) =>
    dialog(title, cancel.value, (settle) => [
      element("p", {}, content),
      ...[cancel, ...choices].map(({ label, value }) => element("button", { onclick: () => settle(value) }, label)),
    ]),
  openModal({ id, title = plugin.attributes.name, parameters = {} }) {
    let opened;
    const answer = dialog(title, null, (settle, box) => {
      opened = frame({
        title,
        mode: "renderModal",
        into: box,
        extra: () => ({ modalId: id, parameters }),
        // The frame must be there until its call has been answered.
        methods: { resolve: async (value) => void setTimeout(() => settle(value)) },
      });
      return [element("button", { ariaLabel: "Close", onclick: () => settle(null) }, "✕")];
    });
    return answer.finally(() => opened.close());
  },
  navigateTo: async (path) => go(path),
  async updatePluginParameters(parameters) {
    await api("PUT", `/plugins/${plugin.id}`, { data: { type: "plugin", id: plugin.id, attributes: { parameters } } });
    plugin = { ...plugin, attributes: { ...plugin.attributes, parameters } };
    push();
  },
  async loadItemTypeFields(itemType) {
    const fields = await api("GET", `/item-types/${itemType}/fields`);
    base = { ...base, fields: { ...base.fields, ...byId(fields) } };
    push();
    return fields;
  },
  loadItemTypeFieldsets: (itemType) => api("GET", `/item-types/${itemType}/fieldsets`),
  loadFieldsUsingPlugin: () => api("GET", `/plugins/${plugin.id}/fields`),
  loadUsers: async () => Object.values(base.users),
  loadSsoUsers: async () => [],
};

function toast({ type, message, cta }) {
  return new Promise((resolve) => {
    const box = element("div", { role: type === "notice" ? "status" : "alert" }, element("p", {}, message));
    const button = (label, value, properties = {}) => {
      const onclick = () => (box.remove(), resolve(value));
      box.append(element("button", { ...properties, onclick }, label));
    };
    if (cta) button(cta.label, cta.value);
    button("✕", null, { ariaLabel: "Dismiss" });
    toasts.append(box);
  });
}

/** A dialog that stands until `settle` is called; leaving it with Escape settles it with `left`. */
function dialog(title, left, draw) {
  return new Promise((resolve) => {
    const box = element("dialog", { ariaLabel: title });
    const settle = (value) => (box.close(), box.remove(), resolve(value));
    box.addEventListener("cancel", (event) => (event.preventDefault(), settle(left)));
    document.body.append(box);
    box.prepend(element("h2", {}, title), ...draw(settle, box));
    box.showModal();
  });
}

// --- the panel's own pages

const link = (to, label) => element("a", { href: to, onclick: (event) => (event.preventDefault(), go(to)) }, label);
const links = (label, entries) =>
  element("nav", { ariaLabel: label }, element("ul", {}, ...entries.map(([to, text]) => element("li", {}, link(to, text)))));
const pageOf = (area, entry) => [`${area}/p/${plugin.id}/pages/${entry.pointsTo.pageId}`, entry.label];

function go(path) {
  history.pushState(null, "", path);
  draw();
}

function draw() {
  const tabs = offered.mainNavigationTabs ?? [];
  areas.replaceChildren(
    links("Main", [["/editor", "Content"], ...tabs.map((entry) => pageOf("", entry)), ["/configuration", "Settings"]])
      .firstChild,
  );
  const path = location.pathname;
  if (path === shown) return push();
  shown = path;
  for (const each of frames) if (each.ofPage) each.close();
  main.replaceChildren();
  const plugins = /^(\/editor|\/configuration)?\/p\/[^/]+\/pages\/([^/]+)$/.exec(path);
  if (plugins) drawPluginPage(plugins[2]);
  else if (path.startsWith("/configuration")) drawSettings(path);
  else drawContent(path);
}

function ofPage(options) {
  frame({ into: main, ...options }).ofPage = true;
}

function drawPluginPage(pageId) {
  const entries = [
    ...(offered.mainNavigationTabs ?? []),
    ...(offered.contentAreaSidebarItems ?? []),
    ...(offered.settingsAreaSidebarItemGroups ?? []).flatMap((group) => group.items),
  ];
  const { name } = plugin.attributes;
  const label = entries.find((entry) => entry.pointsTo.pageId === pageId)?.label ?? name;
  ofPage({
    title: label === name ? name : `${label} (${name})`,
    mode: "renderPage",
    selfSized: false,
    extra: () => ({
      pageId,
      location: { pathname: location.pathname, search: location.search, hash: location.hash },
    }),
  });
}

function drawSettings(path) {
  const groups = offered.settingsAreaSidebarItemGroups ?? [];
  const pages = groups.flatMap((group) => group.items).map((entry) => pageOf("/configuration", entry));
  main.append(links("Settings", [["/configuration/plugins", "Plugins"], ...pages]));
  const { name } = plugin.attributes;
  if (path === `/configuration/plugins/${plugin.id}/edit`) {
    ofPage({ title: `Settings of ${name}`, mode: "renderConfigScreen" });
  } else if (path === "/configuration/plugins") {
    main.append(link(`/configuration/plugins/${plugin.id}/edit`, name));
  }
}

async function drawContent(path) {
  const models = Object.values(base.itemTypes);
  const author = models.find((model) => model.attributes.api_key === "author");
  const records = `/editor/item_types/${author.id}/items`;
  const pages = (offered.contentAreaSidebarItems ?? []).map((entry) => pageOf("/editor", entry));
  main.append(links("Models", [[records, author.attributes.name], ...pages]));
  if (path === records) {
    const items = await api("GET", "/items?filter[type]=author");
    if (shown !== path) return;
    main.append(...items.map((item) => link(`${records}/${item.id}/edit`, item.attributes.name)));
  } else if (path.startsWith(`${records}/`)) {
    const found = await api("GET", `/items/${path.slice(records.length + 1).split("/")[0]}`);
    if (shown !== path) return;
    record = found;
    form = { ...record.attributes };
    drawRecord(author);
  }
}

function drawRecord(itemType) {
  const heading = element("h1", {}, record.attributes.name);
  const field = element("input", { value: form.name });
  const dirty = () => JSON.stringify(form) !== JSON.stringify(record.attributes);
  const set = (key, value) => {
    form = { ...form, [key]: value };
    field.value = form.name;
    push();
  };
  field.addEventListener("input", () => set("name", field.value));
  async function save() {
    const data = { type: "item", id: record.id, attributes: form, meta: { current_version: record.meta.current_version } };
    record = await api("PUT", `/items/${record.id}`, { data });
    form = { ...record.attributes };
    heading.textContent = record.attributes.name;
    push();
  }
  const side = element("aside", { ariaLabel: "About this record" });
  main.append(heading, element("label", {}, "Name", field), element("button", { onclick: save }, "Save"), side);
  for (const panel of offered.itemFormSidebarPanels ?? []) {
    const box = element("details", { open: panel.startOpen ?? false }, element("summary", {}, panel.label));
    side.append(box);
    ofPage({
      title: panel.label,
      mode: "renderItemFormSidebarPanel",
      into: box,
      extra: () => ({
        sidebarPaneId: panel.id,
        parameters: panel.parameters ?? {},
        locale: "en",
        item: record,
        itemType,
        formValues: form,
        itemStatus: record.meta.status,
        isSubmitting: false,
        isFormDirty: dirty(),
        blocksAnalysis: { usage: { total: 0, nonLocalized: 0, perLocale: {} }, maximumPerItem: 500 },
      }),
      methods: {
        setFieldValue: async (path, value) => set(path, value),
        scrollToField: async () => field.scrollIntoView(),
        saveCurrentItem: save,
        itemToFormValues: async (item) => item.attributes,
        formValuesToItem: async (values) => ({
          type: "item",
          attributes: values,
          relationships: { item_type: { data: { type: "item_type", id: itemType.id } } },
        }),
      },
    });
  }
}

// --- the beginning: entities, then the boot frame, whose hooks say what the plugin adds

async function start() {
  const [itemTypes, plugins] = await Promise.all([api("GET", "/item-types"), api("GET", "/plugins")]);
  plugin = plugins.find((each) => each.attributes.name === query.plugin);
  base = { ...panelContext({ ...query, plugin: plugin.attributes.url }), itemTypes: byId(itemTypes) };
  const hooks = ["mainNavigationTabs", "contentAreaSidebarItems", "settingsAreaSidebarItemGroups"];
  const author = itemTypes.find((model) => model.attributes.api_key === "author");
  let asked = false;
  frame({
    title: `${query.plugin}, in the background`,
    mode: "onBoot",
    into: hidden,
    selfSized: false,
    methods: { callAdditionalCtxMethod: async () => null },
    async asked(booted) {
      if (asked) return;
      asked = true;
      const implemented = await booted.implementedHooks();
      const ask = async (hook, args) =>
        implemented[hook] && (await booted.callMethodMergingBootCtx(hook, args, {}, [], `${hook}-1`));
      for (const hook of hooks) offered[hook] = await ask(hook, []);
      offered.itemFormSidebarPanels = await ask("itemFormSidebarPanels", [author]);
      /** For the test: what the plugin says of itself. */
      window.booted = { sdkVersion: await booted.sdkVersion(), hooks: Object.keys(implemented).sort() };
      // The first page was drawn before anything was known of the plugin.
      shown = "";
      draw();
    },
  });
  dark.addEventListener("change", push);
  window.addEventListener("popstate", draw);
  go("/editor");
}

start().catch((error) => main.append(element("p", { role: "alert" }, `${error.name}: ${error.message}`)));

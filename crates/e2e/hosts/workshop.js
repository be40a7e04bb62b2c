/*
 * A plugin on the vendor's own SDK that uses every surface drydock-admin has, for the pairings with "their plugin".
 * It shows what it is told and what its calls come to; the test reads that.
 */
import { connect } from "datocms-plugin-sdk";

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The latest context: buttons stay while contexts come and go. */
let ctx;
/** How often the frame was drawn; a document that was loaded again starts at one. */
let drawn = 0;
const facts = element("ul", { ariaLabel: "Facts" });
const answer = element("output");

/** Draws the frame once, and afterwards only what it was told. */
function show(context, told, once) {
  ctx = context;
  drawn += 1;
  if (drawn === 1) {
    document.body.append(...once(), facts, answer);
    context.startAutoResizer?.();
  }
  const known = { ...told, "Colour scheme": context.colorScheme, Drawn: drawn };
  facts.replaceChildren(
    ...Object.entries(known).map(([name, value]) => element("li", {}, `${name}: ${value}`)),
  );
}

/** A button that calls the panel and shows what comes of it. */
function button(label, call) {
  const onclick = async () => {
    answer.textContent = "Waiting";
    try {
      answer.textContent = `${label}: ${JSON.stringify((await call()) ?? null)}`;
    } catch (error) {
      answer.textContent = `${label} failed: ${error.name}: ${error.message}`;
    }
  };
  return element("button", { onclick }, label);
}

const question = {
  title: "Sand it down?",
  content: "The varnish goes with it.",
  choices: [{ label: "Sand", value: { grain: 120 }, intent: "negative" }],
  cancel: { label: "Leave it", value: { grain: null } },
};

const controls = () => [
  element("h1", {}, "Workshop"),
  button("Say so", () => ctx.notice("The glue is dry.")),
  button("Raise alarm", () => ctx.alert("The glue is on fire.")),
  button("Offer tea", () =>
    ctx.customToast({ type: "warning", message: "The kettle is on.", cta: { label: "Pour", value: "green" } }),
  ),
  button("Ask", () => ctx.openConfirm(question)),
  button("Open drawer", () =>
    ctx.openModal({ id: "drawer", title: "Drawer", width: "m", parameters: { holds: ["nails", null, 2.5] } }),
  ),
  button("Turn the page", () => ctx.navigateTo(`${ctx.location.pathname}?leaf=2#foot`)),
  button("Leave the panel", () => ctx.navigateTo("https://elsewhere.example/")),
  button("Count fields", async () => {
    const author = Object.values(ctx.itemTypes).find((model) => model.attributes.api_key === "author");
    const fields = await ctx.loadItemTypeFields(author.id);
    return fields.map((field) => field.attributes.api_key).includes("name");
  }),
  button("Count users", async () => (await ctx.loadUsers()).length > 0),
];

connect({
  mainNavigationTabs: () => [{ label: "Bench", icon: "hammer", pointsTo: { pageId: "bench" } }],
  contentAreaSidebarItems: () => [{ label: "Offcuts", icon: "box", pointsTo: { pageId: "offcuts" } }],
  settingsAreaSidebarItemGroups: () => [
    { label: "Workshop", items: [{ label: "Tools", icon: "wrench", pointsTo: { pageId: "tools" } }] },
  ],
  itemFormSidebarPanels: (itemType) => [
    { id: "label", label: `Label of an ${itemType.attributes.api_key}`, startOpen: true, parameters: { ink: "black" } },
  ],

  renderPage(pageId, context) {
    const { pathname, search, hash } = context.location;
    const told = {
      Page: pageId,
      Environment: context.environment,
      Primary: context.isEnvironmentPrimary,
      Locales: context.site.attributes.locales.length > 0,
      Token: context.currentUserAccessToken === undefined ? "none" : "some",
      Greeting: context.plugin.attributes.parameters.greeting ?? "none",
      Under: pathname.endsWith(`/pages/${pageId}`),
      Address: `${search}${hash}`,
    };
    show(context, told, controls);
  },

  renderModal(modalId, context) {
    const told = { Drawer: modalId, Holds: JSON.stringify(context.parameters) };
    show(context, told, () => [
      button("Take nails", () => ctx.resolve({ taken: "nails" })),
      button("Pull out", () => document.body.append(element("div", { style: "height: 700px" }))),
    ]);
  },

  renderConfigScreen(context) {
    const greeting = element("input");
    show(context, { Greeting: context.plugin.attributes.parameters.greeting ?? "none" }, () => [
      element("label", {}, "Greeting", greeting),
      button("Keep", () => ctx.updatePluginParameters({ ...ctx.plugin.attributes.parameters, greeting: greeting.value })),
    ]);
  },

  renderItemFormSidebarPanel(panelId, context) {
    const told = {
      Panel: panelId,
      Ink: context.parameters.ink,
      Name: context.formValues.name,
      Saved: context.item.attributes.name,
      Dirty: context.isFormDirty,
      Status: context.itemStatus,
    };
    show(context, told, () => [
      button("Engrave", () => ctx.setFieldValue("name", "Engraved by the workshop")),
      button("Compare", async () => {
        const item = await ctx.formValuesToItem(ctx.formValues);
        return [item.type, item.attributes.name === ctx.formValues.name];
      }),
      button("Keep record", () => ctx.saveCurrentItem()),
    ]);
  },
});

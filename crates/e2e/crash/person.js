// What a person does to take a release to its end: looks at the page, and presses what it offers.

/** What the page is looked at for, in milliseconds between two looks. */
const GLANCE = 15;
/** How many looks in a row have to find the page at rest. */
const LOOKS = 5;
/** How long a page may work on something, in milliseconds. */
const PATIENCE = 20_000;
/** How often the same thing is tried. */
const STUBBORNNESS = 4;

export const TITLE = "Harbours";
export const SANDBOX = "autumn";
const END = "Rolled back: main is primary again.";

/** A message that stands there in every release. */
const COMMONPLACE = "Editors are waiting.";

/** The title of a message whose sentence says what it is about. */
const TROUBLE = "That did not work.";

/** The buttons of a release that lead on, the likeliest first. */
const LEADS_ON = [
  /^Take over/,
  /^Freeze primary$/,
  /^Fork main$/,
  /^Run \d+ migrations?$/,
  /^Go on with script/,
  /^Check (again|whether)/,
  /^Try (again|to freeze)/,
  /^Promote /,
  /^Promote…$/,
  /^Lift the freeze$/,
  /^Destroy /,
  /^Start again on a fresh fork$/,
  /^Roll back to /,
  /^Roll back…$/,
];

export class Person {
  /** What was done and seen, in sentences. */
  story = [];

  #panel;
  #wire;
  #migrations;
  #attempts = new Map();
  #said = "";
  #mark = 0;
  #changes = 0;
  #isGone = false;
  /** What the person waits to see after the last thing done: a condition. */
  #sees = () => true;

  constructor(panel, wire, migrations) {
    this.#panel = panel;
    this.#wire = wire;
    this.#migrations = migrations;
  }

  /** The page is gone, and the person with it. */
  leave() {
    this.#isGone = true;
  }

  /** Goes on until the release is live and rolled back. */
  async toTheEnd() {
    this.#mark = this.#wire.calls.length;
    this.#watch();
    for (;;) {
      await this.#rest();
      this.#tellDeeds();
      this.#tellMessages();
      if (this.#messages().includes(END)) {
        return;
      }
      this.#act();
    }
  }

  get #document() {
    return this.#panel.page.contentDocument;
  }

  #watch() {
    const observer = new MutationObserver(() => (this.#changes += 1));
    observer.observe(this.#document, { subtree: true, childList: true, attributes: true, characterData: true });
  }

  /** Waits until nothing is under way and the page stands still, or a question is asked. */
  async #rest() {
    const until = performance.now() + PATIENCE;
    let quiet = 0;
    while (quiet < LOOKS) {
      if (this.#isGone) {
        throw new Error("the page is gone");
      }
      if (performance.now() > until) {
        throw new Error(`the page did not come to rest: ${this.#text()}`);
      }
      const seen = this.#changes;
      await new Promise((resolve) => setTimeout(resolve, GLANCE));
      quiet = seen === this.#changes && !this.#isBusy() ? quiet + 1 : 0;
    }
  }

  #isBusy() {
    if (this.#sees()) {
      this.#sees = () => true;
    }
    if (this.#panel.question) {
      return false;
    }
    if (this.#panel.dialog) {
      return !this.#panel.dialog.frame.contentDocument?.querySelector("form");
    }
    if (!this.#document?.querySelector("h1") || this.#wire.inFlight > 0) {
      return true;
    }
    const works = this.#document.querySelector("[aria-busy=true], [role=progressbar]") !== null;
    const runs = this.#buttons().some((button) => /^Stop/.test(name(button)));
    return works || runs || !this.#sees();
  }

  #act() {
    if (this.#panel.question) {
      const { options, answer } = this.#panel.question;
      const [yes] = options.choices;
      this.#tell(`The page asks “${options.title}”, and is told “${yes.label}”.`);
      return answer(yes.value);
    }
    if (this.#panel.dialog) {
      return this.#confirm(this.#panel.dialog);
    }
    switch (this.#heading()) {
      case "New release":
        return this.#plan();
      case "Releases":
        return this.#choose();
      default:
        return this.#goOn();
    }
  }

  /** On the list: the release that is there, or a new one. */
  #choose() {
    const button = this.#find(/^(Take over|Open release|Lift the freeze…|Try again$)/) ?? this.#titled() ?? this.#find(/^New release$/);
    this.#press(button);
  }

  /** The link to a release that is over. */
  #titled() {
    return this.#buttons().find((button) => name(button) === TITLE);
  }

  #plan() {
    const document = this.#document;
    const create = this.#buttons().find((button) => name(button) === "Create release");
    if (isEnabled(create)) {
      return this.#press(create);
    }
    const isElsewhere = () => / is under way\./.test(reason(create));
    if (isElsewhere()) {
      this.#tell(`The page says “${reason(create)}”`);
      return this.#press(this.#find(/^Releases$/));
    }
    this.#countAttempt("planning");
    type(field(document, /^Title$/), TITLE);
    type(field(document, /^Name of the sandbox/), SANDBOX);
    this.#chooseFiles(field(document, /^Choose files$/));
    this.#sees = () => isEnabled(create) || isElsewhere() || document.querySelector("[aria-invalid=true]");
  }

  #goOn() {
    const files = () => field(this.#document, /^Choose the migrations folder$/);
    if (files()) {
      this.#countAttempt("choosing files");
      this.#chooseFiles(files());
      this.#sees = () => !files() || this.#document.querySelector("[role=alert]");
      return;
    }
    const leads = LEADS_ON.map((label) => this.#buttons().find((button) => label.test(name(button)))).find(Boolean);
    if (leads && !isEnabled(leads)) {
      // It leads on as soon as what it needs is there.
      this.#sees = () => isEnabled(leads) || !leads.isConnected;
      return;
    }
    this.#press(leads ?? this.#find(/^(All releases|Refresh)$/));
  }

  #confirm({ title, frame }) {
    const document = frame.contentDocument;
    const [, phrase] = /^Type “(.*)” to confirm$/.exec(field(document, /^Type “/)?.labels[0].textContent ?? "") ?? [];
    const confirm = [...document.querySelectorAll("button")].find((button) => button.type === "submit");
    if (isEnabled(confirm)) {
      this.#tell(`In the dialog “${title}” the person types “${phrase}” and presses “${name(confirm)}”.`);
      return confirm.click();
    }
    type(field(document, /^Type “/), phrase);
  }

  #chooseFiles(input) {
    const transfer = new DataTransfer();
    for (const [name, text] of Object.entries(this.#migrations)) {
      transfer.items.add(new File([text], name));
    }
    this.#tell("The person chooses the migration files.");
    input.files = transfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #press(button) {
    if (!button) {
      throw new Error(`there is nothing to press: ${this.#text()}`);
    }
    const label = name(button);
    this.#countAttempt(label);
    this.#tell(`The person presses “${label}”.`);
    const said = this.#messages().join();
    const asks = () => this.#panel.question || this.#panel.dialog || this.#messages().join() !== said;
    this.#sees = label.endsWith("…") ? asks : () => true;
    button.click();
  }

  /** Nobody does the same thing for ever. */
  #countAttempt(what) {
    const times = (this.#attempts.get(what) ?? 0) + 1;
    if (times > STUBBORNNESS) {
      throw new Error(`“${what}” was tried ${STUBBORNNESS} times and leads nowhere: ${this.#text()}`);
    }
    this.#attempts.set(what, times);
  }

  #heading() {
    return this.#document.querySelector("h1")?.textContent.trim();
  }

  #buttons() {
    const buttons = this.#document?.querySelectorAll("button") ?? [];
    return [...buttons].filter((button) => button.checkVisibility());
  }

  #find(label) {
    return this.#buttons().find((button) => label.test(name(button)) && isEnabled(button));
  }

  #messages() {
    const titles = [...this.#document.querySelectorAll(".callout strong")];
    // A plan has nothing to say of how a release goes.
    const isPlan = this.#heading() === "New release";
    const messages = titles.filter((title) => title.textContent === TROUBLE || !(isPlan || title.textContent === COMMONPLACE));
    return messages.map((title) => (title.textContent === TROUBLE ? title.parentElement : title).textContent.trim());
  }

  #tell(sentence) {
    this.story.push(sentence);
  }

  /** What the page did since the last time, beside keeping its journal. */
  #tellDeeds() {
    const deeds = this.#wire.deedsSince(this.#mark);
    this.#mark = this.#wire.calls.length;
    for (const deed of deeds) {
      this.#tell(`  The page ${deed}.`);
    }
  }

  #tellMessages() {
    const said = this.#messages();
    if (said.length > 0 && said.join() !== this.#said) {
      this.#tell(`The page says “${said.join("” and “")}”`);
    }
    this.#said = said.join();
  }

  #text() {
    return this.#document?.body?.innerText?.replaceAll(/\s+/g, " ") ?? "there is no page";
  }
}

/** The name of a button as it is read out. */
function name(button) {
  return (button.getAttribute("aria-label") ?? button.textContent).trim();
}

/** A button that cannot be pressed now keeps its place and says why. */
function isEnabled(button) {
  return button.getAttribute("aria-disabled") !== "true";
}

/** Why a button cannot be pressed. */
function reason(button) {
  return button.ownerDocument.getElementById(button.getAttribute("aria-describedby"))?.textContent ?? "";
}

/** The control of the label that matches. */
function field(document, label) {
  const found = [...document.querySelectorAll("label")].find((one) => label.test(one.textContent.trim()));
  return found?.control ?? null;
}

function type(input, text) {
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

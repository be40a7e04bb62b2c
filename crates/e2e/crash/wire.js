// The line between a page of the plugin and the management API: every call is named, and one of them can be the page's last.

import { Words } from "./words.js";

/** A promise for a page that hears nothing any more. */
const NEVER = new Promise(() => {});

/** What `moment` may be: see `Moment` in `crash.rs`. */
const BEFORE = "before";
const UNANSWERED = "unanswered";
const AFTER = "after";

export class Wire {
  /** Every call that left or was about to: its name, whether it writes, and whether it was sent. */
  calls = [];
  /** Calls that have no answer yet. */
  inFlight = 0;
  /** Resolves with the call at which the page that sits at the line dies. */
  died;

  #cma;
  #cut;
  #words = new Words();
  #counts = new Map();
  /** The key of the last call that writes. */
  #lastWrite = null;
  #taps = new WeakSet();
  /** Who sits at the line; one that is dead hears and sends nothing any more. */
  #page = { isDead: true };
  #die;

  /** `cut`: the call at which the page dies and the moment, or null. */
  constructor(cma, cut) {
    this.#cma = cma;
    this.#cut = cut;
    this.nextPage();
  }

  /** Another page may sit down at the line. */
  nextPage() {
    this.#page.isDead = true;
    this.inFlight = 0;
    this.died = new Promise((resolve) => (this.#die = resolve));
  }

  /** Listens to a window's calls from now on; has to come before the window's own scripts. */
  tap(window) {
    // A frame's first, empty document may share its window with the document that follows.
    if (this.#taps.has(window.fetch)) {
      return;
    }
    const page = { isDead: false };
    this.#page = page;
    const send = window.fetch.bind(window);
    window.fetch = (input, init) => this.#pass(page, send, new window.Request(input, init));
    this.#taps.add(window.fetch);
  }

  /** Learns from an answer what its ids stand for. */
  learn(answer) {
    this.#words.learn(answer);
  }

  /** Words for the writes since a mark, journal aside; the mark is `calls.length` of then. */
  deedsSince(mark) {
    const deeds = this.calls.slice(mark).filter((call) => call.writes && call.sent && !this.#words.isJournal(call.words));
    return deeds.map((call) => (call.ok ? call.words : `${call.words}, which the CMS refuses`));
  }

  async #pass(page, send, request) {
    if (!request.url.startsWith(this.#cma)) {
      return send(request);
    }
    const call = await this.#name(request.clone());
    if (page.isDead) {
      return NEVER;
    }
    this.calls.push(call);
    const moment = this.#momentOfDeath(call);
    if (moment === BEFORE) {
      this.#kill(page, call);
      return NEVER;
    }
    call.sent = true;
    this.inFlight += 1;
    let response;
    try {
      response = await send(request);
      const text = await response.clone().text();
      call.ok = response.ok;
      if (response.ok && text) {
        this.learn(JSON.parse(text));
      }
    } finally {
      this.inFlight -= page === this.#page ? 1 : 0;
    }
    if (page.isDead) {
      return NEVER;
    }
    if (moment === UNANSWERED) {
      this.#kill(page, call);
      return NEVER;
    }
    return moment === AFTER ? this.#lastAnswer(page, call, response) : response;
  }

  /** An answer that the page takes in, down to what it does at once, and dies. */
  #lastAnswer(page, call, response) {
    const read = response.arrayBuffer.bind(response);
    response.arrayBuffer = async () => {
      const body = await read();
      // Nothing leaves any more; the page itself goes in the next turn, when it has had its answer.
      page.isDead = true;
      const channel = new MessageChannel();
      channel.port1.onmessage = () => this.#kill(page, call);
      channel.port2.postMessage(null);
      return body;
    };
    return response;
  }

  /** The moment at which a page dies at this call; a page dies once. */
  #momentOfDeath(call) {
    if (this.#cut?.key !== call.key) {
      return null;
    }
    const { moment } = this.#cut;
    this.#cut = null;
    return moment;
  }

  #kill(page, call) {
    page.isDead = true;
    this.#die(call);
  }

  async #name(request) {
    const url = new URL(request.url);
    const path = request.url.slice(this.#cma.length).split("?")[0].replace(/^\//, "");
    const text = await request.text();
    const words = this.#words.of({
      method: request.method,
      path,
      query: url.searchParams,
      environment: request.headers.get("X-Environment"),
      body: text ? JSON.parse(text) : null,
    });
    const writes = request.method !== "GET";
    const key = writes ? this.#counted(words) : this.#placed(words);
    this.#lastWrite = writes ? key : this.#lastWrite;
    return { key, words, writes, sent: false, ok: false };
  }

  /** A write is known by its words, and by its number where a release does the same again. */
  #counted(words) {
    const count = (this.#counts.get(words) ?? 0) + 1;
    this.#counts.set(words, count);
    return count === 1 ? words : `${words} (${count})`;
  }

  /** A read is known by the write that it comes after: how often it is repeated until the next one is the clock's affair. */
  #placed(words) {
    return this.#lastWrite ? `${words}, after it ${this.#lastWrite}` : words;
  }
}

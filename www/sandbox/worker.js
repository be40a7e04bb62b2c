// Runs one migration, then is thrown away.
//
// A classic worker, started from a blob by sandbox.html, whose policy it inherits: no network, no storage, scripts only
// from blobs. It is handed the client's bundle and one port: first it is told over it which migration to run, maybe long
// after, then the plugin's page answers there each request the client would have made with `fetch`. The port never leaves
// this closure: what it needs later is bound before any code of the migration runs.
//
// To the page, each a pair of a JSON text, an object with the one member that is named here, and of what goes beside it:
//                [request {id, method, path, query, environment}, body] · [open {id, path | url}, null]
//                · [send {id, url, headers}, blob] · [console {level}, text] · [too_large {bytes}, null] · [here, null]
//                · [done, null] · [threw {name, message, stack, refused}, null]
// From the page: run {prepared, limits, environment} · [answer, body] · file {id, blob} · unreachable {id, message} · ping
// Answers {id, status, headers (pairs)} are JSON too: they are many, as requests are, and two texts are in the page's
// program at once, where each field of an object would be asked for. The page believes nothing of what comes, and asks for
// its length first. So that it need not end a run for it, nothing leaves here that is larger than the limit of the plan.
(() => {
  'use strict';

  const LINE_LENGTH = 20_000;
  const SETTLE_MS = 50;
  // An error of the client comes out of a dozen calls of its own before one of the team's files is on the stack.
  const FRAMES = 50;
  const CAUSES = 5;
  // What the client waits at most for an answer, and no timer of a migration: nobody waits for it.
  const NEVER_MS = 24 * 60 * 60 * 1000;
  // Only a form: the page takes the path and the query, and knows the host.
  const BASE_URL = 'https://cma.invalid';
  // Stands for the chosen folder: a path below it is meant so, another is relative to where the CLI would be run.
  const ROOT = '/repository';

  // As they are before any code of the migration runs, which may teach them anything.
  const { String } = self;
  const uncurried = (method) => Function.prototype.call.bind(method);
  const getterOf = (prototype, name) => uncurried(Object.getOwnPropertyDescriptor(prototype, name).get);
  const indexOf = uncurried(String.prototype.indexOf);
  const slice = uncurried(String.prototype.slice);
  const wellFormed = uncurried(String.prototype.toWellFormed);
  /** A text without half characters, which the page would not read. */
  const textOf = (value) => wellFormed(String(value));

  self.addEventListener('message', (event) => wait(event), { once: true });

  function wait({ data: { packages }, ports: [port] }) {
    Error.stackTraceLimit = FRAMES;
    const load = loader();
    const loaded = load(packages, 'datocms-client.js');
    // Told with the migration: until there is one nobody asks.
    loaded.catch(() => {});
    port.onmessage = ({ data }) => begin(data, port, load, loaded);
  }

  async function begin({ prepared, limits, environment }, port, load, loaded) {
    const page = connect(port, limits);
    page.onFailure(self);
    try {
      const connectPackages = await loaded;
      const bodies = new Map();
      for (const module of prepared.modules) {
        bodies.set(module.path, await load(wrap(module.code), module.name));
      }
      load.end();
      // Where the CLI would be run.
      const folder = prepared.folder === '' ? ROOT : `${ROOT}/${prepared.folder}`;
      const { client, packages: provided } = connectPackages({
        baseUrl: BASE_URL,
        environment,
        folder,
        neverMs: NEVER_MS,
        fetch: page.fetch,
        track: page.track,
        files: page.files,
      });
      const terminal = { out: stream(page.console, 'log'), error: stream(page.console, 'error') };
      page.beforeEnd(() => [terminal.out, terminal.error].forEach(({ flush }) => flush()));
      replaceConsole(terminal);
      replaceTimers(page, limits);
      replace('global', self, { writable: true, configurable: true });
      closeDoors();
      const run = link(prepared, bodies, provided, nodeProcess(terminal, folder));
      await migration(run, prepared.entry)(client);
      await page.idle();
      page.done();
    } catch (error) {
      page.threw(error);
    }
  }

  // The line to the plugin's page.

  function connect(port, limits) {
    const post = port.postMessage.bind(port);
    const dataOf = getterOf(MessageEvent.prototype, 'data');
    const sizeOf = getterOf(Blob.prototype, 'size');
    const lengthOf = getterOf(Object.getPrototypeOf(Uint8Array.prototype), 'length');
    const { URL, Headers, Promise, TypeError, setTimeout } = self;
    const now = performance.now.bind(performance);
    const { parse, stringify } = JSON;
    const { entries } = Object;
    const utf8 = new TextEncoder();
    const encode = utf8.encode.bind(utf8);
    const { isArray } = Array;
    // By id, without a prototype: what the migration does to `Map` or `Object` is its own affair.
    const waiting = Object.create(null);
    let unanswered = 0;
    /** Requests that wait for their turn: `{ message, next }`. */
    let first = null;
    let last = null;
    let lastId = 0;
    let tracked = 0;
    let underWay = 0;
    let ended = false;
    let beforeEnd = () => {};
    /** When the page last heard of this worker, or the worker of it. */
    let heard = now();
    const onIdle = [];

    function send(message) {
      heard = now();
      post(message);
    }

    port.onmessage = (event) => {
      heard = now();
      const data = dataOf(event);
      const message = isArray(data) ? { type: 'answer', body: data[1], ...parse(data[0]) } : data;
      if (message.type === 'ping') send(compose('here', null));
      const call = waiting[message.id];
      if (call === undefined) return;
      delete waiting[message.id];
      unanswered -= 1;
      next();
      if (message.type === 'unreachable') call.reject(new TypeError(message.message));
      if (message.type === 'file') call.resolve(message.blob);
      if (message.type === 'answer') call.resolve(answer(message));
    };

    /** Sends what may be sent now: so many requests are unanswered at a time, the others wait here. */
    function next() {
      while (first !== null && unanswered < limits.inFlight) {
        unanswered += 1;
        send(first.message);
        first = first.next;
      }
      if (first === null) last = null;
    }

    function queue(message) {
      const entry = { message, next: null };
      if (last === null) first = entry;
      else last.next = entry;
      last = entry;
      next();
    }

    /** The length in UTF-8, counted only where it matters. */
    function bytes(text) {
      const { length } = text;
      return length * 3 <= limits.messageBytes || length > limits.messageBytes ? length : lengthOf(encode(text));
    }

    /** A message. Its parts have no prototype: where the migration taught objects to write themselves differently, these do not. */
    const compose = (kind, parts, beside = null) => [stringify({ __proto__: null, [kind]: parts }), beside];

    /** Something is under way, for which the run waits; returns what to call, once, when it no longer is. */
    function enter() {
      tracked += 1;
      underWay += 1;
      return () => {
        underWay -= 1;
        if (underWay === 0) onIdle.splice(0).forEach((resolve) => resolve());
      };
    }

    function track(promise) {
      const leave = enter();
      promise.then(leave, leave);
      return promise;
    }

    /** What the client reads of an answer. A `Response` would take turns of its own to hand out what is here already. */
    const answer = ({ status, headers, body }) => ({
      status,
      statusText: '',
      ok: status >= 200 && status < 300,
      headers: new Headers(headers),
      text: async () => body,
      json: async () => parse(body),
    });

    /** What the client has in place of `fetch`. */
    function fetch(address, { method = 'GET', headers = {}, body } = {}) {
      const url = new URL(address, BASE_URL);
      if (url.origin !== BASE_URL) {
        return Promise.reject(new Error(`${url.origin} cannot be reached: a migration reaches DatoCMS only.`));
      }
      const request = {
        __proto__: null,
        method: wellFormed(method.toUpperCase()),
        path: url.pathname,
        query: url.search.slice(1),
        // The page sets the others itself, the token among them; this one it holds against where the script may write.
        environment: new Headers(headers).get('x-environment'),
      };
      const text = body === undefined || body === null ? null : String(body);
      return ask('request', request, text);
    }

    /** Asks the page for something, when it is its turn, and waits for the answer. */
    function ask(kind, parts, beside = null) {
      lastId += 1;
      const id = lastId;
      parts.id = id;
      const message = compose(kind, parts, beside);
      const size = bytes(message[0]) + (typeof beside === 'string' ? bytes(beside) : 0);
      if (size > limits.messageBytes) {
        end('too_large', { __proto__: null, bytes: size });
        // The page ends the run; nothing of the migration goes on with an answer.
        return new Promise(() => {});
      }
      return track(
        new Promise((resolve, reject) => {
          waiting[id] = { resolve, reject };
          queue(message);
        }),
      );
    }

    function isBlob(value) {
      try {
        sizeOf(value);
        return true;
      } catch {
        return false;
      }
    }

    /** What the client has in place of a disk and of other hosts; the page decides which. */
    const files = {
      async open({ path, url }) {
        if (path === undefined) return ask('open', { __proto__: null, url: textOf(url) });
        if (typeof path !== 'string') throw new TypeError('The path of a file has to be a text.');
        return ask('open', { __proto__: null, path: textOf(path) });
      },
      async send({ url, headers, blob }) {
        const sent = { __proto__: null };
        for (const [name, value] of entries(headers)) sent[textOf(name)] = textOf(value);
        const parcel = { __proto__: null, url: textOf(url), headers: sent };
        const { ok, status } = await ask('send', parcel, isBlob(blob) ? blob : null);
        if (!ok) throw new Error(`The file could not be stored: status ${status}.`);
      },
    };

    /**
     * Calls and timers that nobody awaited run to their end, as they do under the CLI, where Node waits for them. What never
     * ends, the page ends: only it knows the time.
     */
    async function idle() {
      let seen;
      do {
        seen = tracked;
        if (underWay > 0) await new Promise((resolve) => onIdle.push(resolve));
        // A rejection that nobody handles is reported in a task of its own, some time after.
        await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      } while (underWay > 0 || tracked !== seen);
    }

    function end(kind, parts = null) {
      if (ended) return;
      beforeEnd();
      ended = true;
      tellLeftOut();
      send(compose(kind, parts));
    }

    const print = (level, text) => send(compose('console', { __proto__: null, level }, text));
    let lines = 0;
    let leftOut = 0;
    /** As many lines are sent as the plan has it. The others are counted, and the log says that they are missing. */
    function console(level, text) {
      if (leftOut > 0) {
        leftOut += 1;
        return;
      }
      lines += linesIn(text);
      if (lines <= limits.lines) {
        print(level, shorten(text));
        return;
      }
      leftOut = 1;
      const said = `More was printed than the ${limits.lines} lines that the plan keeps. From here on it is left out.`;
      print('warn', said);
    }

    /** How often the migration printed what is not in the log. */
    function tellLeftOut() {
      if (leftOut === 0) return;
      const said = leftOut === 1 ? '1 message was' : `${leftOut} messages were`;
      print('warn', `${said} left out of this log.`);
    }

    const threw = (error) => end('threw', describe(error));
    return {
      fetch,
      files,
      enter,
      track,
      idle,
      console,
      beforeEnd: (call) => (beforeEnd = call),
      /** Whether the page waits for a sign for so long: not while the script waits for the page. */
      isSilent: (ms) => unanswered === 0 && now() - heard >= ms,
      threw,
      done: () => end('done'),
      /** An error nobody catches ends the run, as it ends Node. */
      onFailure: (scope) => {
        scope.addEventListener('unhandledrejection', (event) => {
          event.preventDefault();
          threw(event.reason);
        });
        scope.addEventListener('error', (event) => {
          event.preventDefault();
          threw(event.error ?? event.message);
        });
      },
    };
  }

  function linesIn(text) {
    let lines = 1;
    for (let at = indexOf(text, '\n'); at >= 0; at = indexOf(text, '\n', at + 1)) lines += 1;
    return lines;
  }

  /** As much of a text as the page takes. */
  function shorten(value) {
    const text = String(value);
    return wellFormed(text.length > LINE_LENGTH ? `${slice(text, 0, LINE_LENGTH)}… (shortened)` : text);
  }

  // Loading and linking.

  const sources = new Map();

  const wrap = (code) =>
    `__slipwayDefine(function (module, exports, require, __filename, __dirname, __slipway) {${code}\n});`;

  /** Defines scripts without running what they hold: each hands a function to a hook that is gone afterwards. */
  function loader() {
    const { URL, Blob, importScripts } = self;
    let defined;
    Object.defineProperty(self, '__slipwayDefine', { configurable: true, value: (body) => (defined = body) });
    const load = async (text, name) => {
      const script = new Blob([`${text}\n//# sourceURL=${name}\n`], { type: 'text/javascript' });
      const url = URL.createObjectURL(script);
      sources.set(url, name);
      try {
        // `importScripts` keeps CommonJS files in sloppy mode, where Node runs them too. Where a blob is refused to it,
        // `import` loads the same text.
        importScripts.call(self, url);
      } catch (error) {
        if (error?.name !== 'NetworkError') throw error;
        await import(url);
      } finally {
        URL.revokeObjectURL(url);
      }
      return defined;
    };
    load.end = () => delete self.__slipwayDefine;
    return load;
  }

  /** The registry of modules: each runs once, when it is first asked for. Returns how to ask. */
  function link(prepared, bodies, packages, process) {
    const modules = new Map(prepared.modules.map((module) => [module.path, module]));
    const loaded = new Map();

    function run(path) {
      if (loaded.has(path)) return loaded.get(path).exports;
      const { imports } = modules.get(path);
      const module = { exports: {}, id: path, filename: `${ROOT}/${path}`, loaded: false };
      loaded.set(path, module);
      const require = (specifier) => {
        const target = Object.hasOwn(imports, specifier) ? imports[specifier] : undefined;
        if (target?.module !== undefined) return run(target.module);
        if (target?.package !== undefined) return packages[target.package];
        // Where a script tries whether something is there, it knows the answer by Node's code.
        throw Object.assign(
          new Error(`Cannot find module '${specifier}' in ${path}: only what is named literally can be imported here.`),
          { code: 'MODULE_NOT_FOUND' },
        );
      };
      const filename = `${ROOT}/${path}`;
      const folder = filename.slice(0, filename.lastIndexOf('/'));
      bodies.get(path).call(module.exports, module, module.exports, require, filename, folder, runtime(module, require, process));
      module.loaded = true;
      return module.exports;
    }
    return run;
  }

  /** What linked modules call for `import`, `export` and Node's `process`. */
  function runtime(module, require, process) {
    const getter = (target, name, get, enumerable = true) =>
      Object.defineProperty(target, name, { enumerable, configurable: true, get });
    /** Every name of `from` that `target` does not have, not those alone that loops find. */
    const copy = (target, from) => {
      for (const name of Object.getOwnPropertyNames(Object(from))) {
        if (Object.hasOwn(target, name)) continue;
        getter(target, name, () => from[name], Object.prototype.propertyIsEnumerable.call(from, name));
      }
      return target;
    };
    // As the CLI's compiler has it: `default` first, and what the value inherits can be imported too.
    const namespace = (specifier) => {
      const value = require(specifier);
      if (value?.__esModule) return value;
      const whole = Object.create(Object.getPrototypeOf(Object(value)));
      return copy(getter(whole, 'default', () => value), value);
    };
    return {
      process,
      exports(getters) {
        Object.defineProperty(module.exports, '__esModule', { value: true });
        for (const [name, get] of Object.entries(getters)) getter(module.exports, name, get);
      },
      import: namespace,
      star(from) {
        for (const name of Object.keys(from)) {
          if (name !== 'default' && !Object.hasOwn(module.exports, name)) getter(module.exports, name, () => from[name]);
        }
      },
      load: async (specifier) => namespace(String(specifier)),
    };
  }

  /** The function a migration exports, by the CLI's rule: the module itself or its `default`. */
  function migration(run, entry) {
    const exported = run(entry);
    if (typeof exported === 'function') return exported;
    if (typeof exported?.default === 'function') return exported.default;
    throw new Error(
      `${entry} does not export a migration. Export an async function that takes the client, ` +
        'as `export default` or `module.exports`.',
    );
  }

  // What Node has and a browser has not, or otherwise.

  /**
   * Timers as Node's: objects, which hold a migration open until they have run, are cleared or let go by `unref`.
   *
   * Where one takes so long that the page would take its silence for an endless loop, a line says that it is waited for.
   * Lines are counted, so that a migration that waits again and again comes to its end.
   */
  function replaceTimers({ enter, isSilent, console }, { silenceSeconds }) {
    const { setTimeout, clearTimeout, setInterval, clearInterval, Object, String, TypeError } = self;
    const now = performance.now.bind(performance);
    const LONGEST_MS = 2 ** 31 - 1;
    const LONG_MS = (silenceSeconds * 1000) / 2;
    const TELL_MS = (silenceSeconds * 1000) / 3;
    const running = Object.create(null);
    const tellers = Object.create(null);

    class Timer {
      #start;
      #stop;
      #id = null;
      #isHeld;
      #leave = null;

      constructor(start, stop, isHeld) {
        this.#start = start;
        this.#stop = stop;
        this.#isHeld = isHeld;
        this.refresh();
      }

      refresh() {
        this.close();
        this.#id = this.#start(this);
        running[this.#id] = this;
        return this.#isHeld ? this.ref() : this;
      }

      close() {
        if (this.#id !== null) {
          // A browser's own function takes no other `this`.
          (0, this.#stop)(this.#id);
          delete running[this.#id];
          this.#id = null;
        }
        this.#letGo();
        return this;
      }

      ref() {
        this.#isHeld = true;
        if (this.#id !== null) this.#leave ??= enter();
        return this;
      }

      unref() {
        this.#isHeld = false;
        this.#letGo();
        return this;
      }

      hasRef() {
        return this.#isHeld;
      }

      [Symbol.toPrimitive]() {
        return this.#id;
      }

      #letGo() {
        const leave = this.#leave;
        this.#leave = null;
        leave?.();
      }
    }

    const checked = (callback) => {
      if (typeof callback === 'function') return callback;
      throw new TypeError('The "callback" argument must be of type function.');
    };
    const wait = (ms) => (ms >= 1 && ms <= LONGEST_MS ? Number(ms) : 1);
    const once = (callback, ms, values) => {
      checked(callback);
      const isHeld = ms < NEVER_MS;
      const start = (timer) => {
        const id = setTimeout(() => (timer.close(), callback.apply(timer, values)), ms);
        if (isHeld && ms > LONG_MS) tellers[id] = setInterval(tell, TELL_MS, now() + ms);
        return id;
      };
      const stop = (id) => {
        clearTimeout(id);
        clearInterval(tellers[id]);
        delete tellers[id];
      };
      return new Timer(start, stop, isHeld);
    };
    const tell = (due) => {
      const left = Math.ceil((due - now()) / 1000);
      if (isSilent(TELL_MS)) console('log', `Waiting for a timer of the script: ${left} s left.`);
    };
    const clear = (timer) => {
      const known = timer instanceof Timer ? timer : running[String(timer)];
      known?.close();
    };
    const timers = {
      setTimeout: (callback, ms, ...values) => once(callback, wait(ms), values),
      setInterval(callback, ms, ...values) {
        checked(callback);
        return new Timer((timer) => setInterval(() => callback.apply(timer, values), wait(ms)), clearInterval, true);
      },
      setImmediate: (callback, ...values) => once(callback, 0, values),
      clearTimeout: clear,
      clearInterval: clear,
      clearImmediate: clear,
    };
    for (const [name, value] of Object.entries(timers)) replace(name, value, { writable: true, configurable: true });
  }

  /** The parts of Node's `process` that a migration may use, by name alone: others were refused (`node_globals.rs`). */
  function nodeProcess({ out, error }, folder) {
    const { performance, queueMicrotask, BigInt, TextDecoder } = self;
    const writable = ({ write, restart }) => ({
      write(chunk, ...rest) {
        write(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
        const written = rest.at(-1);
        if (typeof written === 'function') queueMicrotask(() => written());
        return true;
      },
      clearLine: restart,
      cursorTo: restart,
      isTTY: false,
      columns: undefined,
    });
    const hrtime = (since = [0, 0]) => {
      const nanoseconds = Math.round(performance.now() * 1e6) - (since[0] * 1e9 + since[1]);
      return [Math.floor(nanoseconds / 1e9), nanoseconds % 1e9];
    };
    hrtime.bigint = () => BigInt(Math.round(performance.now() * 1e6));
    return {
      stdout: writable(out),
      stderr: writable(error),
      cwd: () => folder,
      hrtime,
      uptime: () => performance.now() / 1000,
      nextTick: (callback, ...values) => queueMicrotask(() => callback(...values)),
    };
  }

  // Doors. The page's policy is the wall; this only says so in words a person understands.

  function closeDoors() {
    const reach = 'a migration reaches DatoCMS only through the client it is given';
    const calls = {
      network: ['fetch', 'fetchLater', 'XMLHttpRequest', 'WebSocket', 'WebSocketStream', 'WebTransport', 'EventSource'],
      script: ['importScripts', 'Worker', 'SharedWorker'],
      others: ['BroadcastChannel', 'Notification', 'postMessage', 'close'],
    };
    for (const name of Object.values(calls).flat()) {
      replace(name, function refused() {
        throw new Error(`${name} is not available: ${reach}.`);
      });
    }
    for (const name of ['indexedDB', 'caches']) {
      const refuse = () => {
        throw new Error(`${name} is not available: a migration keeps nothing in the browser.`);
      };
      replace(name, new Proxy({}, { get: refuse, set: refuse, has: refuse }));
    }
  }

  function replace(name, value, changeable = {}) {
    const fixed = { value, writable: false, configurable: false, enumerable: false, ...changeable };
    for (let owner = self; owner; owner = Object.getPrototypeOf(owner)) {
      if (Object.hasOwn(owner, name)) Object.defineProperty(owner, name, fixed);
    }
    if (!(name in self)) Object.defineProperty(self, name, fixed);
  }

  // Words.

  function describe(error) {
    if (!(error instanceof Error) && typeof error?.message !== 'string') {
      const message = shorten(`the migration threw ${inspect(error)}`);
      return { __proto__: null, name: 'Error', message, stack: '', refused: null };
    }
    const all = causes(error);
    // What was thrown first has the line that matters.
    let stack = [...all].reverse().map((one) => String(one.stack ?? '')).join('\n');
    for (const [url, name] of sources) stack = stack.replaceAll(url, name);
    // What is left of blobs are frames of this file.
    stack = stack.split('\n').filter((line) => !line.includes('blob:')).join('\n');
    // What a module exports without a name is called so, also by Node.
    stack = stack.replaceAll('__slipway_default', 'default');
    // A path says it; the host is made up.
    const message = String(error.message).replaceAll(BASE_URL, '');
    const refused = all.map(refusal).find((one) => one !== null) ?? null;
    return {
      __proto__: null,
      name: shorten(error.name),
      message: shorten(message + hint(error)),
      stack: shorten(stack),
      refused,
    };
  }

  /** An error and what it was thrown because of. */
  function causes(error) {
    const all = [];
    for (let one = error; one instanceof Error && all.length < CAUSES && !all.includes(one); one = one.cause) all.push(one);
    return all.length === 0 ? [error] : all;
  }

  /** The request whose refusal an error of the client tells of. What came of it the page knows itself. */
  function refusal({ request, response }) {
    if (typeof request?.url !== 'string' || typeof response?.status !== 'number') return null;
    const path = request.url.replace(BASE_URL, '');
    return { __proto__: null, method: shorten(request.method), path: shorten(path), status: response.status };
  }

  /** What Node has and no browser, where a script asked for it in a way that nobody saw beforehand. */
  function hint({ name, message }) {
    const [, missing] = /^(?:Can't find variable: )?(process|Buffer)(?: is not defined)?$/.exec(message) ?? [];
    if (name !== 'ReferenceError' || missing === undefined) return '';
    return `. \`${missing}\` is a part of Node. Run this migration with the DatoCMS CLI, or rewrite it without.`;
  }

  /** What is written without an end of line waits for one, as on a terminal. */
  function stream(print, level) {
    let begun = '';
    const restart = () => {
      begun = '';
      return true;
    };
    return {
      restart,
      write(text) {
        const lines = text.split(/\r?\n/);
        lines[0] = begun + lines[0];
        // What begins a line anew, as a counter does, replaces what it had.
        const seen = (line) => line.slice(line.lastIndexOf('\r') + 1);
        begun = seen(lines.pop());
        for (const line of lines) print(level, seen(line));
      },
      line(text, as = level) {
        print(as, begun + text);
        restart();
      },
      flush() {
        if (begun !== '') print(level, begun);
        restart();
      },
    };
  }

  function replaceConsole({ out, error }) {
    let indent = '';
    const counts = new Map();
    const timers = new Map();
    const say = ({ line }, level, text) => line(text.replace(/^/gm, indent), level);
    const line = (where, level) => (...values) => say(where, level, format(values));
    const log = line(out, 'log');
    const show = {
      debug: line(out, 'debug'),
      log,
      info: line(out, 'info'),
      warn: line(error, 'warn'),
      error: line(error, 'error'),
      trace: line(error, 'debug'),
      dir(value, options) {
        const depth = options?.depth === null ? Infinity : options?.depth;
        say(out, 'log', inspect(value, depth));
      },
      dirxml: (...values) => log(...values),
      table: (value) => log(value),
      assert: (held, ...values) => held || show.error('Assertion failed:', ...values),
      group: (...values) => {
        if (values.length > 0) log(...values);
        indent += '  ';
      },
      groupEnd: () => (indent = indent.slice(2)),
      count: (label = 'default') => {
        counts.set(label, (counts.get(label) ?? 0) + 1);
        log(`${label}: ${counts.get(label)}`);
      },
      countReset: (label = 'default') => counts.delete(label),
      time: (label = 'default') => timers.set(label, Date.now()),
      timeLog: (label = 'default', ...values) => log(`${label}: ${Date.now() - timers.get(label)} ms`, ...values),
      timeEnd: (label = 'default') => {
        log(`${label}: ${Date.now() - timers.get(label)} ms`);
        timers.delete(label);
      },
      clear: () => undefined,
    };
    show.groupCollapsed = show.group;
    Object.assign(self.console, show);
  }

  /** `%s` and its like, then the rest with spaces between, as consoles do. */
  function format(values) {
    if (values.length === 0) return '';
    const [first, ...rest] = values;
    if (typeof first !== 'string') return [first, ...rest].map((value) => plain(value)).join(' ');
    const text = first.replace(/%[sdifjoOc%]/g, (mark) => {
      if (mark === '%%') return '%';
      if (rest.length === 0) return mark;
      const value = rest.shift();
      if (mark === '%c') return '';
      if (mark === '%d' || mark === '%f') return String(Number(value));
      if (mark === '%i') return String(Math.trunc(Number(value)));
      return mark === '%s' ? plain(value) : inspect(value);
    });
    return [text, ...rest.map((value) => plain(value))].join(' ');
  }

  const plain = (value) => (typeof value === 'string' ? value : inspect(value));

  /** A value as a person reads it. Never throws: a getter that does is shown as such. */
  function inspect(value, depth = 3, above = []) {
    if (typeof value === 'string') return JSON.stringify(value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return `[function ${value.name || 'anonymous'}]`;
    if (typeof value !== 'object' || value === null) return String(value);
    if (above.includes(value)) return '[circular]';
    try {
      if (value instanceof Error) return String(value.stack || value);
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
      if (value instanceof RegExp) return String(value);
      if (depth === 0) return Array.isArray(value) ? '[…]' : '{…}';
      return container(value, (inner) => inspect(inner, depth - 1, [...above, value]));
    } catch (error) {
      return `[unreadable: ${error?.message}]`;
    }
  }

  function container(value, inner) {
    const most = 100;
    const list = (open, parts, close) => {
      const shown = parts.slice(0, most);
      if (parts.length > most) shown.push(`… ${parts.length - most} more`);
      if (shown.length === 0) return open.trimEnd() + close.trimStart();
      const oneLine = `${open}${shown.join(', ')}${close}`;
      if (oneLine.length <= 100 && !oneLine.includes('\n')) return oneLine;
      return `${open.trimEnd()}\n${shown.join(',\n').replace(/^/gm, '  ')}\n${close.trimStart()}`;
    };
    if (Array.isArray(value)) return list('[', Array.from(value, inner), ']');
    if (value instanceof Map) {
      return list(`Map(${value.size}) { `, Array.from(value, ([key, item]) => `${inner(key)} => ${inner(item)}`), ' }');
    }
    if (value instanceof Set) return list(`Set(${value.size}) { `, Array.from(value, inner), ' }');
    const kind = value.constructor?.name;
    const open = kind && kind !== 'Object' ? `${kind} { ` : '{ ';
    const key = (name) => (/^[\w$]+$/.test(name) ? name : JSON.stringify(name));
    return list(open, Object.keys(value).map((name) => `${key(name)}: ${inner(value[name])}`), ' }');
  }
})();

// Runs prepared migrations as Slipway does: `node sandbox.mjs <folder> <prepared>`. The folder holds the sandbox as
// `www/sandbox/build.mjs` makes it, the file an object of prepared migrations by any names.
//
// Each gets a context with the globals of a browser's worker and none of Node's, and the worker's own code. What it printed,
// asked for and failed with is printed in the form of tool.mjs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext, Script } from 'node:vm';
import { answer, line, sentence } from './answers.mjs';

const [folder, prepared] = process.argv.slice(2);
const packages = readFileSync(join(folder, 'client.js'), 'utf8');
const worker = new Script(readFileSync(join(folder, 'worker.js'), 'utf8'), { filename: 'worker.js' });
const LIMITS = { inFlight: 10, messageBytes: 10_000_000, lines: 50_000, silenceSeconds: 30 };

// The client's bundle is the same for all and large.
const compiled = new Map();
const compile = (text) => compiled.get(text) ?? compiled.set(text, new Script(text)).get(text);

const GLOBALS = {
  ...{ URLSearchParams, Headers, Response, Request, FormData, TextEncoder, TextDecoder, ReadableStream, MessageChannel },
  ...{ setTimeout, clearTimeout, setInterval, clearInterval, queueMicrotask, structuredClone, atob, btoa },
  ...{ AbortController, AbortSignal, Event, EventTarget, crypto, performance, fetch() {}, postMessage() {}, close() {} },
};

/** A worker's global scope: scripts come from blobs, events from `dispatch`. */
function scope() {
  const blobs = new Map();
  const listeners = {};
  class TextBlob extends Blob {
    constructor(parts, options) {
      super(parts, options);
      this.parts = parts;
    }
    // Of its own, as a browser's has it.
    get size() {
      return super.size;
    }
  }
  class BlobUrl extends URL {
    static createObjectURL({ parts }) {
      const url = `blob:scripts/${blobs.size}`;
      blobs.set(url, parts.join(''));
      return url;
    }
    static revokeObjectURL() {}
  }
  class MessageEvent {
    #data;
    constructor(data) {
      this.#data = data;
    }
    get data() {
      return this.#data;
    }
  }
  const addEventListener = (type, listener) => (listeners[type] ??= []).push(listener);
  const importScripts = (url) => compile(blobs.get(url)).runInContext(context);
  const context = createContext({ ...GLOBALS, URL: BlobUrl, Blob: TextBlob, MessageEvent, addEventListener, importScripts });
  runInContext('globalThis.self = globalThis; globalThis.console = {};', context);
  worker.runInContext(context);
  const dispatch = (type, event) => listeners[type].forEach((listener) => listener(event));
  return { dispatch, MessageEvent };
}

function run(migration) {
  const told = { printed: [], requests: [], failure: null };
  let isOver = false;
  return new Promise((resolve) => {
    const { dispatch, MessageEvent } = scope();
    const port = {
      onmessage() {},
      postMessage([head, beside]) {
        // The page closes the worker then.
        if (isOver) return undefined;
        const [[kind, parts]] = Object.entries(JSON.parse(head));
        if (kind === 'request') return answered(parts, beside);
        if (kind === 'console') return told.printed.push(beside);
        if (kind === 'threw') told.failure = sentence(parts);
        if (kind !== 'threw' && kind !== 'done') told.failure = `unexpected: ${kind}`;
        isOver = true;
        return resolve(told);
      },
    };
    function answered({ id, method, path, query }, body) {
      told.requests.push(line(method, path, query, body));
      const [status, document] = answer(method, path);
      const head = JSON.stringify({ id, status, headers: [['content-type', 'application/json']] });
      setTimeout(() => port.onmessage(new MessageEvent([head, JSON.stringify(document)])));
    }
    dispatch('message', { data: { packages }, ports: [port] });
    port.onmessage(new MessageEvent({ prepared: migration, limits: LIMITS, environment: 'sandbox' }));
  });
}

const migrations = Object.entries(JSON.parse(readFileSync(prepared, 'utf8')));
const runs = await Promise.all(migrations.map(async ([name, migration]) => [name, await run(migration)]));
process.stdout.write(JSON.stringify(Object.fromEntries(runs)));

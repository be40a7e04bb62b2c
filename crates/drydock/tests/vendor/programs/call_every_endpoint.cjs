'use strict';
// `cma:call` for every endpoint, through the tool's own command class: the same code as on a command line, argument by
// argument, in one process instead of some two hundred. Arguments: the endpoints to call, each `namespace.method`, as JSON.
// What is not among them is not called; what is, must be called here.
const path = require('node:path');
const { Config } = require('@oclif/core');
const Call = require('datocms/lib/commands/cma/call').default;

const { DRYDOCK_CMA, DRYDOCK_TOKEN } = process.env;
const wanted = new Set(JSON.parse(process.argv[2]));
const called = new Set();
const wrong = [];

class QuietCall extends Call {
  /** What the command prints, instead of printing it. */
  log(text) {
    this.printed = text;
  }

  async run() {
    await super.run();
    return this.printed;
  }
}
// The framework reads these from the class itself, not from what it extends.
Object.assign(QuietCall, { id: 'cma:call', args: Call.args, flags: Call.flags, strict: Call.strict });

let config;

/** One call. `undefined` for an endpoint that is not wanted, or that answers nothing. */
async function call(resource, method, args = [], { data, params, environment, token = DRYDOCK_TOKEN } = {}) {
  const name = `${resource}.${method}`;
  if (!wanted.has(name)) return undefined;
  const words = [resource, method, ...args.map((arg) => arg.id ?? arg)];
  if (data !== undefined) words.push('--data', JSON.stringify(data));
  if (params !== undefined) words.push('--params', JSON.stringify(params));
  if (environment !== undefined) words.push('--environment', environment);
  try {
    const printed = await QuietCall.run([...words, '--base-url', DRYDOCK_CMA, '--api-token', token], config);
    called.add(name);
    return printed === undefined || printed === 'undefined' ? undefined : JSON.parse(printed);
  } catch (error) {
    throw new Error(`${words.join(' ')}: ${error.message}`);
  }
}

function expect(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push({ what, found, expected });
}

/** Makes one with `create`, reads it with `find` and `list`, which must agree. */
async function keep(resource, data, { args = [], params, listArgs = [] } = {}) {
  const made = await call(resource, 'create', args, { data, params });
  if (made === undefined) return undefined;
  await agree(resource, made, listArgs);
  return made;
}

/** `find` and `list` know it. */
async function agree(resource, one, listArgs = []) {
  const found = await call(resource, 'find', [one]);
  expect(`${resource}.find`, found.id, one.id);
  const list = await call(resource, 'list', listArgs);
  expect(`${resource}.list`, list.filter(({ id }) => id === one.id).length, 1);
}

/** Makes one more, destroys it: it is in no list afterwards. */
async function drop(resource, data, { args = [], listArgs = [], params } = {}) {
  const made = await call(resource, 'create', args, { data });
  if (made === undefined) return;
  const gone = await call(resource, 'destroy', [made], { params });
  if (gone !== undefined) expect(`${resource}.destroy`, gone.id, made.id);
  const list = await call(resource, 'list', listArgs);
  expect(`${resource}.list after destroy`, list.filter(({ id }) => id === made.id).length, 0);
}

/** A call that the tool has no command for: putting a file to its address, starting a job without waiting for it. */
async function fetched(method, address, body, headers = {}) {
  const response = await fetch(address, { method, body, headers });
  if (!response.ok) throw new Error(`${method} ${address}: ${response.status} ${await response.text()}`);
  return response;
}

/** Asks until there is something. */
async function until(ask) {
  for (;;) {
    const found = await ask();
    if (found === undefined || found.length > 0) return found;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function main() {
  config = await Config.load(path.dirname(require.resolve('datocms/package.json')));
  const world = { call, keep, drop, agree, fetched, until, expect, wanted, ids: {} };
  for (const part of ['schema', 'content', 'assets', 'project', 'account', 'environments']) {
    await require(`./calls/${part}.cjs`)(world);
  }
  const missed = [...wanted].filter((name) => !called.has(name));
  process.stdout.write(`\n${JSON.stringify({ calls: called.size, missed, wrong, ids: world.ids })}\n`);
}

main().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});

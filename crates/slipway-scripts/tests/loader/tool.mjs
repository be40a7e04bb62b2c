// Runs migrations as the vendor's tool does: `node tool.mjs <migration>…`, in the folder the tool would be run in.
//
// They are loaded by the tool's own call, get the client for Node, and all run at once. What each printed, asked for and
// failed with is printed when nothing is left to do: a process of the tool waits for that, too.

import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { format } from 'node:util';
import { answer, line, sentence } from './answers.mjs';

const require = createRequire(import.meta.url);
const TOOL = require.resolve('../../../../node_modules/datocms/lib/commands/migrations/run.js');
const { require: load } = createRequire(TOOL)('tsx/cjs/api');
const { buildClient } = require('@datocms/cma-client-node');

const current = new AsyncLocalStorage();
const runs = {};
const write = process.stdout.write.bind(process.stdout);

for (const level of ['log', 'debug', 'info', 'warn', 'error']) {
  console[level] = (...values) => current.getStore().printed.push(format(...values));
}
process.on('exit', () => write(JSON.stringify(runs)));

async function fetchFn(address, { method = 'GET', body } = {}) {
  const { pathname, search } = new URL(address);
  current.getStore().requests.push(line(method, pathname, search.slice(1), body));
  const [status, document] = answer(method, pathname);
  return new Response(JSON.stringify(document), { status, headers: { 'content-type': 'application/json' } });
}

async function run(path) {
  const exported = load(resolve(path), TOOL);
  const migration = typeof exported === 'function' ? exported : 'default' in exported ? exported.default : undefined;
  if (typeof migration !== 'function') throw new Error('does not export a migration');
  await migration(buildClient({ apiToken: 'none', environment: 'sandbox', fetchFn }));
}

for (const path of process.argv.slice(2)) {
  const told = (runs[path] = { printed: [], requests: [], failure: null });
  current.run(told, () => run(path).catch((error) => (told.failure = sentence(error))));
}

// Builds the sandbox into the folder given: `node www/sandbox/build.mjs <folder>`.
//
// `sandbox.html` is the frame; its policy holds the hash of its script, so it is copied as it is. `worker.js` runs a
// migration, `client.js` holds the packages it may import. The plugin's page fetches both as text and hands them to the
// frame, which has no network of its own.

import { copyFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder to build into: node www/sandbox/build.mjs <folder>');
  process.exit(2);
}

await build({
  absWorkingDir: here,
  entryPoints: { client: join(here, 'client.mjs'), worker: join(here, 'worker.js') },
  outdir: resolve(folder),
  bundle: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  // Names stay: scripts print them and people read them in stack traces.
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'none',
  logLevel: 'warning',
});

await copyFile(join(here, '..', 'sandbox.html'), join(resolve(folder), 'sandbox.html'));

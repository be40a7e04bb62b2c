// Builds the sandbox into the folder given: `node www/sandbox/build.mjs <folder>`.
//
// `sandbox.html` is the frame; its policy holds the hash of its script, so it is copied as it is. `worker.js` runs a
// migration, `client.js` holds the packages it may import. The plugin's page fetches both as text and hands them to the
// frame, which has no network of its own.

import { copyFile, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('Name the folder to build into: node www/sandbox/build.mjs <folder>');
  process.exit(2);
}

const quoted = (text) => JSON.stringify(text);

const FOR_BROWSERS = {
  absWorkingDir: here,
  bundle: true,
  platform: 'browser',
  target: 'es2022',
  // Names stay: scripts print them and people read them in stack traces.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
};

// The one list of what a migration may import by name; `slipway-scripts` resolves by the same files.
const listed = async (file) => JSON.parse(await readFile(join(here, file), 'utf8'));
const { pure, node } = await listed('packages.json');
const members = await listed('members.json');

// Large, and rarely asked for: bundled by itself, with short names inside. To Node it is CommonJS, which has no mark of an
// ES module.
const LARGE = ['date-fns'];

// ES modules are shared with the client, which imports some of them too. A CommonJS package, and a large one, runs when a
// migration asks for it first.
const purePackages = {
  name: 'pure-packages',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^slipway:pure-packages$/ }, ({ path }) => ({ path, namespace: 'slipway' }));
    onLoad({ filter: /.*/, namespace: 'slipway' }, async () => {
      const lines = pure.map(async (name, index) => {
        const own = `${quoted(name)}, ${quoted(members[name] ?? [])}`;
        if (LARGE.includes(name)) return `exports.push([${own}, false, () => ({ ...require(${quoted(`large:${name}`)}) })]);`;
        if (!(await isModule(name))) return `exports.push([${own}, false, () => require(${quoted(name)})]);`;
        return `import * as module${index} from ${quoted(name)};\nexports.push([${own}, true, () => module${index}]);`;
      });
      for (const [name, same] of Object.entries(node)) {
        lines.push(`exports.push([${quoted(name)}, [], false, () => require(${quoted(same)})]);`);
      }
      const contents = ['const exports = [];', ...(await Promise.all(lines)), 'export default exports;'].join('\n');
      return { contents, resolveDir: here };
    });
    onResolve({ filter: /^large:/ }, ({ path }) => ({ path: path.slice('large:'.length), namespace: 'large' }));
    onLoad({ filter: /.*/, namespace: 'large' }, async ({ path }) => {
      const stdin = { contents: `export * from ${quoted(path)};`, resolveDir: here };
      const { outputFiles } = await build({ ...FOR_BROWSERS, stdin, format: 'cjs', minify: true, write: false });
      return { contents: outputFiles[0].text };
    });
    // `lodash/fp` is made of a second copy of lodash, which would be a fifth of everything. One will do: it takes a context
    // of its own.
    onResolve({ filter: /^\.\/lodash\.min$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'lodash.js') }));
  },
};

/** Whether a package is one of ES modules. Of one that has several entries only the first may be. */
async function isModule(name) {
  const [owner, own, ...rest] = name.startsWith('@') ? name.split('/') : ['', ...name.split('/')];
  if (rest.length > 0) return false;
  const { module, type } = JSON.parse(await readFile(join(here, '..', '..', 'node_modules', owner, own, 'package.json'), 'utf8'));
  return module !== undefined || type === 'module';
}

// A migration that imports one of these is not refused beforehand, so each has to be there.
for (const [name, own] of Object.entries(members)) {
  // What is no module of its own has a file of its name.
  const found = await import(name).catch(() => import(`${name}.js`));
  const missing = own.filter((member) => typeof (found[member] ?? found.default?.[member]) !== 'function');
  if (missing.length > 0) throw new Error(`members.json lists what ${name} does not export: ${missing.join(', ')}`);
}

await build({
  ...FOR_BROWSERS,
  entryPoints: { client: join(here, 'client.mjs'), worker: join(here, 'worker.js') },
  outdir: resolve(folder),
  plugins: [purePackages],
  format: 'iife',
  minifySyntax: true,
  minifyWhitespace: true,
  // `path` asks where a program runs.
  define: { 'process.cwd': 'slipwayFolder' },
  inject: [join(here, 'folder.mjs')],
});

await copyFile(join(here, '..', 'sandbox.html'), join(resolve(folder), 'sandbox.html'));

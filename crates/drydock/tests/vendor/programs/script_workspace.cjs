'use strict';
// `cma:script` runs what it reads from standard input in a workspace of its own, which it makes with `npm install` from the
// registry. Here the tool's own code writes the workspace's package.json, and its packages are the ones installed already, in
// the versions the tool asks for: then it finds nothing to install.
const { symlinkSync, mkdirSync } = require('node:fs');
const path = require('node:path');
const { ScriptWorkspace } = require('datocms/lib/utils/script-workspace/workspace');

async function main() {
  const workspace = new ScriptWorkspace();
  mkdirSync(workspace.rootPath, { recursive: true });
  await workspace.writePackageJson();
  const installed = path.resolve(__dirname, '../../../../../node_modules');
  symlinkSync(installed, path.join(workspace.rootPath, 'node_modules'), 'dir');
  process.stdout.write(`\n${JSON.stringify({ workspace: workspace.rootPath })}\n`);
}

main();

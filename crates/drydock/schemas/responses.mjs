// Writes the JSON Schemas of every answer of the management API: `node crates/drydock/schemas/responses.mjs <file>`.
//
// They are made from the vendor's published types, and not committed. The file is one schema document: below
// `definitions/Answers/properties` stand the response types by their names in the vendor's list of endpoints, the two
// that have another form with `nested=true` a second time under `Nested…`, `Job`, what every endpoint with a job answers at
// first, and `Errors`, what every refusal looks like.
// `drydock --check-responses <file>` and drydock's own tests read it.

import { createHash } from 'node:crypto';
import { mkdtemp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import generator from 'ts-json-schema-generator';

const [target] = process.argv.slice(2);
if (!target) {
  console.error('Name the file to write: node crates/drydock/schemas/responses.mjs <file>');
  process.exit(2);
}

const script = fileURLToPath(import.meta.url);
const here = createRequire(script);
/** The folder of a package, as seen from a file. */
const packageFolder = (name, require) => {
  const entry = require.resolve(name);
  return entry.slice(0, entry.lastIndexOf(name) + name.length);
};
const client = packageFolder('@datocms/cma-client', here);
const utils = packageFolder('@datocms/rest-client-utils', createRequire(join(client, 'package.json')));
const json = async (path) => JSON.parse(await readFile(path, 'utf8'));

const resources = await json(join(client, 'resources.json'));
const names = new Set(resources.flatMap(({ endpoints }) => endpoints.map(({ responseType }) => responseType)));
names.delete(undefined);

// One type that mentions all others: what is reachable from it is what the document holds.
const entry = `
import type * as Raw from '${client}/dist/types/generated/RawApiTypes.js';
import type { ItemTypeDefinition } from '${client}/dist/types/utilities/itemDefinition.js';
import type { ErrorEntity } from '${utils}/dist/types/errors.js';
export type Answers = {
${[...names].map((name) => `  ${name}: Raw.${name};`).join('\n')}
  NestedItemInstancesTargetSchema: Raw.ItemInstancesTargetSchema<ItemTypeDefinition, true>;
  NestedItemSelfTargetSchema: Raw.ItemSelfTargetSchema<ItemTypeDefinition, true>;
  Job: { data: { type: Raw.JobType; id: string } };
  Errors: { data: [ErrorEntity, ...ErrorEntity[]] };
};
`;
const folder = await mkdtemp(join(tmpdir(), 'response-schemas-'));
let document;
try {
  const path = join(folder, 'answers.ts');
  await writeFile(path, entry);
  // The vendor's comments hold examples in JSDoc tags that are no JSON.
  const options = { path, jsDoc: 'none', topRef: true };
  document = generator.createGenerator(options).createSchema('Answers');
} finally {
  await rm(folder, { recursive: true });
}

// Of a record whose model is not known the types say `Record<string, unknown>`, through a conditional type that the
// generator takes for an object without any key.
for (const name of ['ToItemAttributes<ItemTypeDefinition>', 'ToItemAttributesInNestedResponse<ItemTypeDefinition>']) {
  const made = JSON.stringify(document.definitions[name]);
  if (made !== '{"type":"object","additionalProperties":false}') {
    throw new Error(`the generator makes something else of ${name} than it did: ${made}; see whether it is right now`);
  }
  document.definitions[name] = { type: 'object' };
}

// By this line a reader sees whether the file is as old as what it was made from.
const { version } = await json(join(client, 'package.json'));
const hash = createHash('sha256').update(await readFile(script)).digest('hex');
document.$comment = `@datocms/cma-client ${version}, responses.mjs ${hash}`;

// Another process may be reading the file that is there.
const path = resolve(target);
await mkdir(dirname(path), { recursive: true });
await writeFile(`${path}.${process.pid}`, JSON.stringify(document));
await rename(`${path}.${process.pid}`, path);

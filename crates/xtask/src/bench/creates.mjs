// Makes records one after the other with the vendor's client, and prints how many milliseconds that took.
import { buildClient } from '@datocms/cma-client-node';

const [baseUrl, apiToken, model, count] = process.argv.slice(2);
const client = buildClient({ apiToken, baseUrl });
const body = 'x'.repeat(2048);
const create = (number) =>
  client.items.create({ item_type: { type: 'item_type', id: model }, title: `Page ${number}`, body });

await create(0); // The connection, and what the engine compiles at first.
const start = performance.now();
for (let number = 1; number <= Number(count); number += 1) await create(number);
console.log(performance.now() - start);

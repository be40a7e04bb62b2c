// Pages: iterators over records, versions and webhook calls; what they refuse; what a list without one leaves out.
import { clientOf, report } from './project.mjs';

const client = clientOf();
const model = await client.itemTypes.create({ name: 'Entry', api_key: 'entry', draft_mode_active: true });
await client.fields.create(model.id, { label: 'Number', api_key: 'number', field_type: 'integer' });
for (let number = 1; number <= 65; number += 1) await client.items.create({ item_type: model, number });

async function numbers(iterator, of = (item) => item.number) {
  const seen = [];
  for await (const item of iterator) seen.push(of(item));
  return seen;
}

const query = { filter: { type: 'entry' }, order_by: 'number_ASC' };
const all = await numbers(client.items.listPagedIterator(query, { perPage: 20 }));
const concurrent = await numbers(client.items.listPagedIterator(query, { perPage: 7, concurrency: 5 }));
const raw = await numbers(client.items.rawListPagedIterator(query), (item) => item.attributes.number);
const even = await numbers(
  client.items.listPagedIterator({ filter: { type: 'entry', fields: { number: { gt: 60 } } }, order_by: 'number_DESC' }, { perPage: 2 }),
);
const none = await numbers(client.items.listPagedIterator({ filter: { type: 'entry', fields: { number: { eq: 99 } } } }));

const [first] = await client.items.list(query);
for (let turn = 0; turn < 21; turn += 1) await client.items.update(first.id, { number: first.number });
const versions = await numbers(client.itemVersions.listPagedIterator(first.id, {}, { perPage: 10 }), (version) => version.meta.is_current);

let refusal;
try {
  await numbers(client.items.listPagedIterator(query, { perPage: 501 }));
} catch (error) {
  refusal = error.message;
}
const firstPage = await client.items.list(query);
report({ all, concurrent, raw, even, none, versions, refusal, firstPage: firstPage.length });

// The client of the delivery API: queries with variables and fragments, drafts, environments, pages beyond one answer's
// limit, errors, cache tags, and a query built as a document.
import { ApiError, executeQuery, executeQueryWithAutoPagination, rawExecuteQuery } from '@datocms/cda-client';
import { clientOf, report } from './project.mjs';

const cma = clientOf();
const [entry, note] = await Promise.all(
  ['Entry', 'Note'].map((name) => cma.itemTypes.create({ name, api_key: name.toLowerCase(), draft_mode_active: true })),
);
const block = await cma.itemTypes.create({ name: 'Quote', api_key: 'quote', modular_block: true });
await cma.fields.create(block.id, { label: 'Words', api_key: 'words', field_type: 'text' });
await cma.fields.create(entry.id, { label: 'Number', api_key: 'number', field_type: 'integer' });
await cma.fields.create(entry.id, {
  label: 'Sections',
  api_key: 'sections',
  field_type: 'rich_text',
  validators: { rich_text_blocks: { item_types: [block.id] } },
});
await cma.fields.create(note.id, { label: 'Text', api_key: 'text', field_type: 'string' });
await cma.environments.fork('main', { id: 'later' });

const items = [];
for (let number = 1; number <= 520; number += 1) items.push(await cma.items.create({ item_type: entry, number }));
for (let at = 0; at < 519; at += 200) {
  await cma.items.bulkPublish({ items: items.slice(at, Math.min(at + 200, 519)).map(({ id }) => ({ type: 'item', id })) });
}
await cma.items.update(items[0].id, {
  sections: [{ type: 'item', attributes: { words: 'Well said' }, relationships: { item_type: { data: { type: 'item_type', id: block.id } } } }],
});
await cma.items.publish(items[0].id);

const options = { token: process.env.DRYDOCK_TOKEN, graphqlEndpointUrl: process.env.DRYDOCK_CDA };
const byNumber = await executeQuery(
  `query One($number: IntType) {
    entry(filter: { number: { eq: $number } }) { ...shown sections { __typename ... on QuoteRecord { words } } }
  }
  fragment shown on EntryRecord { number _status _modelApiKey }`,
  { ...options, variables: { number: 1 } },
);
const published = await executeQuery('{ _allEntriesMeta { count } }', options);
const drafts = await executeQuery('{ _allEntriesMeta { count } last: entry(orderBy: [number_DESC]) { number _status } }', {
  ...options,
  includeDrafts: true,
});
const later = await executeQuery('{ _allEntriesMeta { count } }', { ...options, environment: 'later', includeDrafts: true });
const pages = await executeQueryWithAutoPagination(
  'query All($most: IntType) { allEntries(first: $most, skip: 2, orderBy: [number_ASC]) { number } _allEntriesMeta { count } }',
  { ...options, variables: { most: 517 } },
);
const [, response] = await rawExecuteQuery('{ allNotes { text } }', { ...options, excludeInvalid: true });

async function refused(query, more) {
  try {
    await executeQuery(query, { ...options, ...more });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, body } = error.response;
    return { status, code: body.errors?.[0].extensions?.code ?? body.data?.[0].attributes.code, told: error.message.includes(more?.token ?? 'nothing') };
  }
  throw new Error(`not refused: ${query}`);
}

report({
  byNumber,
  published: published._allEntriesMeta.count,
  drafts,
  later: later._allEntriesMeta.count,
  pages: { count: pages._allEntriesMeta.count, numbers: pages.allEntries.map(({ number }) => number) },
  contentType: response.headers.get('content-type'),
  unknown: await refused('{ allEntries { nonsense } }'),
  tooMany: await refused('{ allEntries(first: 501) { number } }'),
  nowhere: await refused('{ allNotes { text } }', { environment: 'nowhere' }),
  stranger: await refused('{ allNotes { text } }', { token: 'stranger' }),
});

// What the client offers for blocks, over a record with blocks in every place that can hold some. The model is that of
// `rich_schema.mjs`, which ran before.
import {
  blockModelIdsReferencedInField,
  buildBlockRecord,
  duplicateBlockRecord,
  findAllBlocksInNonLocalizedFieldValue,
  generateId,
  inspectItem,
  isBlockOfType,
  isLocalized,
  isValidId,
  mapBlocksInNonLocalizedFieldValue,
  mapNormalizedFieldValuesAsync,
  modelIdsReferencedInField,
  reduceBlocksInNonLocalizedFieldValue,
  SchemaRepository,
} from '@datocms/cma-client-node';
import { clientOf, report } from './project.mjs';

const client = clientOf();
const schema = new SchemaRepository(client);
await schema.prefetchAllModelsAndFields();
const [story, card, quote, page] = await Promise.all(
  ['story', 'card', 'quote', 'page'].map((apiKey) => schema.getItemTypeByApiKey(apiKey)),
);
const fields = Object.fromEntries((await schema.getItemTypeFields(story)).map((field) => [field.api_key, field]));
const embedding = await schema.getModelsEmbeddingBlocks([quote]);

const said = (words) => buildBlockRecord({ item_type: quote, words });
const drawn = (words, ...inner) => buildBlockRecord({ item_type: card, words, inner });
const text = (...children) => ({ schema: 'dast', document: { type: 'root', children } });
const paragraph = (...children) => ({ type: 'paragraph', children });
const span = (value) => ({ type: 'span', value });

const home = await client.items.create({ item_type: page, name: 'Home' });
const made = await client.items.create({
  item_type: story,
  id: generateId(),
  headline: { en: 'Blocks', it: 'Blocchi' },
  notes: { en: null, it: null },
  seo: { en: null, it: null },
  pictures: { en: [], it: [] },
  sections: [drawn('One', said('deep')), said('Two')],
  hero: { en: drawn('Hero'), it: null },
  body: {
    en: text(
      paragraph(span('Hello '), { type: 'inlineBlock', item: said('inline') }, { type: 'itemLink', item: home.id, children: [span('home')] }),
      { type: 'block', item: drawn('In the text') },
    ),
    it: null,
  },
});
const nested = await client.items.find(made.id, { nested: true });

// Every block of every field says it louder; blocks keep their ids.
const louder = (value, type) =>
  mapBlocksInNonLocalizedFieldValue(value, type, schema, (block) =>
    buildBlockRecord({ ...(block.id && { id: block.id }), item_type: block.relationships.item_type.data, ...block.attributes, words: block.attributes.words.toUpperCase() }),
  );
const changes = {};
for (const apiKey of ['sections', 'hero', 'body']) {
  const field = fields[apiKey];
  changes[apiKey] = await mapNormalizedFieldValuesAsync(nested[apiKey], field, (_locale, value) => louder(value, field.field_type));
}
await client.items.update(made.id, changes);
const after = await client.items.find(made.id, { nested: true });

const all = await findAllBlocksInNonLocalizedFieldValue(after.sections, 'rich_text', schema, () => true);
const quotes = await reduceBlocksInNonLocalizedFieldValue(
  after.sections,
  'rich_text',
  schema,
  (count, block) => count + (isBlockOfType(quote.id, block) ? 1 : 0),
  0,
);

// A block with what is in it, once more: new ids all the way down.
const copy = await duplicateBlockRecord(after.sections[0], schema);
await client.items.update(made.id, { sections: [...after.sections.map(({ id }) => id), copy] });

report({
  story: made.id,
  home: home.id,
  isValid: isValidId(made.id),
  blocksBefore: (await findAllBlocksInNonLocalizedFieldValue(nested.sections, 'rich_text', schema, () => true)).map(({ item }) => item.id),
  blocksAfter: all.map(({ item }) => item.id),
  words: all.map(({ item }) => item.attributes.words),
  paths: all.map(({ path }) => path.join('.')),
  quotes,
  localized: ['headline', 'sections'].map((apiKey) => isLocalized(fields[apiKey])),
  references: {
    blocks: blockModelIdsReferencedInField(fields.body).length,
    models: modelIdsReferencedInField(fields.body).length,
  },
  embedding: embedding.map((model) => model.api_key).sort(),
  inspected: inspectItem(after).includes('HERO'),
});

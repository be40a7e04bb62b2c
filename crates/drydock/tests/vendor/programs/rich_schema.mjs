// A project with two languages and a model that has a field of every type, its blocks among them.
import { everyField, slugOf } from './every_field.mjs';
import { clientOf, report } from './project.mjs';

const client = clientOf();

await client.site.update({ locales: ['en', 'it'] });
const model = async (attributes, ...fields) => {
  const made = await client.itemTypes.create(attributes);
  for (const field of fields) await client.fields.create(made.id, field);
  return made.id;
};
const words = { label: 'Words', api_key: 'words', field_type: 'text' };
const name = { label: 'Name', api_key: 'name', field_type: 'string', validators: { required: {} } };

const quote = await model({ name: 'Quote', api_key: 'quote', modular_block: true }, words);
const card = await model({ name: 'Card', api_key: 'card', modular_block: true }, words, {
  label: 'Inner',
  api_key: 'inner',
  field_type: 'rich_text',
  validators: { rich_text_blocks: { item_types: [quote] } },
});
const page = await model({ name: 'Page', api_key: 'page', draft_mode_active: true }, name);
const tag = await model({ name: 'Tag', api_key: 'tag', tree: true }, name);
const story = await model({ name: 'Story', api_key: 'story', draft_mode_active: true, draft_saving_active: true });
const media = await client.fieldsets.create(story, { title: 'Media' });
const fields = {};
for (const attributes of everyField({ page, tag, card, quote }, ['en', 'it'])) {
  const inMedia = ['picture', 'pictures', 'film'].includes(attributes.api_key);
  fields[attributes.api_key] = (await client.fields.create(story, { ...attributes, ...(inMedia && { fieldset: media }) })).id;
}
fields.slug = (await client.fields.create(story, slugOf(fields.headline))).id;

report({ models: { page, tag, card, quote, story }, fields, media: media.id });

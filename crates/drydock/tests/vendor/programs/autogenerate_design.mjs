// What a developer did in the sandbox `design`: every kind of change that the vendor's tool can find.
import { everyField, slugOf } from './every_field.mjs';
import { clientOf, report } from './project.mjs';

const client = clientOf('design');
const byKey = (list, key) => list.find((entity) => entity.api_key === key);
const named = (list, name) => list.find((entity) => (entity.name ?? entity.label ?? entity.title) === name);

await client.site.update({ locales: ['en', 'it'], timezone: 'Europe/Rome', no_index: true });

const workflows = await client.workflows.list();
await client.workflows.destroy(byKey(workflows, 'forgotten').id);
await client.workflows.update(byKey(workflows, 'editorial').id, {
  name: 'Editing',
  stages: [
    { id: 'writing', name: 'Writing', description: 'Somebody writes', initial: true },
    { id: 'review', name: 'Review', description: null, initial: false },
    { id: 'done', name: 'Done', description: null, initial: false },
  ],
});
const legal = await client.workflows.create({
  name: 'Legal',
  api_key: 'legal',
  stages: [
    { id: 'drafted', name: 'Drafted', description: null, initial: true },
    { id: 'cleared', name: 'Cleared', description: 'By counsel', initial: false },
  ],
});

const plugins = await client.plugins.list();
await client.plugins.destroy(named(plugins, 'Old').id);
const colours = await client.plugins.update(named(plugins, 'Colours').id, { parameters: { palette: 'cold', size: -3 } });
const counter = await client.plugins.create({ name: 'Counter', url: 'https://plugins.example.org/counter', permissions: ['currentUserAccessToken'] });
await client.plugins.update(counter.id, { parameters: { limit: 5 } });
await client.plugins.create({ package_name: 'datocms-plugin-web-previews' });

const filters = await client.uploadFilters.list();
await client.uploadFilters.destroy(named(filters, 'Leftovers').id);
await client.uploadFilters.update(named(filters, 'Pictures').id, { name: 'All pictures', filter: { query: 'jpg' } });
await client.uploadFilters.create({ name: 'Films', shared: true, filter: { query: 'mp4' } });

// New models: a block, a tree, a sortable one, a singleton, and one with a field of every type.
const quote = await client.itemTypes.create({ name: 'Quote', api_key: 'quote', modular_block: true, hint: 'Said by somebody' });
await client.fields.create(quote.id, { label: 'Words', api_key: 'words', field_type: 'text', validators: { required: {} } });
const tag = await client.itemTypes.create({ name: 'Tag', api_key: 'tag', tree: true });
await client.fields.create(tag.id, { label: 'Name', api_key: 'name', field_type: 'string', localized: true });
const event = await client.itemTypes.create({
  name: 'Event',
  api_key: 'event',
  sortable: true,
  draft_mode_active: true,
  draft_saving_active: true,
  inverse_relationships_enabled: true,
  all_locales_required: true,
  collection_appearance: 'table',
});
await client.fields.create(event.id, { label: 'Name', api_key: 'name', field_type: 'string' });
const settings = await client.itemTypes.create({ name: 'Settings', api_key: 'settings', singleton: true });
await client.fields.create(settings.id, { label: 'Motto', api_key: 'motto', field_type: 'string' });

const models = await client.itemTypes.list();
const [page, card] = [byKey(models, 'page'), byKey(models, 'card')];
const story = await client.itemTypes.create({ name: 'Story', api_key: 'story', draft_mode_active: true });
const media = await client.fieldsets.create(story.id, { title: 'Media', hint: 'Pictures and films', collapsible: true, start_collapsed: true });
const fields = {};
for (const attributes of everyField({ page: page.id, tag: tag.id, card: card.id, quote: quote.id }, ['en', 'it'])) {
  const inMedia = ['picture', 'pictures', 'film'].includes(attributes.api_key);
  fields[attributes.api_key] = await client.fields.create(story.id, { ...attributes, ...(inMedia && { fieldset: media }) });
}
await client.fields.create(story.id, {
  label: 'Palette',
  api_key: 'palette',
  field_type: 'json',
  appearance: {
    editor: colours.id,
    parameters: { swatches: 4 },
    field_extension: 'palette',
    addons: [{ id: counter.id, field_extension: 'counter', parameters: { max: 10 } }],
  },
});
// Last, since the vendor's tool makes a new model's slugs last wherever they stood.
await client.fields.create(story.id, slugOf(fields.headline.id));
await client.itemTypes.update(story.id, {
  title_field: fields.headline,
  presentation_title_field: fields.headline,
  presentation_image_field: fields.picture,
  image_preview_field: fields.picture,
  excerpt_field: fields.summary,
  ordering_field: fields.day,
  ordering_direction: 'desc',
  workflow: legal,
});

// The kept model: fields and fieldsets changed, moved, deleted, made; its own settings changed.
const old = await client.fields.list(page.id);
const oldSets = await client.fieldsets.list(page.id);
await client.fieldsets.destroy(named(oldSets, 'Unused').id);
await client.fieldsets.update(named(oldSets, 'Head').id, { title: 'Header', hint: 'Above the text', collapsible: false });
const foot = await client.fieldsets.create(page.id, { title: 'Foot' });
await client.fields.destroy(byKey(old, 'legacy').id);
await client.fields.update(byKey(old, 'lead').id, { field_type: 'text', appearance: { editor: 'textarea', parameters: {}, addons: [] } });
await client.fields.update(byKey(old, 'lead').id, { label: 'Lead paragraph', hint: 'At most 300 letters', validators: { length: { max: 300 } } });
await client.fields.update(byKey(old, 'weight').id, { label: 'Heft', fieldset: foot, default_value: 7, position: 1 });
await client.fields.update(byKey(old, 'title').id, { localized: true, validators: { required: {} } });
await client.fields.create(page.id, { label: 'Colour', api_key: 'colour', field_type: 'color', position: 1 });
await client.fields.create(page.id, {
  label: 'Sections',
  api_key: 'sections',
  field_type: 'rich_text',
  fieldset: foot,
  validators: { rich_text_blocks: { item_types: [card.id, quote.id] } },
});
await client.itemTypes.update(page.id, {
  name: 'Web page',
  hint: 'Anything with an address',
  collection_appearance: 'table',
  // Not `ordering_meta`: the vendor's tool never carries it over.
  ordering_field: byKey(old, 'weight'),
  ordering_direction: 'asc',
  workflow: null,
});
await client.fields.create(card.id, { label: 'Colour', api_key: 'colour', field_type: 'color' });

await client.itemTypes.destroy(byKey(models, 'retired').id);
await client.itemTypes.destroy(byKey(models, 'retired_card').id);

const views = await client.itemTypeFilters.list();
await client.itemTypeFilters.destroy(named(views, 'Gone soon').id);
await client.itemTypeFilters.update(named(views, 'Recent').id, { name: 'Newest', columns: [{ name: '_preview', width: 0.6 }, { name: 'title', width: 0.4 }], order_by: '_updated_at_DESC' });
const ripe = await client.itemTypeFilters.create({ name: 'Ripe', item_type: story, shared: true, filter: { query: 'x' }, columns: null, order_by: null });

const menu = await client.menuItems.list();
await client.menuItems.destroy(named(menu, 'Old docs').id);
await client.menuItems.update(named(menu, 'Handbook').id, { label: 'Manual', external_url: 'https://example.org/manual', open_in_new_tab: false, position: 1 });
const group = await client.menuItems.create({ label: 'Reading' });
await client.menuItems.create({ label: 'Ripe stories', item_type: story, item_type_filter: ripe, parent: group });
const ofPage = (await client.menuItems.list()).find((entry) => entry.item_type?.id === page.id);
await client.menuItems.update(ofPage.id, { parent: group, position: 1 });

const schemaMenu = await client.schemaMenuItems.list();
await client.schemaMenuItems.destroy(named(schemaMenu, 'Old folder').id);
const folder = await client.schemaMenuItems.create({ label: 'Writing', kind: 'item_type' });
const blocks = await client.schemaMenuItems.create({ label: 'Small ones', kind: 'modular_block' });
for (const [entry, parent] of [[story, folder], [page, folder], [quote, blocks]]) {
  const item = (await client.schemaMenuItems.list()).find((one) => one.item_type?.id === entry.id);
  await client.schemaMenuItems.update(item.id, { parent });
}

const writers = named(await client.roles.list(), 'Writers');
await client.roles.updateCurrentEnvironmentPermissions(writers.id, {
  positive_item_type_permissions: {
    add: [{ action: 'update', item_type: story.id, on_creator: 'self', localization_scope: 'all' }],
  },
  negative_upload_permissions: { add: [{ action: 'delete', on_creator: 'anyone' }] },
});

report({ story: story.id, page: page.id, fields: Object.keys(fields).length });

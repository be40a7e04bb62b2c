// What there is before the release: the ledger of the first migration is there already, as in any project that has one.
import { clientOf, report } from './project.mjs';

const client = clientOf();

const workflow = await client.workflows.create({
  name: 'Editorial',
  api_key: 'editorial',
  stages: [
    { id: 'writing', name: 'Writing', description: null, initial: true },
    { id: 'done', name: 'Done', description: null, initial: false },
  ],
});
await client.workflows.create({
  name: 'Forgotten',
  api_key: 'forgotten',
  stages: [{ id: 'only', name: 'Only', description: null, initial: true }],
});

const kept = await client.plugins.create({ name: 'Colours', url: 'https://plugins.example.org/colours', permissions: [] });
await client.plugins.update(kept.id, { parameters: { palette: 'warm' } });
await client.plugins.create({ name: 'Old', url: 'https://plugins.example.org/old', permissions: [] });

await client.uploadFilters.create({ name: 'Pictures', shared: true, filter: { query: 'png' } });
await client.uploadFilters.create({ name: 'Leftovers', shared: true, filter: {} });
await client.uploadFilters.create({ name: 'Mine alone', shared: false, filter: {} });

const page = await client.itemTypes.create({ name: 'Page', api_key: 'page', draft_mode_active: true });
const head = await client.fieldsets.create(page.id, { title: 'Head', collapsible: true });
await client.fieldsets.create(page.id, { title: 'Unused' });
const title = await client.fields.create(page.id, { label: 'Title', api_key: 'title', field_type: 'string', fieldset: head });
await client.fields.create(page.id, { label: 'Lead', api_key: 'lead', field_type: 'string', fieldset: head });
await client.fields.create(page.id, { label: 'Weight', api_key: 'weight', field_type: 'integer', default_value: 1 });
await client.fields.create(page.id, { label: 'Legacy', api_key: 'legacy', field_type: 'text' });
await client.fields.create(page.id, {
  label: 'Path',
  api_key: 'path',
  field_type: 'slug',
  validators: { slug_title_field: { title_field_id: title.id } },
});
await client.itemTypes.update(page.id, { title_field: title, workflow });
await client.itemTypeFilters.create({ name: 'Recent', item_type: page, shared: true, filter: {}, columns: null, order_by: null });
await client.itemTypeFilters.create({ name: 'Gone soon', item_type: page, shared: true, filter: {}, columns: null, order_by: null });

const card = await client.itemTypes.create({ name: 'Card', api_key: 'card', modular_block: true });
await client.fields.create(card.id, { label: 'Text', api_key: 'text', field_type: 'text' });
const retired = await client.itemTypes.create({ name: 'Retired', api_key: 'retired' });
await client.fields.create(retired.id, { label: 'Name', api_key: 'name', field_type: 'string' });
await client.itemTypes.create({ name: 'Retired card', api_key: 'retired_card', modular_block: true });

await client.menuItems.create({ label: 'Handbook', external_url: 'https://example.org/handbook', open_in_new_tab: true });
await client.menuItems.create({ label: 'Old docs', external_url: 'https://example.org/old' });
await client.schemaMenuItems.create({ label: 'Old folder', kind: 'item_type' });

const [role] = await client.roles.list();
const editor = await client.roles.create({
  name: 'Writers',
  environments_access: 'all',
  positive_item_type_permissions: [
    { environment: 'main', action: 'read', item_type: page.id, on_creator: 'anyone', localization_scope: null },
    { environment: 'main', action: 'create', item_type: retired.id, localization_scope: 'all' },
  ],
  negative_item_type_permissions: [],
  positive_upload_permissions: [{ environment: 'main', action: 'read', on_creator: 'anyone' }],
  negative_upload_permissions: [],
});

const home = await client.items.create({ item_type: page, title: 'Home', lead: 'Welcome', weight: 4, legacy: 'x', path: 'home' });
report({ page: page.id, role: editor.id, builtIn: role.id, home: home.id });

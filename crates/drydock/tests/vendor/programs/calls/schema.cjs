'use strict';
// Models, fields, fieldsets, menus, filters, workflows, plugins.

module.exports = async (world) => {
  const { call, keep, drop, expect } = world;

  const workflow = await keep('workflows', {
    name: 'Editorial',
    api_key: 'editorial',
    stages: [
      { id: 'writing', name: 'Writing', description: null, initial: true },
      { id: 'done', name: 'Done', description: null, initial: false },
    ],
  });
  await call('workflows', 'update', [workflow], { data: { name: 'Editing' } });
  await drop('workflows', { name: 'Spare', api_key: 'spare', stages: [{ id: 'one', name: 'One', description: null, initial: true }] });

  const model = await keep('itemTypes', { name: 'Article', api_key: 'article', draft_mode_active: true });
  const block = await keep('itemTypes', { name: 'Quote', api_key: 'quote', modular_block: true });
  await drop('itemTypes', { name: 'Spare', api_key: 'spare' });
  const text = { label: 'Words', api_key: 'words', field_type: 'text' };
  await call('fields', 'create', [block], { data: text });

  const title = await keep(
    'fields',
    { label: 'Title', api_key: 'title', field_type: 'string' },
    { args: [model], listArgs: [model] },
  );
  const fieldset = await keep('fieldsets', { title: 'Head' }, { args: [model], listArgs: [model] });
  await call('fieldsets', 'update', [fieldset], { data: { title: 'Header', collapsible: true } });
  await drop('fieldsets', { title: 'Spare' }, { args: [model], listArgs: [model] });
  await call('fields', 'update', [title], { data: { label: 'Headline', hint: 'Short' } });
  await drop('fields', { label: 'Spare', api_key: 'spare', field_type: 'integer' }, { args: [model], listArgs: [model] });
  const sections = await call('fields', 'create', [model], {
    data: { label: 'Sections', api_key: 'sections', field_type: 'rich_text', validators: { rich_text_blocks: { item_types: [block.id] } } },
  });
  const related = await call('fields', 'create', [model], {
    data: { label: 'Related', api_key: 'related', field_type: 'links', validators: { items_item_type: { item_types: [model.id] } } },
  });
  const picture = await call('fields', 'create', [model], { data: { label: 'Picture', api_key: 'picture', field_type: 'file' } });
  const copied = await call('fields', 'duplicate', [title]);
  expect('fields.duplicate', copied.label, 'Headline (copy #1)');
  const referencing = await call('fields', 'referencing', [model]);
  expect('fields.referencing', referencing?.map(({ id }) => id), [related.id]);
  const around = await call('fields', 'related', [model]);
  expect('fields.related', Array.isArray(around), true);
  const pointing = await call('itemTypes', 'referencing', [block]);
  expect('itemTypes.referencing', pointing?.map(({ id }) => id), [model.id]);
  await call('itemTypes', 'rawReorderFieldsAndFieldsets', [model], {
    data: {
      data: [
        { id: picture.id, type: 'field', attributes: { position: 1 }, relationships: { fieldset: { data: null } } },
        { id: title.id, type: 'field', attributes: { position: 1 }, relationships: { fieldset: { data: { type: 'fieldset', id: fieldset.id } } } },
      ],
    },
  });
  await call('itemTypes', 'update', [model], { data: { hint: 'What people read', title_field: title, workflow } });
  const twin = await call('itemTypes', 'duplicate', [model]);
  expect('itemTypes.duplicate', twin.name, 'Article (copy #1)');

  const filter = await keep('itemTypeFilters', { name: 'Recent', item_type: model, shared: true, filter: {}, columns: null, order_by: null });
  await call('itemTypeFilters', 'update', [filter], { data: { name: 'Newest', order_by: '_updated_at_DESC' } });
  await drop('itemTypeFilters', { name: 'Spare', item_type: model, shared: false, filter: {}, columns: null, order_by: null });

  const manual = await keep('menuItems', { label: 'Manual', external_url: 'https://example.org/manual' });
  await call('menuItems', 'update', [manual], { data: { label: 'Handbook', open_in_new_tab: true } });
  await drop('menuItems', { label: 'Spare', external_url: 'https://example.org/spare' });
  await call('menuItems', 'reorder', [], { data: [{ id: manual.id, type: 'menu_item', position: 1, parent: null }] });

  const folder = await keep('schemaMenuItems', { label: 'Writing', kind: 'item_type' });
  await call('schemaMenuItems', 'update', [folder], { data: { label: 'Reading' } });
  await drop('schemaMenuItems', { label: 'Spare', kind: 'modular_block' });
  await call('schemaMenuItems', 'reorder', [], { data: [{ id: folder.id, type: 'schema_menu_item', position: 1, parent: null }] });

  const plugin = await keep('plugins', { name: 'Counter', url: 'https://plugins.example.org/counter', permissions: [] });
  await call('plugins', 'update', [plugin], { data: { parameters: { most: 3 } } });
  await call('fields', 'update', [title], {
    data: { appearance: { editor: 'single_line', parameters: {}, addons: [{ id: plugin.id, field_extension: 'counter', parameters: {} }] } },
  });
  const shown = await call('plugins', 'fields', [plugin]);
  expect('plugins.fields', shown?.map(({ id }) => id), [title.id]);
  await drop('plugins', { name: 'Spare', url: 'https://plugins.example.org/spare', permissions: [] });

  Object.assign(world, { model, block, title, sections, workflow });
};

'use strict';
// Records, their versions and schedules, and who edits them.

module.exports = async (world) => {
  const { call, drop, expect, model, block } = world;
  const words = (text) => ({
    type: 'item',
    attributes: { words: text },
    relationships: { item_type: { data: { type: 'item_type', id: block.id } } },
  });
  const write = (title, more = {}) => call('items', 'create', [], { data: { item_type: model, title, ...more } });

  const first = await write('First', { sections: [words('Well')] });
  const second = await write('Second', { related: [first.id] });
  const found = await call('items', 'find', [first], { params: { nested: true } });
  expect('items.find', found.sections[0].attributes.words, 'Well');
  const listed = await call('items', 'list', [], { params: { filter: { type: 'article' }, order_by: 'title_ASC', page: { limit: 1 } } });
  expect('items.list', listed.map(({ title }) => title), ['First']);
  await call('items', 'validateExisting', [first], { data: { title: 'Still fine' } });
  await call('items', 'validateNew', [], { data: { item_type: model, title: 'Fine' } });
  await call('items', 'update', [first], { data: { title: 'First, changed' } });
  const copy = await call('items', 'duplicate', [first]);
  expect('items.duplicate', copy.sections.length, 1);
  const references = await call('items', 'references', [first]);
  expect('items.references', references.map(({ id }) => id), [second.id]);
  await call('items', 'publish', [first]);
  await call('items', 'update', [first], { data: { title: 'First, changed again' } });
  const states = await call('items', 'currentVsPublishedState', [first]);
  expect('items.currentVsPublishedState', typeof states, 'object');
  await call('items', 'publish', [second], { params: { recursive: true } });
  await call('items', 'unpublish', [second]);
  await drop('items', { item_type: model, title: 'Spare' });

  const several = [await write('One'), await write('Two'), await write('Three')];
  const items = several.map(({ id }) => ({ type: 'item', id }));
  await call('items', 'bulkPublish', [], { data: { items } });
  await call('items', 'bulkUnpublish', [], { data: { items: items.slice(1) } });
  await call('items', 'bulkMoveToStage', [], { data: { stage: 'done', items: items.slice(0, 2) } });
  await call('items', 'bulkDestroy', [], { data: { items: items.slice(2) } });

  const versions = await call('itemVersions', 'list', [first]);
  expect('itemVersions.list', versions.length, 3);
  const oldest = await call('itemVersions', 'find', [versions.at(-1)]);
  expect('itemVersions.find', oldest.title, 'First');
  await call('itemVersions', 'restore', [oldest]);

  const soon = '2090-01-01T00:00:00.000+00:00';
  await call('scheduledPublication', 'create', [second], { data: { publication_scheduled_at: soon } });
  await call('scheduledPublication', 'destroy', [second]);
  await call('scheduledUnpublishing', 'create', [first], { data: { unpublishing_scheduled_at: soon } });
  await call('scheduledUnpublishing', 'destroy', [first]);
  await call('scheduledPublication', 'create', [second], { data: { publication_scheduled_at: soon } });

  const enter = (id) => ({ data: { type: 'editing_session_enter_item', relationships: { item: { data: { type: 'item', id } } } } });
  await call('editingSessions', 'rawUpdate', ['somebody'], { data: enter(first.id) });
  const sessions = await call('editingSessions', 'list');
  expect('editingSessions.list', sessions.length, 1);
  await call('editingSessions', 'destroy', [sessions[0]]);

  Object.assign(world, { first });
  Object.assign(world.ids, { item: first.id, model: model.id });
};

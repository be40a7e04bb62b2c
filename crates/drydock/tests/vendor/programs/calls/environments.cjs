'use strict';
// Environments and maintenance mode: last, since they change what is primary.

module.exports = async ({ call, agree, expect }) => {
  for (const id of ['second', 'spare']) await call('environments', 'fork', ['main'], { data: { id } });
  await agree('environments', { id: 'second' });
  const inSecond = await call('itemTypes', 'create', [], { data: { name: 'Only here', api_key: 'only_here' }, environment: 'second' });
  expect('--environment', inSecond.api_key, 'only_here');
  await call('environments', 'rename', ['second'], { data: { id: 'release' } });
  await call('environments', 'destroy', ['spare']);
  await call('maintenanceMode', 'activate');
  const during = await call('maintenanceMode', 'find');
  expect('maintenanceMode.find', during.active, true);
  await call('environments', 'promote', ['release']);
  await call('maintenanceMode', 'deactivate');
};

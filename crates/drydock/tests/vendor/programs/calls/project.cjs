'use strict';
// What belongs to the whole project: roles, people, tokens, webhooks, build triggers, search indexes, settings, limits.

module.exports = async (world) => {
  const { call, keep, drop, agree, until, expect, fetched, wanted } = world;

  const role = await keep('roles', { name: 'Writers', can_edit_schema: false, environments_access: 'all' });
  await call('roles', 'update', [role], { data: { name: 'Authors', can_edit_favicon: true } });
  await call('roles', 'duplicate', [role]);
  await drop('roles', { name: 'Spare' });

  const rights = { can_access_cda: true, can_access_cda_preview: false, can_access_cma: true, role };
  const token = await keep('accessTokens', { name: 'Website', ...rights });
  await call('accessTokens', 'update', [token], { data: { ...rights, name: 'Front end', can_access_cda_preview: true } });
  const renewed = await call('accessTokens', 'regenerateToken', [token]);
  expect('accessTokens.regenerateToken', renewed.token !== token.token, true);
  await drop('accessTokens', { name: 'Spare', ...rights });

  const invitation = await keep('siteInvitations', { email: 'somebody@example.org', role });
  await call('siteInvitations', 'update', [invitation], { data: { role } });
  await call('siteInvitations', 'resend', [invitation]);
  await drop('siteInvitations', { email: 'nobody@example.org', role });
  const [user] = await call('users', 'list');
  await agree('users', user);
  await call('users', 'findMe');
  // The password every user of a new project has.
  const session = await call('session', 'create', [], { data: { email: user.email, password: 'drydock' } });
  await call('session', 'destroy', [], { token: session.id });
  await call('users', 'update', [user], { data: { role } });
  await call('users', 'destroy', [user], { params: { destination_user_type: 'access_token', destination_user_id: token.id } });

  // An address of the server itself: what it answers does not matter, the call is on record.
  const address = new URL('/site', process.env.DRYDOCK_CMA).href;
  const webhook = await keep('webhooks', {
    name: 'Deploy',
    url: address,
    custom_payload: null,
    headers: { 'x-from': 'drydock' },
    events: [{ entity_type: 'item_type', event_types: ['create'] }],
    http_basic_user: null,
    http_basic_password: null,
  });
  await call('webhooks', 'update', [webhook], { data: { name: 'Announce' } });
  await drop('webhooks', { name: 'Spare', url: address, custom_payload: null, headers: {}, events: [], http_basic_user: null, http_basic_password: null });
  await call('itemTypes', 'create', [], { data: { name: 'Announced', api_key: 'announced' } });
  const [delivery] = await until(() => call('webhookCalls', 'list'));
  await agree('webhookCalls', delivery);
  await call('webhookCalls', 'resendWebhook', [delivery]);

  const trigger = await keep('buildTriggers', {
    name: 'Site',
    adapter: 'custom',
    frontend_url: address,
    indexing_enabled: true,
    autotrigger_on_scheduled_publications: false,
    adapter_settings: { trigger_url: address, headers: {}, payload: {} },
  });
  await call('buildTriggers', 'update', [trigger], { data: { name: 'Website' } });
  await call('buildTriggers', 'trigger', [trigger]);
  const [event] = await until(() => call('buildEvents', 'list'));
  await agree('buildEvents', event);
  await call('buildTriggers', 'abort', [trigger]);
  await call('buildTriggers', 'reindex', [trigger]);
  await call('buildTriggers', 'abortIndexing', [trigger]);
  await drop('buildTriggers', {
    name: 'Spare',
    adapter: 'custom',
    frontend_url: null,
    autotrigger_on_scheduled_publications: false,
    adapter_settings: { trigger_url: address, headers: {}, payload: {} },
  });

  const index = await keep('searchIndexes', { name: 'Pages', enabled: true, frontend_url: address, build_triggers: [] });
  await call('searchIndexes', 'update', [index], { data: { name: 'All pages' } });
  await call('searchIndexes', 'trigger', [index]);
  const crawled = wanted.has('searchIndexEvents.list') ? await until(() => call('searchIndexEvents', 'list')) : [];
  for (const [at, crawl] of crawled.entries()) if (at === 0) await agree('searchIndexEvents', crawl);
  await call('searchIndexes', 'abort', [index]);
  await call('searchResults', 'list', [], { params: { filter: { query: 'anything', search_index_id: index?.id } } });
  await drop('searchIndexes', { name: 'Spare', enabled: false, frontend_url: address, build_triggers: [] });

  await call('site', 'find');
  await call('site', 'update', [], { data: { name: 'Called', no_index: true } });
  await call('site', 'updateAssetsCdnDefaultSettings', [], {
    data: { assets_cdn_default_settings: { image: { q: 80, auto: ['format'] }, video: {} } },
  });
  for (const name of wanted) {
    const [resource, method] = name.split('.');
    if (resource === 'site' && method.startsWith('activate')) await call(resource, method);
  }
  await call('publicInfo', 'find');
  const limits = await call('subscriptionLimits', 'list');
  const limit = await call('subscriptionLimits', 'find', [limits[0]]);
  expect('subscriptionLimits.find', limit.code, limits[0].code);

  const renaming = await fetched(
    'PUT',
    `${process.env.DRYDOCK_CMA}/site`,
    JSON.stringify({ data: { type: 'site', attributes: { name: 'Named by a job' } } }),
    { authorization: `Bearer ${process.env.DRYDOCK_TOKEN}`, 'x-api-version': '3', accept: 'application/json', 'content-type': 'application/json' },
  );
  const { data: job } = await renaming.json();
  const result = await call('jobResults', 'find', [job]);
  world.ids.job = job.id;
  expect('jobResults.find', result.payload.data.attributes.name, 'Named by a job');
};

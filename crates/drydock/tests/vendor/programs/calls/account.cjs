'use strict';
// What belongs to larger plans: single sign-on, the audit log, statistics, the panel's own words.

module.exports = async ({ call, agree, fetched, expect }) => {
  const roles = await call('roles', 'list');
  const role = roles.find(({ name }) => name === 'Authors');

  await call('ssoSettings', 'find');
  await call('ssoSettings', 'update', [], { data: { idp_saml_metadata_url: 'https://idp.example.org/metadata', default_role: role } });
  const { scim_api_token: provider } = await call('ssoSettings', 'generateToken');
  // Users and groups are made by an identity provider, over a protocol of its own.
  const tell = async (path, body) => {
    const address = new URL(`/scim${path}`, process.env.DRYDOCK_CMA).href;
    const headers = { authorization: `Bearer ${provider}`, 'content-type': 'application/json' };
    return (await fetched('POST', address, JSON.stringify(body), headers)).json();
  };
  const person = (userName) => tell('/Users', { userName, name: { givenName: 'Some', familyName: 'Body' } });
  const [kept, spare] = [await person('kept@corp.example.org'), await person('spare@corp.example.org')];
  const authors = await tell('/Groups', { displayName: 'Authors', members: [{ value: kept.id }] });
  const others = await tell('/Groups', { displayName: 'Spare', members: [] });
  await agree('ssoUsers', kept);
  await call('ssoUsers', 'destroy', [spare]);
  await call('ssoUsers', 'copyUsers');
  const groups = await call('ssoGroups', 'list');
  expect('ssoGroups.list', groups.map(({ name }) => name).sort(), ['Authors', 'Spare']);
  await call('ssoGroups', 'copyRoles', [authors]);
  await call('ssoGroups', 'update', [authors], { data: { priority: 7, role } });
  await call('ssoGroups', 'destroy', [others]);

  const features = await call('subscriptionFeatures', 'list');
  expect('subscriptionFeatures.list', features.length > 0, true);
  const events = await call('auditLogEvents', 'query', [], { data: { detailed_log: true } });
  expect('auditLogEvents.query', events.length > 0, true);
  const days = await call('dailyUsages', 'list');
  expect('dailyUsages.list', days.at(-1).cma_api_calls > 0, true);
  const counted = await call('usageCounters', 'find', ['cma_endpoint_requests'], { params: { period: 'today' } });
  expect('usageCounters.find', counted.result.length > 0, true);

  const suggested = await call('emojiSuggestions', 'find', [], { params: { term: 'rocket' } });
  expect('emojiSuggestions.find', suggested.emojis, ['🚀']);
  await call('whiteLabelSettings', 'find');
  const texts = 'https://texts.example.org/:locale.json';
  const settings = await call('whiteLabelSettings', 'update', [], { data: { custom_i18n_messages_template_url: texts } });
  expect('whiteLabelSettings.update', settings.custom_i18n_messages_template_url, texts);
};

// Refusals as the client gives them to a script: `ApiError` with its request and answer, and `findError`.
import { ApiError } from '@datocms/cma-client-node';
import { clientOf, report } from './project.mjs';

const client = clientOf();
const model = await client.itemTypes.create({ name: 'Entry', api_key: 'entry', draft_mode_active: true });
await client.fields.create(model.id, {
  label: 'Title',
  api_key: 'title',
  field_type: 'string',
  validators: { required: {}, length: { min: 3 } },
});
const entry = await client.items.create({ item_type: model, title: 'First' });

async function refused(call) {
  try {
    await call();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error(`not refused: ${call}`);
}

const short = await refused(() => client.items.create({ item_type: model, title: 'x' }));
const absent = await refused(() => client.items.find('none'));
const { current_version: read } = entry.meta;
await client.items.update(entry.id, { title: 'Second', meta: { current_version: read } });
const stale = await refused(() => client.items.update(entry.id, { title: 'Third', meta: { current_version: read } }));
const inJob = await refused(() => client.fields.create(model.id, { label: 'Title', api_key: 'title', field_type: 'string' }));
const elsewhere = await refused(() => clientOf('nowhere').items.list());
const forbidden = await refused(() => clientOf(undefined, { apiToken: 'wrong' }).items.list());

report({
  short: {
    status: short.response.status,
    method: short.request.method,
    url: short.request.url.endsWith('/items'),
    sent: short.request.body.data.attributes,
    byCode: short.findError('INVALID_FIELD')?.attributes.details,
    byDetails: Boolean(short.findError('INVALID_FIELD', { field: 'title', code: 'VALIDATION_LENGTH' })),
    byFunction: Boolean(short.findError(['NOT_FOUND', 'INVALID_FIELD'], ({ field }) => field === 'title')),
    otherField: Boolean(short.findError('INVALID_FIELD', { field: 'body' })),
    otherCode: Boolean(short.findError('NOT_FOUND')),
    message: short.message.includes('INVALID_FIELD'),
  },
  absent: [absent.response.status, Boolean(absent.findError('NOT_FOUND'))],
  stale: [stale.response.status, Boolean(stale.findError('STALE_ITEM_VERSION'))],
  inJob: [inJob.response.status, inJob.response.statusText, inJob.findError('INVALID_FIELD')?.attributes.details.code],
  elsewhere: [elsewhere.response.status, Boolean(elsewhere.findError('INVALID_ENVIRONMENT'))],
  forbidden: [forbidden.response.status, Boolean(forbidden.findError('INVALID_AUTHORIZATION_HEADER'))],
});

// What the CMS answers in these tests: the same to both, and always the same.

const items = ['1', '2'].map((id) => item(id));

function item(id) {
  const relationships = { item_type: { data: { id: 'm', type: 'item_type' } } };
  return { type: 'item', id, attributes: { title: `Title ${id}` }, relationships, meta: {} };
}

const model = { type: 'item_type', id: 'm', attributes: { name: 'Article', api_key: 'article' }, relationships: {} };

const refused = (code, details) => ({ data: [{ type: 'api_error', id: 'e', attributes: { code, details } }] });

/** The answer to a request: its status and its body. */
export function answer(method, path) {
  const [, resource, id] = path.split('/');
  if (resource === 'items' && id === undefined) return [200, { data: items, meta: { total_count: items.length } }];
  if (resource === 'items' && id !== 'gone') return [200, { data: item(id) }];
  if (resource === 'item-types' && method === 'GET') return [200, { data: [model] }];
  if (resource === 'item-types') return [422, refused('INVALID_FIELD', { field: 'api_key', code: 'VALIDATION_UNIQUENESS' })];
  return [404, refused('NOT_FOUND', {})];
}

/** A request as a line of text. */
export const line = (method, path, query, body) => `${method} ${path}${query && `?${query}`} ${body ?? ''}`.trimEnd();

/** What went wrong, in a line. The host is not the same in both: the sandbox knows none. */
export const sentence = ({ message }) => String(message).split('\n')[0].replace('https://site-api.datocms.com', '');

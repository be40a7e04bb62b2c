// A server in trouble: what the client sends again on its own, and what it gives up on. The faults are those of the test.
import { ApiError, LogLevel, TimeoutError } from '@datocms/cma-client-node';
import { clientOf, report } from './project.mjs';

const lines = [];
const logged = { logLevel: LogLevel.BASIC, logFn: (line) => lines.push(line.replace(/^\[\d+\] /, '').replace(/ http:\/\/[^/]+\/cma/, ' ')) };
const client = clientOf(undefined, logged);

const model = await client.itemTypes.create({ name: 'Entry', api_key: 'entry' });
await client.fields.create(model.id, { label: 'Title', api_key: 'title', field_type: 'string' });

lines.length = 0;
await client.items.create({ item_type: model, title: 'after two refusals for pace and one error that passes' });
const created = [...lines];

lines.length = 0;
const hasty = clientOf(undefined, { ...logged, autoRetry: false });
const once = await hasty.items.update('none', { title: 'x' }).catch((error) => error instanceof ApiError && error.response.status);

lines.length = 0;
const impatient = clientOf(undefined, { ...logged, requestTimeout: 150 });
const hung = await impatient.itemTypes.find('hung').catch((error) => error instanceof TimeoutError && error.request.method);
const attempts = lines.filter((line) => line.startsWith('GET')).length;
const patient = await clientOf(undefined, { requestTimeout: 150 }).site.find();

lines.length = 0;
const broken = await client.menuItems.list().catch((error) => error.response?.status);

report({ created, once, hung, attempts, patient: patient.type, broken });
// The client leaves the connections it gave up on open, and they would keep Node waiting.
process.exit();

// A job that takes its time, polled at the client's own pace; and one whose result the caller fetches in a way of its own.
import { LogLevel } from '@datocms/cma-client-node';
import { clientOf, report } from './project.mjs';

const lines = [];
const client = clientOf(undefined, { logLevel: LogLevel.BASIC, logFn: (line) => lines.push(line) });
const model = await client.itemTypes.create({ name: 'Entry', api_key: 'entry' });
lines.length = 0;
const field = await client.fields.create(model.id, { label: 'Title', api_key: 'title', field_type: 'string' });
const calls = lines.map((line) =>
  line.replace(/^\[\d+\] /, '').replace(/ http:\/\/[^/]+\/cma/, ' ').replace(/job-results\/\S+/, 'job-results/…').replace(model.id, '…'),
);

const own = clientOf();
const asked = [];
own.jobResultsFetcher = async (id) => {
  asked.push(typeof id);
  for (;;) {
    const response = await fetch(`${process.env.DRYDOCK_CMA}/job-results/${id}`, {
      headers: { authorization: `Bearer ${process.env.DRYDOCK_TOKEN}`, 'x-api-version': '3', accept: 'application/json' },
    });
    const { data } = await response.json();
    if (response.ok) return data.attributes;
  }
};
const second = await own.fields.create(model.id, { label: 'Text', api_key: 'text', field_type: 'text' });
report({ calls, fields: [field.api_key, second.api_key], asked });

// What every program here needs: clients of the drydock under test, and a way to give the test a document.
import { buildClient } from '@datocms/cma-client-node';

const { DRYDOCK_CMA: baseUrl, DRYDOCK_TOKEN: apiToken } = process.env;

/** The vendor's client, for one environment or the primary one. */
export function clientOf(environment, options = {}) {
  return buildClient({ baseUrl, apiToken, environment, ...options });
}

/** The last thing a program prints: what the test reads. */
export function report(document) {
  process.stdout.write(`\n${JSON.stringify(document)}\n`);
}

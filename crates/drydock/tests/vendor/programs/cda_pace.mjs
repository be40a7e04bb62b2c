// The delivery client waits when it is told to slow down, and asks again.
import { executeQuery } from '@datocms/cda-client';
import { report } from './project.mjs';

const options = { token: process.env.DRYDOCK_TOKEN, graphqlEndpointUrl: process.env.DRYDOCK_CDA };
const statuses = [];
const fetchFn = async (...call) => {
  const response = await fetch(...call);
  statuses.push(response.status);
  return response;
};
const { _site: site } = await executeQuery('{ _site { locales } }', { ...options, fetchFn });
const hasty = await executeQuery('{ _site { locales } }', { ...options, autoRetry: false }).catch((error) => error.response.status);
report({ statuses, locales: site.locales, hasty });

import { buildClient } from '@datocms/cma-client-node';

export default async (client: any) => {
  const { apiToken, environment, fetchFn } = client.config;
  const own = buildClient({ apiToken, environment, fetchFn });
  await own.items.publish('1');
  console.log(environment);
};

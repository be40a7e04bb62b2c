import * as fields from '../lib/definitions';

export default async (client: any) => {
  for (const { api_key } of Object.values(fields)) await client.items.find(api_key);
};

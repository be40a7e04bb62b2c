import { buildBlockRecord, isItemId, SchemaRepository } from '@datocms/cma-client-node';

export default async (client: any) => {
  const block = buildBlockRecord({ item_type: { type: 'item_type', id: 'm' }, words: 'Said' });
  const models = await new SchemaRepository(client).getAllItemTypes();
  console.log(JSON.stringify(block), models.length, typeof isItemId);
};

import { ApiError } from 'datocms/lib/cma-client-node';

export default async (client: any) => {
  try {
    await client.itemTypes.create({ name: 'Article', api_key: 'article' });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const taken = error.findError('INVALID_FIELD', { field: 'api_key', code: 'VALIDATION_UNIQUENESS' });
    console.log(taken?.attributes.code, error.response.status, error.errors.length, error.findError('NOT_FOUND'));
  }
  await client.items.find('gone');
};

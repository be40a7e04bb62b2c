export default async (client: any) => {
  for (const id of ['1', 'gone', '2']) await client.items.find(id);
};

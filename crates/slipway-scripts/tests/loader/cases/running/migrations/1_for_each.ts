export default async (client: any) => {
  const items = await client.items.list();
  items.forEach(async ({ id }: { id: string }) => {
    await client.items.publish(id);
    console.log('published', id);
    await client.items.unpublish(id);
  });
};

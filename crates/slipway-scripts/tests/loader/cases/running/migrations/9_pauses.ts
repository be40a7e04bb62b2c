const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export default async (client: any) => {
  const items = await client.items.list();
  items.forEach(async ({ id }: { id: string }, at: number) => {
    await client.items.publish(id);
    await sleep(150 + 50 * at);
    await client.items.unpublish(id);
  });
};

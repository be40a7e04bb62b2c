export default async (client: { items: { publish(id: string): Promise<unknown> } }) => {
  await client.items.publish('1');
};

export const title = 'beside it';

export default async function rename(client: { items: object }): Promise<void> {
  console.log(rename.name, typeof client.items);
}

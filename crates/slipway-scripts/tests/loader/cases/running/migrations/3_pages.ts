async function* articles(client: any) {
  for await (const item of client.items.listPagedIterator({ filter: { type: 'article' } }, { perPage: 30 })) yield item;
}

export default async (client: any) => {
  for await (const { id } of articles(client)) console.log(id);
  for await (const { type } of client.items.rawListPagedIterator({})) console.log(type);
};

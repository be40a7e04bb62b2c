import type { Client } from 'datocms/lib/cma-client-node';

/** Removes the tag, now that topics say the same. This cannot be undone inside the environment. */
export default async function retireTags(client: Client): Promise<void> {
  const forgotten: string[] = [];
  for await (const article of client.items.listPagedIterator(
    { filter: { type: 'article' } },
    { perPage: 30 },
  )) {
    const topics = (article.topics ?? []) as string[];
    if (article.tag && topics.length === 0) {
      forgotten.push(article.id);
    }
  }
  if (forgotten.length > 0) {
    throw new Error(`These articles still have a tag and no topic: ${forgotten.join(', ')}`);
  }

  // Editors used to search by tag. They get one saved view for every topic instead.
  const article = await client.itemTypes.find('article');
  for await (const topic of client.items.listPagedIterator({ filter: { type: 'topic' } })) {
    const { en: name } = topic.name as { en: string };
    await client.itemTypeFilters.create({
      name: `Articles on ${name.toLowerCase()}`,
      filter: { fields: { topics: { any_in: [topic.id] } } },
      order_by: '_updated_at_DESC',
      shared: true,
      item_type: { type: 'item_type', id: article.id },
    });
    console.log(`Saved view for "${name}" created.`);
  }

  const fields = await client.fields.list(article);
  const tag = fields.find((field) => field.api_key === 'tag');
  if (!tag) {
    throw new Error('Articles have no tag field any more. Was this migration run by hand?');
  }
  await client.fields.destroy(tag);
  console.log('The tag field is gone.');
}

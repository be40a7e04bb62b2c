import type { Client } from 'datocms/lib/cma-client-node';

const WORDS_PER_MINUTE = 200;

type Node = { type: string; value?: string; children?: Node[] };
type StructuredText = { document: Node } | null;

/** How long an article takes to read, counted once from its longest language. */
export default async function addReadingTime(client: Client): Promise<void> {
  await client.fields.create('article', {
    label: 'Reading time in minutes',
    api_key: 'reading_minutes',
    field_type: 'integer',
    validators: { number_range: { min: 1 } },
  });

  // The pages are ordered by what was changed last, so all of them are read before any record is changed.
  const articles = [];
  for await (const article of client.items.listPagedIterator({ filter: { type: 'article' } })) {
    articles.push(article);
  }

  const published: string[] = [];
  for (const article of articles) {
    const bodies = Object.values(article.body as Record<string, StructuredText>);
    const words = Math.max(0, ...bodies.map((body) => (body ? countWords(body.document) : 0)));
    await client.items.update(article.id, {
      reading_minutes: Math.max(1, Math.ceil(words / WORDS_PER_MINUTE)),
    });
    if (article.meta.status === 'published') {
      published.push(article.id);
    }
  }
  if (published.length > 0) {
    await client.items.bulkPublish({ items: published.map((id) => ({ type: 'item', id })) });
  }
  console.log(`Reading time set on ${articles.length} articles.`);
}

function countWords(node: Node): number {
  const own = node.value ? node.value.split(/\s+/).filter(Boolean).length : 0;
  return (node.children ?? []).reduce((sum, child) => sum + countWords(child), own);
}

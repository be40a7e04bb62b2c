import type { Client } from 'datocms/lib/cma-client-node';
import { capitalize, normalizeTag, slugify } from './helpers/slugify';

/** What the tags are called in Italian; tags are English only, topics are not. */
const ITALIAN: Record<string, string> = {
  glazing: 'Smaltatura',
  'wheel throwing': 'Tornio',
  raku: 'Raku',
  porcelain: 'Porcellana',
  stoneware: 'Gres',
  'wood firing': 'Cottura a legna',
  slipware: 'Ingobbio',
  maiolica: 'Maiolica',
  tools: 'Attrezzi',
  kilns: 'Forni',
  restoration: 'Restauro',
  tableware: 'Ceramica da tavola',
};

/** Two spellings of one subject, kept apart for years. */
const SAME_AS: Record<string, string> = { majolica: 'maiolica' };

/** Makes a topic of every tag and gives it to the articles that had the tag. */
export default async function moveTagsToTopics(client: Client): Promise<void> {
  // Records move to the front of the list when they change, so every page is read before the first change.
  const articles = [];
  for await (const article of client.items.listPagedIterator(
    { filter: { type: 'article' } },
    { perPage: 30 },
  )) {
    articles.push(article);
  }
  console.log(`Read ${articles.length} articles.`);

  const topicModel = await client.itemTypes.find('topic');
  const topics = new Map<string, string>();
  for (const article of articles) {
    const tag = subjectOf(article.tag);
    if (tag && !topics.has(tag)) {
      const name = capitalize(tag);
      const topic = await client.items.create({
        item_type: { type: 'item_type', id: topicModel.id },
        name: { en: name, it: ITALIAN[tag] ?? name },
        slug: slugify(tag),
        description: { en: '', it: '' },
      });
      topics.set(tag, topic.id);
      console.log(`Topic "${name}" created.`);
    }
  }

  // Only what was public without pending changes is published again: nobody's draft goes live here.
  const published: string[] = [];
  let moved = 0;
  for (const article of articles) {
    const topic = topics.get(subjectOf(article.tag) ?? '');
    if (!topic) {
      continue;
    }
    await client.items.update(article.id, { topics: [topic] });
    moved += 1;
    if (article.meta.status === 'published') {
      published.push(article.id);
    }
  }
  if (published.length > 0) {
    await client.items.bulkPublish({ items: published.map((id) => ({ type: 'item', id })) });
  }
  console.log(`${moved} articles have a topic; ${published.length} were published again.`);
}

function subjectOf(tag: unknown): string | null {
  if (typeof tag !== 'string' || tag.trim() === '') {
    return null;
  }
  const subject = normalizeTag(tag);
  return SAME_AS[subject] ?? subject;
}

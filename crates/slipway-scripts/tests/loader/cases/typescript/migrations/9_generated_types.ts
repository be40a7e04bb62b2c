import * as Schema from '../lib/schema';
import type { Client } from 'datocms/lib/cma-client-node';

export default async (client: Client) => {
  const pages = client.items.listPagedIterator<Schema.Article>({ filter: { type: Schema.Article.ID } });
  for await (const article of pages) console.log(article.id, Schema.Article.REF.type);
};

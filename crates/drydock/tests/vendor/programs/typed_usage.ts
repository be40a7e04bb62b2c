// Compiled against what `schema:generate` wrote: what is right compiles, and what is wrong does not.
import { type Client, buildBlockRecord, type ItemTypeDefinition } from '@datocms/cma-client-node';
import type { AnyBlock, AnyModel, Card, Page, Quote, Story, Tag } from './schema';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const blocks: Same<AnyBlock, Card | Quote> = true;
const models: Same<AnyModel, Page | Story | Tag> = true;
export const isDefinition: AnyModel extends ItemTypeDefinition ? true : false = true;
export const checked = blocks && models;

export default async function use(client: Client, pageId: Page['itemTypeId'], storyId: Story['itemTypeId']): Promise<void> {
  const page = await client.items.create<Page>({ item_type: { type: 'item_type', id: pageId }, name: 'Home' });
  const name: string | null = page.name;
  await client.items.create<Story>({
    item_type: { type: 'item_type', id: storyId },
    headline: { en: name ?? '', it: 'Casa' },
    pages: 3,
    place: { latitude: 45.4, longitude: 9.2 },
    parent_page: page.id,
    tags: [],
    sections: [
      buildBlockRecord<Quote>({ item_type: { type: 'item_type', id: 'unused' as Quote['itemTypeId'] }, words: 'Well' }),
    ],
  });
  // @ts-expect-error A headline is one text a language.
  await client.items.create<Story>({ item_type: { type: 'item_type', id: storyId }, headline: 'Home' });
  // @ts-expect-error There are no German texts here.
  await client.items.create<Story>({ item_type: { type: 'item_type', id: storyId }, headline: { de: 'Heim' } });
  // @ts-expect-error Pages are counted.
  await client.items.create<Story>({ item_type: { type: 'item_type', id: storyId }, pages: 'three' });
  // @ts-expect-error A page has no such field.
  await client.items.create<Page>({ item_type: { type: 'item_type', id: pageId }, nonsense: 1 });
  const [tag] = await client.items.list<Tag>({ filter: { type: 'tag' } });
  const parent: string | null | undefined = tag?.parent_id;
  console.log(parent);
}

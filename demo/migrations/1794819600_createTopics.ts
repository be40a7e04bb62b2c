import type { Client } from 'datocms/lib/cma-client-node';

/**
 * Topics will take the place of the tag typed by hand. This step only adds: the site and the editors
 * go on using the tag until the last article has its topics.
 */
export default async function createTopics(client: Client): Promise<void> {
  const topic = await client.itemTypes.create({
    name: 'Topic',
    api_key: 'topic',
    draft_mode_active: false,
    hint: 'What articles are about. Replaces the tag.',
  });
  console.log('Model Topic created.');

  const name = await client.fields.create(topic, {
    label: 'Name',
    api_key: 'name',
    field_type: 'string',
    localized: true,
    validators: { required: {} },
    appearance: { editor: 'single_line', parameters: { heading: true }, addons: [] },
  });
  await client.fields.create(topic, {
    label: 'Slug',
    api_key: 'slug',
    field_type: 'slug',
    validators: { required: {}, unique: {}, slug_format: { predefined_pattern: 'webpage_slug' } },
  });
  await client.fields.create(topic, {
    label: 'Description',
    api_key: 'description',
    field_type: 'text',
    localized: true,
  });
  await client.fields.create(topic, {
    label: 'Colour',
    api_key: 'color',
    field_type: 'color',
  });
  await client.itemTypes.update(topic, {
    presentation_title_field: { type: 'field', id: name.id },
    title_field: { type: 'field', id: name.id },
  });

  const article = await client.itemTypes.find('article');
  await client.fields.create(article, {
    label: 'Topics',
    api_key: 'topics',
    field_type: 'links',
    validators: { items_item_type: { item_types: [topic.id] }, size: { max: 3 } },
    hint: 'Up to three. Use these instead of the tag.',
  });
  console.log('Articles can have topics.');

  // In the navigation, topics stand right after the articles.
  const menu = await client.menuItems.list();
  const articles = menu.find((item) => item.item_type?.id === article.id);
  const topics = menu.find((item) => item.item_type?.id === topic.id);
  if (articles && topics) {
    await client.menuItems.update(topics.id, {
      position: articles.position + 1,
      parent: articles.parent,
    });
  }
}

import type { Client } from 'datocms/lib/cma-client-node';

/** Issues, and the issue an article came out in. */
export default async function createIssues(client: Client): Promise<void> {
  const issue = await client.itemTypes.create({
    name: 'Issue',
    api_key: 'issue',
    draft_mode_active: false,
  });

  await client.fields.create(issue, {
    label: 'Title',
    api_key: 'title',
    field_type: 'string',
    localized: true,
    validators: { required: {} },
    appearance: { editor: 'single_line', parameters: { heading: true }, addons: [] },
  });
  const number = await client.fields.create(issue, {
    label: 'Number',
    api_key: 'number',
    field_type: 'integer',
    validators: { required: {} },
  });
  await client.fields.create(issue, {
    label: 'Slug',
    api_key: 'slug',
    field_type: 'slug',
    validators: { required: {}, unique: {} },
  });
  await client.fields.create(issue, {
    label: 'Released on',
    api_key: 'released_on',
    field_type: 'date',
  });
  await client.fields.create(issue, {
    label: 'Colour of the cover',
    api_key: 'accent',
    field_type: 'color',
  });
  await client.fields.create(issue, {
    label: 'Editorial',
    api_key: 'editorial',
    field_type: 'text',
    localized: true,
  });

  // The newest issue first.
  await client.itemTypes.update(issue, {
    ordering_direction: 'desc',
    ordering_field: { type: 'field', id: number.id },
  });

  const article = await client.itemTypes.find('article');
  await client.fields.create(article, {
    label: 'Issue',
    api_key: 'issue',
    field_type: 'link',
    validators: { item_item_type: { item_types: [issue.id] } },
  });
  console.log('Issues can be made, and articles can be put into them.');
}

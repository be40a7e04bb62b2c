import type { Client } from 'datocms/lib/cma-client-node';

/** Where the block may be used: model, field, and the validator that lists the allowed blocks. */
const PLACES = [
  { model: 'article', field: 'body', validator: 'structured_text_blocks' },
  { model: 'home_page', field: 'hero', validator: 'single_block_blocks' },
  { model: 'page', field: 'sections', validator: 'rich_text_blocks' },
] as const;

/** A block that invites readers to the newsletter, allowed wherever there are blocks. */
export default async function addNewsletterBlock(client: Client): Promise<void> {
  const block = await client.itemTypes.create({
    name: 'Newsletter',
    api_key: 'newsletter_block',
    modular_block: true,
  });
  await client.fields.create(block, {
    label: 'Heading',
    api_key: 'heading',
    field_type: 'string',
    validators: { required: {} },
    appearance: { editor: 'single_line', parameters: { heading: true }, addons: [] },
  });
  await client.fields.create(block, {
    label: 'Invitation',
    api_key: 'invitation',
    field_type: 'text',
  });
  await client.fields.create(block, {
    label: 'Button',
    api_key: 'button_label',
    field_type: 'string',
    validators: { required: {} },
  });

  for (const { model, field: apiKey, validator } of PLACES) {
    const fields = await client.fields.list(model);
    const field = fields.find((candidate) => candidate.api_key === apiKey);
    if (!field) {
      throw new Error(`Model ${model} has no field ${apiKey}`);
    }
    const validators = field.validators as Record<string, { item_types: string[] }>;
    await client.fields.update(field, {
      validators: {
        ...validators,
        [validator]: {
          ...validators[validator],
          item_types: [...validators[validator].item_types, block.id],
        },
      },
    });
    console.log(`${model}.${apiKey} takes newsletter blocks.`);
  }
}

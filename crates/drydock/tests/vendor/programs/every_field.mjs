// A field of every type with the validators it takes, an editor with its parameters, hints and defaults.

/**
 * @param models ids of the models and block models the fields refer to: `page`, `tag`, `card`, `quote`.
 * @param locales all locales of the environment; localized fields have a default for each.
 */
export function everyField({ page, tag, card, quote }, locales) {
  const inEvery = (value) => Object.fromEntries(locales.map((locale) => [locale, value]));
  const onePage = {
    item_types: [page],
    on_publish_with_unpublished_references_strategy: 'publish_references',
    on_reference_unpublish_strategy: 'delete_references',
    on_reference_delete_strategy: 'fail',
  };
  return [
    field('string', 'headline', {
      localized: true,
      hint: 'What it is about',
      default_value: inEvery('Untitled'),
      validators: { required: {}, unique: {}, length: { min: 2, max: 80 } },
      appearance: editor('single_line', { heading: true, placeholder: 'A few words' }),
    }),
    field('string', 'kind', {
      default_value: 'long',
      validators: { enum: { values: ['long', 'short'] } },
      appearance: editor('string_select', {
        options: [
          { label: 'Long', value: 'long', hint: 'More than a page' },
          { label: 'Short', value: 'short', hint: '' },
        ],
      }),
    }),
    field('string', 'contact', { validators: { format: { predefined_pattern: 'email' } } }),
    field('text', 'summary', {
      validators: { length: { max: 500 }, sanitized_html: { sanitize_before_validation: true } },
      appearance: editor('wysiwyg', { toolbar: ['format', 'bold', 'link'] }),
    }),
    field('text', 'notes', {
      localized: true,
      validators: { format: { custom_pattern: '^[A-Z]', description: 'begins with a capital' } },
      appearance: editor('textarea', { placeholder: 'Only for us' }),
    }),
    field('boolean', 'featured', {
      default_value: true,
      appearance: editor('boolean_radio_group', {
        positive_radio: { label: 'Yes', hint: '' },
        negative_radio: { label: 'No', hint: '' },
      }),
    }),
    field('integer', 'pages', { default_value: 3, validators: { required: {}, number_range: { min: -1, max: 900 } } }),
    field('float', 'rating', { default_value: 2.5, validators: { number_range: { min: 0.5, max: 5 } } }),
    field('date', 'day', { validators: { required: {}, date_range: { min: '2020-01-01', max: '2030-12-31' } } }),
    field('date_time', 'moment', { validators: { date_time_range: { min: '2020-01-01T00:00:00+00:00' } } }),
    field('color', 'tint', {
      validators: { required: {} },
      appearance: editor('color_picker', { enable_alpha: false, preset_colors: [{ red: 1, green: 2, blue: 3, alpha: 255 }] }),
    }),
    field('json', 'flags', {
      appearance: editor('string_checkbox_group', { options: [{ label: 'A', value: 'a', hint: '' }] }),
    }),
    field('lat_lon', 'place', { validators: { required: {} } }),
    field('seo', 'seo', {
      localized: true,
      validators: {
        required_seo_fields: { title: true, description: true, image: false, twitter_card: false },
        title_length: { max: 60 },
        description_length: { min: 10, max: 160 },
        file_size: { max_value: 2, max_unit: 'MB' },
        image_dimensions: { width_min_value: 200 },
        image_aspect_ratio: { eq_ar_numerator: 16, eq_ar_denominator: 9 },
      },
      appearance: editor('seo', { fields: ['title', 'description', 'image'], previews: ['google', 'slack'] }),
    }),
    field('video', 'film', { validators: { required: {} } }),
    field('file', 'picture', {
      validators: {
        required: {},
        extension: { predefined_list: 'image' },
        required_alt_title: { title: false, alt: true },
        image_dimensions: { width_min_value: 10, height_min_value: 10 },
      },
    }),
    field('gallery', 'pictures', { localized: true, validators: { size: { min: 1, max: 9 }, extension: { extensions: ['png', 'jpg'] } } }),
    field('link', 'parent_page', { validators: { item_item_type: onePage, unique: {} } }),
    field('links', 'tags', {
      validators: { items_item_type: { item_types: [tag, page] }, size: { min: 1, multiple_of: 2 } },
      appearance: editor('links_embed', {}),
    }),
    field('rich_text', 'sections', {
      validators: { rich_text_blocks: { item_types: [card, quote] }, size: { max: 12 } },
      appearance: editor('rich_text', { start_collapsed: true }),
    }),
    field('single_block', 'hero', {
      localized: true,
      validators: { single_block_blocks: { item_types: [card] }, required: {} },
      appearance: editor('frameless_single_block', {}),
    }),
    field('structured_text', 'body', {
      localized: true,
      validators: {
        structured_text_blocks: { item_types: [card] },
        structured_text_inline_blocks: { item_types: [quote] },
        structured_text_links: { ...onePage, item_types: [page, tag] },
        length: { min: 1 },
      },
      appearance: editor('structured_text', {
        nodes: ['heading', 'link', 'list'],
        marks: ['strong', 'emphasis'],
        heading_levels: [2, 3],
        blocks_start_collapsed: true,
        show_links_target_blank: true,
        show_links_meta_editor: false,
      }),
    }),
  ];
}

/** The slug of the headline; its validator needs the id of that field. */
export function slugOf(headline) {
  return field('slug', 'slug', {
    validators: {
      required: {},
      unique: {},
      slug_format: { predefined_pattern: 'webpage_slug' },
      slug_title_field: { title_field_id: headline },
    },
    appearance: editor('slug', { url_prefix: 'https://example.org/' }),
  });
}

function editor(name, parameters) {
  return { editor: name, parameters, addons: [] };
}

function field(fieldType, apiKey, more) {
  const words = apiKey.replaceAll('_', ' ');
  const label = words[0].toUpperCase() + words.slice(1);
  return { field_type: fieldType, api_key: apiKey, label, ...more };
}

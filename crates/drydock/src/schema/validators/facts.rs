//! What is known about each validator: its parameters.
//!
//! Source: the validator types the vendor publishes with its client.

/// What a parameter may be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// How many: 0 or more.
    Count,
    Number,
    /// A number above 0.
    Positive,
    Text,
    /// A regular expression this server can run.
    Pattern,
    Date,
    Moment,
    Flag,
    Texts,
    OneOf(&'static [&'static str]),
}

/// What is known about one validator.
pub(super) struct Facts {
    pub(super) parameters: &'static [(&'static str, Shape)],
    /// Groups of parameters of which at least one must be there; each entry is a group whose members come together.
    pub(super) some_of: &'static [&'static [&'static str]],
    /// Parameters that exclude each other.
    pub(super) not_both: Option<(&'static str, &'static str)>,
}

const COUNTS: &[(&str, Shape)] = &[
    ("min", Shape::Count),
    ("eq", Shape::Count),
    ("max", Shape::Count),
];

const UNITS: Shape = Shape::OneOf(&["B", "KB", "MB"]);

const BLOCKS: Facts = facts(&[("item_types", Shape::Texts)], &[&["item_types"]]);

const LINKS: Facts = facts(
    &[
        ("item_types", Shape::Texts),
        (
            "on_publish_with_unpublished_references_strategy",
            Shape::OneOf(&["fail", "publish_references"]),
        ),
        (
            "on_reference_unpublish_strategy",
            Shape::OneOf(&["fail", "unpublish", "delete_references"]),
        ),
        (
            "on_reference_delete_strategy",
            Shape::OneOf(&["fail", "delete_references"]),
        ),
    ],
    &[&["item_types"]],
);

const fn facts(
    parameters: &'static [(&'static str, Shape)],
    some_of: &'static [&'static [&'static str]],
) -> Facts {
    Facts {
        parameters,
        some_of,
        not_both: None,
    }
}

/// The facts about a validator; `None` when there is no such validator.
#[expect(clippy::too_many_lines, reason = "a table, one entry a validator")]
pub(super) fn facts_of(validator: &str) -> Option<Facts> {
    Some(match validator {
        "required" | "unique" => facts(&[], &[]),
        "length" => facts(COUNTS, &[&["min"], &["eq"], &["max"]]),
        "size" => facts(
            &[
                ("min", Shape::Count),
                ("eq", Shape::Count),
                ("max", Shape::Count),
                ("multiple_of", Shape::Positive),
            ],
            &[&["min"], &["eq"], &["max"], &["multiple_of"]],
        ),
        "title_length" | "description_length" => facts(
            &[("min", Shape::Count), ("max", Shape::Count)],
            &[&["min"], &["max"]],
        ),
        "number_range" => facts(
            &[("min", Shape::Number), ("max", Shape::Number)],
            &[&["min"], &["max"]],
        ),
        "date_range" => facts(
            &[("min", Shape::Date), ("max", Shape::Date)],
            &[&["min"], &["max"]],
        ),
        "date_time_range" => facts(
            &[("min", Shape::Moment), ("max", Shape::Moment)],
            &[&["min"], &["max"]],
        ),
        "enum" => facts(&[("values", Shape::Texts)], &[&["values"]]),
        "format" => Facts {
            not_both: Some(("custom_pattern", "predefined_pattern")),
            ..facts(
                &[
                    ("custom_pattern", Shape::Pattern),
                    ("predefined_pattern", Shape::OneOf(&["email", "url"])),
                    ("description", Shape::Text),
                ],
                &[&["custom_pattern"], &["predefined_pattern"]],
            )
        },
        "slug_format" => Facts {
            not_both: Some(("custom_pattern", "predefined_pattern")),
            ..facts(
                &[
                    ("custom_pattern", Shape::Pattern),
                    ("predefined_pattern", Shape::OneOf(&["webpage_slug"])),
                ],
                &[&["custom_pattern"], &["predefined_pattern"]],
            )
        },
        "slug_title_field" => facts(&[("title_field_id", Shape::Text)], &[&["title_field_id"]]),
        "extension" => Facts {
            not_both: Some(("extensions", "predefined_list")),
            ..facts(
                &[
                    ("extensions", Shape::Texts),
                    (
                        "predefined_list",
                        Shape::OneOf(&["image", "transformable_image", "video", "document"]),
                    ),
                ],
                &[&["extensions"], &["predefined_list"]],
            )
        },
        "file_size" => facts(
            &[
                ("min_value", Shape::Number),
                ("min_unit", UNITS),
                ("max_value", Shape::Number),
                ("max_unit", UNITS),
            ],
            &[&["min_value", "min_unit"], &["max_value", "max_unit"]],
        ),
        "image_dimensions" => facts(
            &[
                ("width_min_value", Shape::Count),
                ("width_max_value", Shape::Count),
                ("height_min_value", Shape::Count),
                ("height_max_value", Shape::Count),
            ],
            &[
                &["width_min_value"],
                &["width_max_value"],
                &["height_min_value"],
                &["height_max_value"],
            ],
        ),
        "image_aspect_ratio" => facts(
            &[
                ("min_ar_numerator", Shape::Positive),
                ("min_ar_denominator", Shape::Positive),
                ("eq_ar_numerator", Shape::Positive),
                ("eq_ar_denominator", Shape::Positive),
                ("max_ar_numerator", Shape::Positive),
                ("max_ar_denominator", Shape::Positive),
            ],
            &[
                &["min_ar_numerator", "min_ar_denominator"],
                &["eq_ar_numerator", "eq_ar_denominator"],
                &["max_ar_numerator", "max_ar_denominator"],
            ],
        ),
        "required_alt_title" => facts(
            &[("title", Shape::Flag), ("alt", Shape::Flag)],
            &[&["title"], &["alt"]],
        ),
        "required_seo_fields" => facts(
            &[
                ("title", Shape::Flag),
                ("description", Shape::Flag),
                ("image", Shape::Flag),
                ("twitter_card", Shape::Flag),
            ],
            &[&["title"], &["description"], &["image"], &["twitter_card"]],
        ),
        "sanitized_html" => facts(&[("sanitize_before_validation", Shape::Flag)], &[]),
        "rich_text_blocks"
        | "single_block_blocks"
        | "structured_text_blocks"
        | "structured_text_inline_blocks" => BLOCKS,
        "item_item_type" | "items_item_type" | "structured_text_links" => LINKS,
        _ => return None,
    })
}

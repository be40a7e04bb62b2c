//! The closed vocabulary of field types: which editors present them, which validators they take, which ones they demand.
//!
//! Source: the vendor's published field documentation and the appearances the real service returned for fields created
//! without one.

use serde_json::{Map, Value, json};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum FieldType {
    String,
    Text,
    Slug,
    Boolean,
    Integer,
    Float,
    Date,
    DateTime,
    Color,
    Json,
    LatLon,
    Seo,
    Video,
    File,
    Gallery,
    Link,
    Links,
    RichText,
    SingleBlock,
    StructuredText,
}

/// What is known about one field type.
struct Facts {
    wire: &'static str,
    /// The first is the default.
    editors: &'static [&'static str],
    demanded: &'static [&'static str],
    optional: &'static [&'static str],
}

impl FieldType {
    /// Every field type, in the order of the documentation.
    pub(crate) const ALL: [Self; 20] = [
        Self::String,
        Self::Text,
        Self::Slug,
        Self::Boolean,
        Self::Integer,
        Self::Float,
        Self::Date,
        Self::DateTime,
        Self::Color,
        Self::Json,
        Self::LatLon,
        Self::Seo,
        Self::Video,
        Self::File,
        Self::Gallery,
        Self::Link,
        Self::Links,
        Self::RichText,
        Self::SingleBlock,
        Self::StructuredText,
    ];

    #[expect(clippy::too_many_lines, reason = "a table, one entry a type")]
    fn facts(self) -> Facts {
        let facts = |wire, editors, demanded, optional| Facts {
            wire,
            editors,
            demanded,
            optional,
        };
        match self {
            Self::String => facts(
                "string",
                &["single_line", "string_radio_group", "string_select"],
                &[],
                &["required", "unique", "length", "format", "enum"],
            ),
            Self::Text => facts(
                "text",
                &["markdown", "wysiwyg", "textarea"],
                &[],
                &["required", "length", "format", "sanitized_html"],
            ),
            Self::Slug => facts(
                "slug",
                &["slug"],
                &[],
                &[
                    "required",
                    "unique",
                    "length",
                    "slug_format",
                    "slug_title_field",
                ],
            ),
            Self::Boolean => facts("boolean", &["boolean", "boolean_radio_group"], &[], &[]),
            Self::Integer => facts("integer", &["integer"], &[], &["required", "number_range"]),
            Self::Float => facts("float", &["float"], &[], &["required", "number_range"]),
            Self::Date => facts("date", &["date_picker"], &[], &["required", "date_range"]),
            Self::DateTime => facts(
                "date_time",
                &["date_time_picker"],
                &[],
                &["required", "date_time_range"],
            ),
            Self::Color => facts("color", &["color_picker"], &[], &["required"]),
            Self::Json => facts(
                "json",
                &["json", "string_multi_select", "string_checkbox_group"],
                &[],
                &["required"],
            ),
            Self::LatLon => facts("lat_lon", &["map"], &[], &["required"]),
            Self::Seo => facts(
                "seo",
                &["seo"],
                &[],
                &[
                    "required_seo_fields",
                    "file_size",
                    "image_dimensions",
                    "image_aspect_ratio",
                    "title_length",
                    "description_length",
                ],
            ),
            Self::Video => facts("video", &["video"], &[], &["required"]),
            Self::File => facts(
                "file",
                &["file"],
                &[],
                &[
                    "required",
                    "file_size",
                    "image_dimensions",
                    "image_aspect_ratio",
                    "extension",
                    "required_alt_title",
                ],
            ),
            Self::Gallery => facts(
                "gallery",
                &["gallery"],
                &[],
                &[
                    "size",
                    "file_size",
                    "image_dimensions",
                    "image_aspect_ratio",
                    "extension",
                    "required_alt_title",
                ],
            ),
            Self::Link => facts(
                "link",
                &["link_select", "link_embed"],
                &["item_item_type"],
                &["required", "unique"],
            ),
            Self::Links => facts(
                "links",
                &["links_select", "links_embed"],
                &["items_item_type"],
                &["size"],
            ),
            Self::RichText => facts(
                "rich_text",
                &["rich_text"],
                &["rich_text_blocks"],
                &["size"],
            ),
            Self::SingleBlock => facts(
                "single_block",
                &["framed_single_block", "frameless_single_block"],
                &["single_block_blocks"],
                &["required"],
            ),
            Self::StructuredText => facts(
                "structured_text",
                &["structured_text"],
                &["structured_text_blocks", "structured_text_links"],
                &["required", "length", "structured_text_inline_blocks"],
            ),
        }
    }

    /// The name on the wire.
    pub(crate) fn as_str(self) -> &'static str {
        self.facts().wire
    }

    /// The type with this name on the wire.
    pub(crate) fn parse(wire: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|field_type| field_type.as_str() == wire)
    }

    /// Validators without which such a field cannot exist.
    pub(crate) fn demanded_validators(self) -> &'static [&'static str] {
        self.facts().demanded
    }

    /// Whether such a field may carry this validator.
    pub(crate) fn accepts_validator(self, validator: &str) -> bool {
        let facts = self.facts();
        facts.demanded.contains(&validator) || facts.optional.contains(&validator)
    }

    /// Every validator such a field may carry.
    #[cfg(test)]
    pub(crate) fn validators(self) -> impl Iterator<Item = &'static str> {
        let facts = self.facts();
        facts.demanded.iter().chain(facts.optional).copied()
    }

    /// Whether values may contain blocks.
    pub(crate) fn holds_blocks(self) -> bool {
        matches!(
            self,
            Self::RichText | Self::SingleBlock | Self::StructuredText
        )
    }

    /// Whether new records can start with a value: what points at other things cannot be copied into each of them.
    pub(crate) fn may_have_default(self) -> bool {
        !self.holds_blocks()
            && !matches!(self, Self::Link | Self::Links | Self::File | Self::Gallery)
    }

    /// Whether the value of an untouched field is an empty list rather than null.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Gallery | Self::Links | Self::RichText)
    }

    /// The value of a field nobody has filled in. Booleans have no third state (site opt-in `improved_boolean_fields`).
    pub(crate) fn empty_value(self) -> Value {
        if self.is_list() {
            json!([])
        } else if self == Self::Boolean {
            json!(false)
        } else {
            Value::Null
        }
    }

    /// Whether `editor` is one of the built-in ones for this type; anything else is a plugin's id.
    pub(crate) fn has_editor(self, editor: &str) -> bool {
        self.facts().editors.contains(&editor)
    }

    /// Whether `editor` is built in for some type at all.
    pub(crate) fn is_builtin_editor(editor: &str) -> bool {
        Self::ALL
            .into_iter()
            .any(|field_type| field_type.has_editor(editor))
    }

    /// The appearance of a field created without one.
    pub(crate) fn default_appearance(self) -> Value {
        let editor = self.facts().editors.first().copied().unwrap_or_default();
        let mut appearance = Map::new();
        appearance.insert("editor".to_owned(), json!(editor));
        appearance.insert("parameters".to_owned(), self.default_parameters());
        appearance.insert("addons".to_owned(), json!([]));
        if self == Self::Text {
            appearance.insert("type".to_owned(), json!(editor));
        }
        Value::Object(appearance)
    }

    fn default_parameters(self) -> Value {
        match self {
            Self::String => json!({ "heading": false }),
            Self::Text => json!({ "toolbar": [
                "heading", "bold", "italic", "strikethrough", "code", "unordered_list", "ordered_list", "quote", "link",
                "image", "fullscreen",
            ] }),
            Self::Slug => json!({ "url_prefix": null }),
            Self::Color => json!({ "enable_alpha": false, "preset_colors": [] }),
            Self::Seo => json!({
                "fields": ["title", "description", "image", "no_index", "twitter_card"],
                "previews": ["google", "twitter", "slack", "whatsapp", "telegram", "facebook", "linkedin"],
            }),
            Self::RichText | Self::SingleBlock => json!({ "start_collapsed": false }),
            Self::StructuredText => json!({
                "blocks_start_collapsed": false,
                "show_links_target_blank": true,
                "show_links_meta_editor": false,
                "nodes": ["blockquote", "code", "heading", "link", "list", "thematicBreak"],
                "marks": ["strong", "emphasis", "underline", "strikethrough", "code", "highlight"],
            }),
            Self::Boolean
            | Self::Integer
            | Self::Float
            | Self::Date
            | Self::DateTime
            | Self::Json
            | Self::LatLon
            | Self::Video
            | Self::File
            | Self::Gallery
            | Self::Link
            | Self::Links => json!({}),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FieldType;

    #[test]
    fn every_type_is_found_by_its_wire_name() {
        for field_type in FieldType::ALL {
            assert_eq!(FieldType::parse(field_type.as_str()), Some(field_type));
        }
        assert_eq!(FieldType::parse("paragraph"), None);
    }

    #[test]
    fn a_type_demands_only_validators_it_accepts() {
        for field_type in FieldType::ALL {
            for validator in field_type.demanded_validators() {
                assert!(field_type.accepts_validator(validator));
            }
        }
        assert!(!FieldType::Boolean.accepts_validator("required"));
    }
}

//! One field of a model, as far as the delivery API needs to know it.

use serde_json::Value;

/// One field of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "fields have these independent switches"
)]
pub(crate) struct Field {
    pub(crate) api_key: String,
    pub(crate) label: String,
    pub(crate) localized: bool,
    /// Must be filled in: its type cannot be null when invalid records are left out.
    pub(crate) required: bool,
    /// Records can be filtered by the content of its blocks.
    pub(crate) deep_filtering: bool,
    /// Text is written in Markdown.
    pub(crate) markdown: bool,
    /// What validators promise of its assets.
    pub(crate) asset: AssetPromise,
    pub(crate) kind: FieldKind,
}

/// What a valid asset field is known to hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "validators are independent of each other"
)]
pub(crate) struct AssetPromise {
    /// An image that can be transformed.
    pub(crate) image: bool,
    pub(crate) video: bool,
    pub(crate) alt: bool,
    pub(crate) title: bool,
}

/// A field type of the CMS with what the delivery API needs of its validators.
///
/// The lists hold ids of the models a value may point at, in the order of the validator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldKind {
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
    Link(Vec<String>),
    Links(Vec<String>),
    RichText(Vec<String>),
    SingleBlock(Vec<String>),
    StructuredText {
        blocks: Vec<String>,
        inline_blocks: Vec<String>,
        links: Vec<String>,
    },
}

impl FieldKind {
    /// Ids of the models whose records it may point at.
    pub(crate) fn linked(&self) -> &[String] {
        match self {
            Self::Link(ids) | Self::Links(ids) | Self::StructuredText { links: ids, .. } => ids,
            Self::String
            | Self::Text
            | Self::Slug
            | Self::Boolean
            | Self::Integer
            | Self::Float
            | Self::Date
            | Self::DateTime
            | Self::Color
            | Self::Json
            | Self::LatLon
            | Self::Seo
            | Self::Video
            | Self::File
            | Self::Gallery
            | Self::RichText(_)
            | Self::SingleBlock(_) => &[],
        }
    }

    /// Ids of the block models it may contain, inline blocks included.
    pub(crate) fn contained(&self) -> Vec<&str> {
        match self {
            Self::RichText(ids) | Self::SingleBlock(ids) => {
                ids.iter().map(String::as_str).collect()
            }
            Self::StructuredText {
                blocks,
                inline_blocks,
                ..
            } => blocks
                .iter()
                .chain(inline_blocks)
                .map(String::as_str)
                .collect(),
            Self::String
            | Self::Text
            | Self::Slug
            | Self::Boolean
            | Self::Integer
            | Self::Float
            | Self::Date
            | Self::DateTime
            | Self::Color
            | Self::Json
            | Self::LatLon
            | Self::Seo
            | Self::Video
            | Self::File
            | Self::Gallery
            | Self::Link(_)
            | Self::Links(_) => Vec::new(),
        }
    }
}

impl Field {
    /// Reads a JSON:API document of type `field`; `None` for a field type the delivery API does not know.
    pub(super) fn read(document: &Value) -> Option<Self> {
        let text = |pointer: &str| document.pointer(pointer).and_then(Value::as_str);
        let flag = |pointer: &str| document.pointer(pointer) == Some(&Value::Bool(true));
        let validators = document.pointer("/attributes/validators");
        Some(Self {
            api_key: text("/attributes/api_key")?.to_owned(),
            label: text("/attributes/label").unwrap_or_default().to_owned(),
            localized: flag("/attributes/localized"),
            required: validators.is_some_and(|validators| validators.get("required").is_some()),
            deep_filtering: flag("/attributes/deep_filtering_enabled"),
            markdown: text("/attributes/appearance/editor") == Some("markdown"),
            asset: AssetPromise::read(validators.unwrap_or(&Value::Null)),
            kind: kind(document)?,
        })
    }
}

impl AssetPromise {
    fn read(validators: &Value) -> Self {
        let list = validators
            .pointer("/extension/predefined_list")
            .and_then(Value::as_str);
        let needs = |part: &str| {
            validators.pointer(&format!("/required_alt_title/{part}")) == Some(&Value::Bool(true))
        };
        Self {
            image: list == Some("transformable_image"),
            video: list == Some("video"),
            alt: needs("alt"),
            title: needs("title"),
        }
    }
}

fn kind(document: &Value) -> Option<FieldKind> {
    let models = |validator: &str| {
        let path = format!("/attributes/validators/{validator}/item_types");
        let ids = document.pointer(&path).and_then(Value::as_array);
        ids.map(|ids| {
            ids.iter()
                .filter_map(Value::as_str)
                .map(str::to_owned)
                .collect()
        })
        .unwrap_or_default()
    };
    Some(
        match document.pointer("/attributes/field_type")?.as_str()? {
            "string" => FieldKind::String,
            "text" => FieldKind::Text,
            "slug" => FieldKind::Slug,
            "boolean" => FieldKind::Boolean,
            "integer" => FieldKind::Integer,
            "float" => FieldKind::Float,
            "date" => FieldKind::Date,
            "date_time" => FieldKind::DateTime,
            "color" => FieldKind::Color,
            "json" => FieldKind::Json,
            "lat_lon" => FieldKind::LatLon,
            "seo" => FieldKind::Seo,
            "video" => FieldKind::Video,
            "file" => FieldKind::File,
            "gallery" => FieldKind::Gallery,
            "link" => FieldKind::Link(models("item_item_type")),
            "links" => FieldKind::Links(models("items_item_type")),
            "rich_text" => FieldKind::RichText(models("rich_text_blocks")),
            "single_block" => FieldKind::SingleBlock(models("single_block_blocks")),
            "structured_text" => FieldKind::StructuredText {
                blocks: models("structured_text_blocks"),
                inline_blocks: models("structured_text_inline_blocks"),
                links: models("structured_text_links"),
            },
            _ => return None,
        },
    )
}

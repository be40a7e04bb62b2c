//! What the delivery schema is built from: the models and fields of one environment, as plain data.
//!
//! A description is read from the JSON:API documents of the environment's models and fields, so the
//! schema builder knows nothing of the database and is tested without one.

use std::collections::HashMap;

use serde_json::Value;

/// The models of an environment and the locales of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Locales of the site; the first is the default one. Never empty.
    pub(crate) locales: Vec<String>,
    /// Models and block models, in the order of the environment.
    pub(crate) models: Vec<Model>,
}

/// One model or block model.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "models have these independent switches"
)]
pub(crate) struct Model {
    pub(crate) id: String,
    pub(crate) api_key: String,
    pub(crate) name: String,
    pub(crate) block: bool,
    pub(crate) singleton: bool,
    pub(crate) sortable: bool,
    pub(crate) tree: bool,
    /// The order of a collection when the query does not say: a value of the model's order enum.
    pub(crate) default_order: String,
    pub(crate) fields: Vec<Field>,
}

/// One field of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) api_key: String,
    pub(crate) label: String,
    pub(crate) localized: bool,
    pub(crate) kind: FieldKind,
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

impl Description {
    /// Reads a description from JSON:API documents of type `item_type` and `field`.
    ///
    /// Fields of an unknown field type, of an unknown model, or with a name another field of the
    /// model already has in GraphQL, are left out: they cannot be named in a query.
    pub(crate) fn read(locales: Vec<String>, item_types: &[Value], fields: &[Value]) -> Self {
        let locales = if locales.is_empty() {
            vec!["en".to_owned()]
        } else {
            locales
        };
        let keys: HashMap<&str, &str> = fields
            .iter()
            .filter_map(|field| Some((text(field, "/id")?, text(field, "/attributes/api_key")?)))
            .collect();
        let mut models: Vec<Model> = item_types
            .iter()
            .filter_map(|doc| Model::read(doc, &keys))
            .collect();

        let mut sorted: Vec<&Value> = fields.iter().collect();
        sorted.sort_by_key(|field| {
            field
                .pointer("/attributes/position")
                .and_then(Value::as_i64)
                .unwrap_or(i64::MAX)
        });
        for document in sorted {
            let owner = text(document, "/relationships/item_type/data/id");
            let model = models
                .iter_mut()
                .find(|model| Some(model.id.as_str()) == owner);
            if let (Some(model), Some(field)) = (model, Field::read(document)) {
                let name = super::names::camel_case(&field.api_key);
                let taken = model
                    .fields
                    .iter()
                    .any(|other| super::names::camel_case(&other.api_key) == name);
                if !taken && !name.is_empty() && !Model::RESERVED.contains(&name.as_str()) {
                    model.fields.push(field);
                }
            }
        }
        Self { locales, models }
    }

    /// The locale used where a query names none.
    pub(crate) fn default_locale(&self) -> &str {
        self.locales.first().map_or("en", String::as_str)
    }

    /// The model with this id.
    pub(crate) fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }
}

impl Model {
    /// GraphQL field names every record type has, which no field of a model may take.
    const RESERVED: [&'static str; 4] = ["id", "position", "parent", "children"];

    fn read(document: &Value, field_keys: &HashMap<&str, &str>) -> Option<Self> {
        let flag = |name: &str| {
            document
                .pointer(&format!("/attributes/{name}"))
                .and_then(Value::as_bool)
                .unwrap_or(false)
        };
        let (sortable, tree) = (flag("sortable"), flag("tree"));
        let direction = match text(document, "/attributes/ordering_direction") {
            Some("asc") => "ASC",
            _ => "DESC",
        };
        let ordering_field = text(document, "/relationships/ordering_field/data/id")
            .and_then(|id| field_keys.get(id).copied());
        let default_order = if sortable || tree {
            "position_ASC".to_owned()
        } else if let Some(key) = ordering_field {
            format!("{}_{direction}", super::names::camel_case(key))
        } else {
            let meta = text(document, "/attributes/ordering_meta").unwrap_or("updated_at");
            format!("_{}_{direction}", super::names::camel_case(meta))
        };
        Some(Self {
            id: text(document, "/id")?.to_owned(),
            api_key: text(document, "/attributes/api_key")?.to_owned(),
            name: text(document, "/attributes/name")
                .unwrap_or_default()
                .to_owned(),
            block: flag("modular_block"),
            singleton: flag("singleton"),
            sortable,
            tree,
            default_order,
            fields: Vec::new(),
        })
    }

    /// True when any field is localized, so that records have `_locales`.
    pub(crate) fn localized(&self) -> bool {
        self.fields.iter().any(|field| field.localized)
    }
}

impl Field {
    fn read(document: &Value) -> Option<Self> {
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
        let kind = match text(document, "/attributes/field_type")? {
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
        };
        Some(Self {
            api_key: text(document, "/attributes/api_key")?.to_owned(),
            label: text(document, "/attributes/label")
                .unwrap_or_default()
                .to_owned(),
            localized: document
                .pointer("/attributes/localized")
                .and_then(Value::as_bool)
                .unwrap_or(false),
            kind,
        })
    }
}

fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer).and_then(Value::as_str)
}

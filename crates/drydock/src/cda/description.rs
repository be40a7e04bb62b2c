//! What the delivery schema is built from: the models and fields of one environment, as plain data.
//!
//! A description is read from the JSON:API documents of the environment's models and fields, so the
//! schema builder knows nothing of the database and is tested without one.

use std::collections::HashMap;

use serde_json::Value;

pub(crate) use super::field::{AssetPromise, Field, FieldKind};
use super::{names, order};

/// The models of an environment and the locales of its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    /// Locales of the site; the first is the default one. Never empty.
    pub(crate) locales: Vec<String>,
    /// Models and block models, in the order of the environment.
    pub(crate) models: Vec<Model>,
    /// Which promises the types make.
    pub(crate) mode: Mode,
}

/// What a query may rely on; it decides which types can be null (`management-api.md` 10.1 and 10.3).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Mode {
    /// Invalid records are left out, so required fields are never null.
    pub(crate) strict: bool,
    /// Drafts are seen, so a record need not have been published.
    pub(crate) drafts: bool,
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
    pub(crate) all_locales_required: bool,
    /// Its records answer which records point at them.
    pub(crate) inverse_relationships: bool,
    /// The order of a collection when the query does not say: a value of the model's order enum.
    pub(crate) default_order: String,
    /// API keys of the fields that stand for a record: its title, a picture, a summary.
    pub(crate) title_field: Option<String>,
    pub(crate) image_field: Option<String>,
    pub(crate) excerpt_field: Option<String>,
    pub(crate) fields: Vec<Field>,
}

impl Description {
    /// Reads a description from JSON:API documents of type `item_type` and `field`.
    ///
    /// Fields of an unknown field type, of an unknown model, or with a name another field of the
    /// model already has in GraphQL, are left out: they cannot be named in a query.
    pub(crate) fn read(
        locales: Vec<String>,
        item_types: &[Value],
        fields: &[Value],
        mode: Mode,
    ) -> Self {
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
                let name = names::camel_case(&field.api_key);
                let taken = model.field_named(&name).is_some();
                if !taken && !name.is_empty() && !Model::RESERVED.contains(&name.as_str()) {
                    model.fields.push(field);
                }
            }
        }
        for model in &mut models {
            model.forget_impossible_order();
        }
        Self {
            locales,
            models,
            mode,
        }
    }

    /// The locale used where a query names none.
    pub(crate) fn default_locale(&self) -> &str {
        self.locales.first().map_or("en", String::as_str)
    }

    /// The model with this id.
    pub(crate) fn model(&self, id: &str) -> Option<&Model> {
        self.models.iter().find(|model| model.id == id)
    }

    /// The models with these ids; ids of models that are gone are left out.
    pub(crate) fn models_of<'a>(&'a self, ids: &[impl AsRef<str>]) -> Vec<&'a Model> {
        ids.iter()
            .filter_map(|id| self.model(id.as_ref()))
            .collect()
    }

    /// Whether records can be filtered by the blocks of this field: it must be switched on, and there must be blocks.
    pub(crate) fn filters_deeply(&self, field: &Field) -> bool {
        field.deep_filtering && !self.models_of(&field.kind.contained()).is_empty()
    }

    /// Whether a field's type cannot be null. A localized field may be missing in a locale that its model does not demand.
    pub(crate) fn never_null(&self, model: &Model, field: &Field) -> bool {
        self.mode.strict && field.required && (!field.localized || model.all_locales_required)
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
        let related = |name: &str| {
            text(document, &format!("/relationships/{name}/data/id"))
                .and_then(|id| field_keys.get(id).copied())
        };
        let (sortable, tree) = (flag("sortable"), flag("tree"));
        let direction = match text(document, "/attributes/ordering_direction") {
            Some("asc") => "ASC",
            _ => "DESC",
        };
        let default_order = if sortable || tree {
            "position_ASC".to_owned()
        } else if let Some(key) = related("ordering_field") {
            format!("{}_{direction}", names::camel_case(key))
        } else {
            let meta = text(document, "/attributes/ordering_meta").unwrap_or("updated_at");
            format!("_{}_{direction}", names::camel_case(meta))
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
            all_locales_required: flag("all_locales_required"),
            inverse_relationships: flag("inverse_relationships_enabled"),
            default_order,
            title_field: related("title_field").map(str::to_owned),
            image_field: related("image_preview_field").map(str::to_owned),
            excerpt_field: related("excerpt_field").map(str::to_owned),
            fields: Vec::new(),
        })
    }

    /// True when any field is localized, so that records have `_locales`.
    pub(crate) fn localized(&self) -> bool {
        self.fields.iter().any(|field| field.localized)
    }

    /// The field with this API key.
    pub(crate) fn field(&self, api_key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_key == api_key)
    }

    /// The field with this GraphQL name.
    pub(crate) fn field_named(&self, name: &str) -> Option<&Field> {
        self.fields
            .iter()
            .find(|field| names::camel_case(&field.api_key) == name)
    }

    /// Records by a field that is not sorted by, or is gone, would have no default order at all.
    fn forget_impossible_order(&mut self) {
        if !order::columns(self)
            .iter()
            .any(|column| self.default_order.rsplit_once('_').map(|(name, _)| name) == Some(column))
        {
            "_updatedAt_DESC".clone_into(&mut self.default_order);
        }
    }
}

fn text<'a>(document: &'a Value, pointer: &str) -> Option<&'a str> {
    document.pointer(pointer).and_then(Value::as_str)
}

#[cfg(test)]
pub(super) mod samples {
    //! Models and fields for tests of this folder.

    use super::{AssetPromise, Field, FieldKind, Model};

    /// A field that asks for nothing.
    pub(crate) fn field(api_key: &str, localized: bool, kind: FieldKind) -> Field {
        Field {
            api_key: api_key.into(),
            label: api_key.into(),
            localized,
            required: false,
            deep_filtering: false,
            markdown: false,
            asset: AssetPromise::default(),
            kind,
        }
    }

    /// A model with these fields and every switch off.
    pub(crate) fn model(id: &str, api_key: &str, fields: Vec<Field>) -> Model {
        Model {
            id: id.into(),
            api_key: api_key.into(),
            name: api_key.into(),
            block: false,
            singleton: false,
            sortable: false,
            tree: false,
            all_locales_required: false,
            inverse_relationships: false,
            default_order: "_updatedAt_DESC".into(),
            title_field: None,
            image_field: None,
            excerpt_field: None,
            fields,
        }
    }
}

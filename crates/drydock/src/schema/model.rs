//! A typed view of the stored schema: what the record rules need to know about models and fields.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::schema::field_type::FieldType;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// A field of a model or block model.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_field_names,
    reason = "`field_type` is the attribute's name on the wire"
)]
pub(crate) struct Field {
    pub(crate) id: String,
    pub(crate) item_type: String,
    pub(crate) api_key: String,
    pub(crate) label: String,
    pub(crate) field_type: FieldType,
    pub(crate) localized: bool,
    pub(crate) validators: Map<String, Value>,
    /// Keyed by locale when the field is localized.
    pub(crate) default_value: Value,
    /// Place among the siblings, from 1.
    pub(crate) position: i64,
    pub(crate) fieldset: Option<String>,
}

/// A model, or a block model when `modular_block`.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the vendor's models have these independent switches"
)]
pub(crate) struct Model {
    pub(crate) id: String,
    pub(crate) api_key: String,
    pub(crate) singleton: bool,
    pub(crate) sortable: bool,
    pub(crate) tree: bool,
    pub(crate) modular_block: bool,
    pub(crate) draft_mode_active: bool,
    pub(crate) draft_saving_active: bool,
    pub(crate) all_locales_required: bool,
    pub(crate) ordering_field: Option<String>,
    pub(crate) ordering_meta: Option<String>,
    pub(crate) descending: bool,
    pub(crate) title_field: Option<String>,
    pub(crate) workflow: Option<String>,
    /// In the order of the form.
    pub(crate) fields: Vec<Field>,
}

impl Model {
    /// A model with these fields and every switch off, for documents that are not records.
    pub(crate) fn of_fields(api_key: &str, fields: Vec<Field>) -> Self {
        Self {
            id: api_key.to_owned(),
            api_key: api_key.to_owned(),
            singleton: false,
            sortable: false,
            tree: false,
            modular_block: false,
            draft_mode_active: false,
            draft_saving_active: false,
            all_locales_required: false,
            ordering_field: None,
            ordering_meta: None,
            descending: false,
            title_field: None,
            workflow: None,
            fields,
        }
    }

    /// The field with this API key.
    pub(crate) fn field(&self, api_key: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_key == api_key)
    }

    /// The field with this id.
    pub(crate) fn field_by_id(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Whether records exist per locale.
    pub(crate) fn is_localized(&self) -> bool {
        self.fields.iter().any(|field| field.localized)
    }
}

impl Field {
    pub(crate) fn from_entity(entity: &Entity) -> Result<Self, StoreError> {
        let wire = entity.text("field_type").unwrap_or_default();
        let field_type = FieldType::parse(wire).ok_or_else(|| StoreError::Damaged {
            what: format!("field {}", entity.id),
            reason: format!("`{wire}` is no field type"),
        })?;
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Self {
            id: entity.id.clone(),
            item_type: owned(entity.related("item_type")).unwrap_or_default(),
            api_key: owned(entity.text("api_key")).unwrap_or_default(),
            label: owned(entity.text("label")).unwrap_or_default(),
            field_type,
            localized: entity.flag("localized"),
            validators: entity
                .attribute("validators")
                .as_object()
                .cloned()
                .unwrap_or_default(),
            default_value: entity.attribute("default_value").clone(),
            position: entity.attribute("position").as_i64().unwrap_or_default(),
            fieldset: owned(entity.related("fieldset")),
        })
    }

    /// The parameters of a validator, if the field carries it.
    pub(crate) fn validator(&self, name: &str) -> Option<&Value> {
        self.validators.get(name)
    }

    /// The model ids a validator such as `rich_text_blocks` lists.
    pub(crate) fn allowed_item_types(&self, validator: &str) -> Vec<&str> {
        self.validator(validator)
            .and_then(|parameters| parameters.get("item_types"))
            .and_then(Value::as_array)
            .map(|ids| ids.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// The models whose records this field may point at.
    pub(crate) fn link_targets(&self) -> Vec<&str> {
        let validator = match self.field_type {
            FieldType::Link => "item_item_type",
            FieldType::Links => "items_item_type",
            FieldType::StructuredText => "structured_text_links",
            FieldType::String
            | FieldType::Text
            | FieldType::Slug
            | FieldType::Boolean
            | FieldType::Integer
            | FieldType::Float
            | FieldType::Date
            | FieldType::DateTime
            | FieldType::Color
            | FieldType::Json
            | FieldType::LatLon
            | FieldType::Seo
            | FieldType::Video
            | FieldType::File
            | FieldType::Gallery
            | FieldType::RichText
            | FieldType::SingleBlock => return Vec::new(),
        };
        self.allowed_item_types(validator)
    }

    /// The block models this field may contain, inline blocks included.
    pub(crate) fn block_targets(&self) -> Vec<&str> {
        BLOCK_VALIDATORS
            .iter()
            .flat_map(|validator| self.allowed_item_types(validator))
            .collect()
    }
}

/// Validators that list block models.
pub(crate) const BLOCK_VALIDATORS: [&str; 4] = [
    "rich_text_blocks",
    "single_block_blocks",
    "structured_text_blocks",
    "structured_text_inline_blocks",
];

/// Validators that list models to link to.
pub(crate) const LINK_VALIDATORS: [&str; 3] =
    ["item_item_type", "items_item_type", "structured_text_links"];

/// The models of one environment with their fields, and its locales.
#[derive(Debug, Clone, Default)]
pub(crate) struct Schema {
    models: Vec<Model>,
    by_id: HashMap<String, usize>,
    /// First is the main one. Never empty.
    pub(crate) locales: Vec<String>,
}

/// The schemas that were read last, by what the database calls their revision. The one used last stands last.
static READ: Mutex<Vec<(i64, Arc<Schema>)>> = Mutex::new(Vec::new());

/// How many are kept: those of a primary and its sandboxes.
const KEPT: usize = 8;

impl Schema {
    /// The schema of an environment database, as the transaction sees it.
    pub(crate) fn load(conn: &Connection) -> Result<Arc<Self>, StoreError> {
        let Some(revision) = entity::shapes_revision(conn)? else {
            return Self::read(conn).map(Arc::new);
        };
        if let Some(known) = kept(revision) {
            return Ok(known);
        }
        let schema = Arc::new(Self::read(conn)?);
        let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
        if read.len() >= KEPT {
            read.remove(0);
        }
        read.push((revision, Arc::clone(&schema)));
        Ok(schema)
    }

    /// Of these models, in these locales, for tests of what reads schemas.
    #[cfg(test)]
    pub(crate) fn of_models(models: Vec<Model>, locales: Vec<String>) -> Self {
        Self {
            by_id: index(&models),
            models,
            locales,
        }
    }

    fn read(conn: &Connection) -> Result<Self, StoreError> {
        let mut fields: HashMap<String, Vec<Field>> = HashMap::new();
        for entity in entity::list(conn, Kind::Field)? {
            let field = Field::from_entity(&entity)?;
            fields
                .entry(field.item_type.clone())
                .or_default()
                .push(field);
        }
        let fieldsets: HashMap<String, i64> = entity::list(conn, Kind::Fieldset)?
            .into_iter()
            .map(|fieldset| {
                let position = fieldset.attribute("position").as_i64().unwrap_or_default();
                (fieldset.id, position)
            })
            .collect();
        let models: Vec<Model> = entity::list(conn, Kind::ItemType)?
            .into_iter()
            .map(|entity| {
                let mut own = fields.remove(&entity.id).unwrap_or_default();
                own.sort_by_key(|field| form_order(field, &fieldsets));
                model_from_entity(&entity, own)
            })
            .collect();
        Ok(Self {
            by_id: index(&models),
            models,
            locales: site_locales(conn)?,
        })
    }

    /// The model with this id.
    pub(crate) fn model(&self, id: &str) -> Option<&Model> {
        self.by_id.get(id).and_then(|index| self.models.get(*index))
    }

    /// The model with this id or, failing that, this API key.
    pub(crate) fn resolve(&self, id_or_api_key: &str) -> Option<&Model> {
        self.model(id_or_api_key).or_else(|| {
            self.models
                .iter()
                .find(|model| model.api_key == id_or_api_key)
        })
    }

    /// All models and block models, oldest first.
    pub(crate) fn models(&self) -> &[Model] {
        &self.models
    }

    /// The first locale of the site.
    pub(crate) fn main_locale(&self) -> &str {
        self.locales.first().map_or("en", String::as_str)
    }
}

/// Where each model stands, by its id.
fn index(models: &[Model]) -> HashMap<String, usize> {
    let places = models.iter().enumerate();
    places
        .map(|(place, model)| (model.id.clone(), place))
        .collect()
}

fn kept(revision: i64) -> Option<Arc<Schema>> {
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let place = read.iter().position(|(known, _)| *known == revision)?;
    // A schema that is still used is not the next to go.
    read[place..].rotate_left(1);
    read.last().map(|(_, schema)| Arc::clone(schema))
}

/// Fields of a fieldset stand where the fieldset stands.
fn form_order(field: &Field, fieldsets: &HashMap<String, i64>) -> (i64, i64) {
    match &field.fieldset {
        Some(fieldset) => (
            fieldsets.get(fieldset).copied().unwrap_or(i64::MAX),
            field.position,
        ),
        None => (field.position, 0),
    }
}

fn model_from_entity(entity: &Entity, fields: Vec<Field>) -> Model {
    let text = |name: &str| entity.text(name).map(str::to_owned);
    let related = |name: &str| entity.related(name).map(str::to_owned);
    Model {
        id: entity.id.clone(),
        api_key: text("api_key").unwrap_or_default(),
        singleton: entity.flag("singleton"),
        sortable: entity.flag("sortable"),
        tree: entity.flag("tree"),
        modular_block: entity.flag("modular_block"),
        draft_mode_active: entity.flag("draft_mode_active"),
        draft_saving_active: entity.flag("draft_saving_active"),
        all_locales_required: entity.flag("all_locales_required"),
        ordering_field: related("ordering_field"),
        ordering_meta: text("ordering_meta"),
        descending: entity.text("ordering_direction") == Some("desc"),
        title_field: related("title_field"),
        workflow: related("workflow"),
        fields,
    }
}

/// The locales of the environment's site, main one first.
fn site_locales(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let site = entity::list(conn, Kind::Site)?.into_iter().next();
    let locales: Vec<String> = site
        .as_ref()
        .and_then(|site| site.attribute("locales").as_array())
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    Ok(if locales.is_empty() {
        vec!["en".to_owned()]
    } else {
        locales
    })
}

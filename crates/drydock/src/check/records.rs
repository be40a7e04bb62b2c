//! The attributes of the records in an answer, against the fields of their models. The vendor's types leave them open: what
//! a record has is for each project to say.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::field_value;
use super::mismatch::{self, Problem, below};
use crate::assets::metadata::Form;
use crate::clock::Timestamp;
use crate::cma::controllers::site::project_site;
use crate::schema::field_type::FieldType;
use crate::schema::model::{Model, Schema};
use crate::state::App;
use crate::store::entity;
use crate::store::{Database, StoreError};

/// The environment a call is about, as it was before the call.
#[derive(Debug, Clone)]
pub(crate) struct Ground {
    db: Database,
    revision: Option<i64>,
    /// How the project shows the default metadata of assets.
    pub(super) metadata: Form,
}

impl Ground {
    /// `None` when the call is about no environment that is in use: then no records are answered either.
    pub(crate) fn of(app: &App, environment: Option<&str>) -> Option<Self> {
        let db = app.environment(environment?).ok()?.db;
        let revision = db.read(entity::shapes_revision).ok()?;
        let metadata = Form::of(&project_site(app).ok()?);
        Some(Self {
            db,
            revision,
            metadata,
        })
    }

    /// The schema that the answer was made with. `None` when models, fields or locales changed since the call began: whether
    /// a record was read before or after cannot be told from outside.
    pub(super) fn schema(&self) -> Option<Arc<Schema>> {
        let read = self.db.read(|connection| {
            let same = entity::shapes_revision(connection)? == self.revision;
            same.then(|| Schema::load(connection)).transpose()
        });
        // An environment that was destroyed in the meantime is as good as changed.
        read.unwrap_or_else(|_: StoreError| None)
    }
}

/// A record that is not what its model says.
pub(super) struct Misshapen {
    /// What it should have been.
    pub(super) expected: String,
    pub(super) problem: Problem,
}

/// What is wrong with the attributes of the records and versions in a document. `nested` says whether blocks stand whole in
/// the fields that hold them.
pub(super) fn misshapen(schema: &Schema, document: &Value, nested: bool) -> Vec<Misshapen> {
    mismatch::entities(document)
        .flat_map(|(pointer, entity)| of_entity(schema, entity, &pointer, nested))
        .collect()
}

fn of_entity(schema: &Schema, entity: &Value, pointer: &str, nested: bool) -> Vec<Misshapen> {
    let extras = match entity["type"].as_str() {
        Some("item") => Extras::Record,
        Some("item_version") => Extras::None,
        _ => return Vec::new(),
    };
    let id = model_of(entity).unwrap_or_default();
    let Some(model) = schema.model(id) else {
        return vec![Misshapen {
            expected: "record".to_owned(),
            problem: Problem {
                pointer: format!("{pointer}/relationships/item_type"),
                what: "names no model of the environment".to_owned(),
            },
        }];
    };
    let mut problems = Problems {
        schema,
        nested,
        found: Vec::new(),
    };
    problems.attributes(
        model,
        &entity["attributes"],
        &format!("{pointer}/attributes"),
        extras,
    );
    problems
        .found
        .into_iter()
        .map(|problem| Misshapen {
            expected: format!("record of `{}`", model.api_key),
            problem,
        })
        .collect()
}

fn model_of(entity: &Value) -> Option<&str> {
    entity
        .pointer("/relationships/item_type/data/id")
        .and_then(Value::as_str)
}

/// An attribute that is no field, and what its value has to be.
type Extra = (&'static str, fn(&Value) -> bool);

/// What stands among the attributes besides the fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extras {
    /// Nothing: of versions, and of blocks inside a field.
    None,
    /// The times of a record, and its place when the model has places.
    Record,
}

impl Extras {
    fn of(self, model: &Model) -> Vec<Extra> {
        if self == Self::None {
            return Vec::new();
        }
        let mut extras: Vec<Extra> = vec![("created_at", is_moment), ("updated_at", is_moment)];
        if !model.modular_block && (model.sortable || model.tree) {
            extras.push(("position", Value::is_u64));
        }
        if !model.modular_block && model.tree {
            extras.push(("parent_id", |value| value.is_null() || value.is_string()));
        }
        extras
    }
}

fn is_moment(value: &Value) -> bool {
    value.as_str().and_then(Timestamp::parse).is_some()
}

struct Problems<'a> {
    schema: &'a Schema,
    nested: bool,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn note(&mut self, pointer: String, what: impl Into<String>) {
        let what = what.into();
        self.found.push(Problem { pointer, what });
    }

    /// Exactly the fields of the model, and the extras.
    fn attributes(&mut self, model: &Model, attributes: &Value, pointer: &str, extras: Extras) {
        let Some(attributes) = attributes.as_object() else {
            return self.note(pointer.to_owned(), "is no object");
        };
        let extras = extras.of(model);
        for key in attributes.keys() {
            let known = model.field(key).is_some() || extras.iter().any(|(extra, _)| extra == key);
            if !known {
                self.note(below(pointer, key), "is no field of the model");
            }
        }
        for (key, fits) in extras {
            match attributes.get(key) {
                None => self.note(below(pointer, key), "is missing"),
                Some(value) if model.field(key).is_none() && !fits(value) => {
                    self.note(below(pointer, key), "is not what every record has there");
                }
                Some(_) => {}
            }
        }
        self.fields(model, attributes, pointer);
    }

    fn fields(&mut self, model: &Model, attributes: &Map<String, Value>, pointer: &str) {
        let mut agreed: Option<Vec<&String>> = None;
        for field in &model.fields {
            let here = below(pointer, &field.api_key);
            let Some(value) = attributes.get(&field.api_key) else {
                self.note(here, "is missing");
                continue;
            };
            if !field.localized {
                self.value(field.field_type, value, &here);
                continue;
            }
            let Some(by_locale) = value.as_object() else {
                self.note(here, "is localized, and no object of locales");
                continue;
            };
            for (locale, value) in by_locale {
                let here = below(&here, locale);
                if !self.schema.locales.contains(locale) {
                    self.note(here.clone(), "is no locale of the environment");
                }
                self.value(field.field_type, value, &here);
            }
            let mut locales: Vec<&String> = by_locale.keys().collect();
            locales.sort_unstable();
            if locales.is_empty() {
                self.note(here, "is localized, and in no locale");
            } else if agreed.get_or_insert_with(|| locales.clone()) != &locales {
                self.note(here, "is in other locales than the fields before");
            }
        }
    }

    fn value(&mut self, field_type: FieldType, value: &Value, pointer: &str) {
        if let Err(what) = field_value::judge(field_type, value) {
            return self.note(pointer.to_owned(), what);
        }
        for (place, block) in field_value::blocks(field_type, value) {
            let pointer = format!("{pointer}{place}");
            match (block, self.nested) {
                (Value::String(id), false) if !id.is_empty() => {}
                (Value::Object(_), true) => self.block(block, &pointer),
                (_, false) => self.note(pointer, "is no id of a block"),
                (_, true) => self.note(pointer, "is no whole block"),
            }
        }
    }

    /// A block where it stands in a field.
    fn block(&mut self, block: &Value, pointer: &str) {
        const KEYS: [&str; 5] = ["type", "id", "attributes", "relationships", "meta"];
        for key in block.as_object().into_iter().flat_map(Map::keys) {
            if !KEYS.contains(&key.as_str()) {
                self.note(below(pointer, key), "is no part of a block");
            }
        }
        if block["type"] != "item" || !block["id"].is_string() {
            return self.note(pointer.to_owned(), "is no entity with an id");
        }
        let model = model_of(block).and_then(|id| self.schema.model(id));
        match model {
            Some(model) if model.modular_block => {
                self.attributes(
                    model,
                    &block["attributes"],
                    &below(pointer, "attributes"),
                    Extras::None,
                );
            }
            Some(_) | None => {
                self.note(below(pointer, "relationships"), "names no block model");
            }
        }
    }
}

#[cfg(test)]
mod tests;

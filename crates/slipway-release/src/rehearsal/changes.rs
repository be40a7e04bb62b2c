//! What became of a schema: the difference of two readings, by name.
//!
//! The difference is taken between what was there before the scripts and what was there after them. What a script made
//! and took away again is no change, and what it changed without a request of that name is one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::schema::{Model, Properties, Schema};

/// What became of a schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// Models and blocks with a change in them, by name.
    pub models: Vec<ModelChange>,
    /// Locales that came.
    pub locales_added: Vec<String>,
    /// Locales that went, and with them everything that was written in them.
    pub locales_removed: Vec<String>,
}

/// A model or block with a change in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChange {
    /// What it is called, after the scripts where it is still there.
    pub model: Named,
    /// Whether it is a block.
    pub block: bool,
    /// What became of the model itself.
    pub change: Change,
    /// Its fields with a change, by label. Those of a deleted model went along with it and are listed as deleted.
    pub fields: Vec<FieldChange>,
    /// Its fieldsets with a change, by title.
    pub fieldsets: Vec<FieldChange>,
}

/// A field or a fieldset with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// What it is called, after the scripts where it is still there. A fieldset has no api key.
    pub field: Named,
    /// What became of it.
    pub change: Change,
}

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// On the screen.
    pub label: String,
    /// In the API; empty where it has no such name.
    pub api_key: String,
}

/// What became of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Created,
    /// It is there no more.
    Deleted,
    /// It says something else of itself; nothing where only its parts changed.
    Changed(Vec<Difference>),
}

impl Change {
    /// What became of it, in one word.
    pub fn became(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Deleted => "deleted",
            Self::Changed(_) => "changed",
        }
    }

    /// What it says else of itself than before.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Created | Self::Deleted => &[],
            Self::Changed(differences) => differences,
        }
    }
}

/// One property that is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which, by the vendor's name: `label`, `validators.required`.
    pub property: String,
    /// What it was; `None` where it was not there.
    pub previous: Option<String>,
    /// What it is; `None` where it is not there any more.
    pub next: Option<String>,
}

/// How long the text of a value may get.
const LONGEST: usize = 80;

/// Where a field stands moves with every other one that comes or goes, and says nothing of its own.
const PLACE: &str = "position";

impl Changes {
    /// What changed from `previous` to `next`.
    pub fn between(previous: &Schema, next: &Schema) -> Self {
        let names = names(previous, next);
        let ids: BTreeSet<&String> = previous.models.keys().chain(next.models.keys()).collect();
        let mut models: Vec<ModelChange> = ids
            .into_iter()
            .filter_map(|id| model(previous.models.get(id), next.models.get(id), &names))
            .collect();
        models.sort_by(|a, b| a.model.cmp(&b.model));
        let without = |all: &[String], others: &[String]| -> Vec<String> {
            let new = all.iter().filter(|locale| !others.contains(locale));
            new.cloned().collect()
        };
        Self {
            models,
            locales_added: without(&next.locales, &previous.locales),
            locales_removed: without(&previous.locales, &next.locales),
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.models.is_empty() && self.locales_added.is_empty() && self.locales_removed.is_empty()
    }
}

/// The names of all models and fields by their ids, to write them where something refers to them.
type Names<'a> = BTreeMap<&'a str, &'a str>;

fn names<'a>(previous: &'a Schema, next: &'a Schema) -> Names<'a> {
    let mut names = Names::new();
    for (id, model) in previous.models.iter().chain(&next.models) {
        names.insert(id, model.properties.text("name"));
        for (id, field) in &model.fields {
            names.insert(id, field.text("label"));
        }
    }
    names
}

fn model(previous: Option<&Model>, next: Option<&Model>, names: &Names<'_>) -> Option<ModelChange> {
    let change = change(
        previous.map(|model| &model.properties),
        next.map(|model| &model.properties),
        names,
    )?;
    let none = BTreeMap::new();
    let (before, after) = (
        previous.map_or(&none, |model| &model.fields),
        next.map_or(&none, |model| &model.fields),
    );
    let fields = parts(before, after, "label", names);
    let (before, after) = (
        previous.map_or(&none, |model| &model.fieldsets),
        next.map_or(&none, |model| &model.fieldsets),
    );
    let fieldsets = parts(before, after, "title", names);
    let same = matches!(&change, Change::Changed(differences) if differences.is_empty());
    if same && fields.is_empty() && fieldsets.is_empty() {
        return None;
    }
    let seen = &next.or(previous)?.properties;
    Some(ModelChange {
        model: named(seen, "name"),
        block: seen.is("modular_block"),
        change,
        fields,
        fieldsets,
    })
}

fn named(properties: &Properties, label: &str) -> Named {
    Named {
        label: properties.text(label).to_owned(),
        api_key: properties.text("api_key").to_owned(),
    }
}

fn parts(
    previous: &BTreeMap<String, Properties>,
    next: &BTreeMap<String, Properties>,
    label: &str,
    names: &Names<'_>,
) -> Vec<FieldChange> {
    let ids: BTreeSet<&String> = previous.keys().chain(next.keys()).collect();
    let mut parts: Vec<FieldChange> = ids
        .into_iter()
        .filter_map(|id| {
            let (before, after) = (previous.get(id), next.get(id));
            let change = change(before, after, names)?;
            let same = matches!(&change, Change::Changed(differences) if differences.is_empty());
            (!same).then_some(FieldChange {
                field: named(after.or(before)?, label),
                change,
            })
        })
        .collect();
    parts.sort_by(|a, b| a.field.cmp(&b.field));
    parts
}

fn change(
    previous: Option<&Properties>,
    next: Option<&Properties>,
    names: &Names<'_>,
) -> Option<Change> {
    match (previous, next) {
        (None, None) => None,
        (None, Some(_)) => Some(Change::Created),
        (Some(_), None) => Some(Change::Deleted),
        (Some(previous), Some(next)) => Some(Change::Changed(differences(previous, next, names))),
    }
}

fn differences(previous: &Properties, next: &Properties, names: &Names<'_>) -> Vec<Difference> {
    let all: BTreeSet<&str> = previous.names().chain(next.names()).collect();
    let mut differences = Vec::new();
    for name in all {
        let there = |value: &&Value| !value.is_null() && name != PLACE;
        let before = previous.get(name).filter(there);
        let after = next.get(name).filter(there);
        match (before, after) {
            (before, after) if before == after => {}
            // Each validator and each setting of the editor is a matter of its own.
            (Some(Value::Object(before)), Some(Value::Object(after))) => {
                let all: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
                for key in all {
                    let (before, after) = (before.get(key), after.get(key));
                    if before != after {
                        differences.push(Difference {
                            property: format!("{name}.{key}"),
                            previous: before.map(|value| said(value, names)),
                            next: after.map(|value| said(value, names)),
                        });
                    }
                }
            }
            (before, after) => differences.push(Difference {
                property: name.to_owned(),
                previous: before.map(|value| said(value, names)),
                next: after.map(|value| said(value, names)),
            }),
        }
    }
    differences
}

/// A value as a short text, with models by their names.
fn said(value: &Value, names: &Names<'_>) -> String {
    let text = match with_names(value, names) {
        Value::String(text) => text,
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("{}…", &text[..cut]),
        None => text,
    }
}

fn with_names(value: &Value, names: &Names<'_>) -> Value {
    match value {
        Value::String(text) => names
            .get(text.as_str())
            .map_or_else(|| value.clone(), |name| Value::from(*name)),
        Value::Array(items) => items.iter().map(|item| with_names(item, names)).collect(),
        Value::Object(object) => object
            .iter()
            .map(|(key, value)| (key.clone(), with_names(value, names)))
            .collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn properties(value: &Value) -> Properties {
        Properties::new(value.as_object().unwrap().clone())
    }

    fn model(name: &str, fields: &[(&str, Value)]) -> Model {
        Model {
            properties: properties(&json!({ "name": name, "api_key": name.to_lowercase() })),
            fields: fields
                .iter()
                .map(|(id, value)| ((*id).to_owned(), properties(value)))
                .collect(),
            fieldsets: BTreeMap::new(),
        }
    }

    fn schema(models: &[(&str, Model)]) -> Schema {
        Schema {
            locales: vec!["en".to_owned()],
            models: models
                .iter()
                .map(|(id, model)| ((*id).to_owned(), model.clone()))
                .collect(),
        }
    }

    #[test]
    fn a_schema_does_not_differ_from_itself() {
        let schema = schema(&[("n", model("Note", &[("t", json!({ "label": "Title" }))]))]);
        assert!(Changes::between(&schema, &schema).is_empty());
    }

    #[test]
    fn what_came_went_and_changed_is_told_by_name() {
        let title =
            json!({ "label": "Title", "api_key": "title", "validators": { "required": {} } });
        let headline = json!({
            "label": "Headline",
            "api_key": "title",
            "validators": { "length": { "max": 5 }, "items_item_type": { "item_types": ["topic-id"] } },
        });
        let before = schema(&[
            (
                "note-id",
                model("Note", &[("t", title), ("o", json!({ "label": "Old" }))]),
            ),
            ("tag-id", model("Tag", &[("s", json!({ "label": "Slug" }))])),
        ]);
        let mut after = schema(&[
            ("note-id", model("Note", &[("t", headline)])),
            ("topic-id", model("Topic", &[])),
        ]);
        after.locales = vec!["it".to_owned()];

        let changes = Changes::between(&before, &after);

        assert_eq!(changes.locales_added, ["it"]);
        assert_eq!(changes.locales_removed, ["en"]);
        let [note, tag, topic] = &changes.models[..] else {
            panic!("{changes:?}");
        };
        assert_eq!(note.change, Change::Changed(Vec::new()));
        assert_eq!(tag.change, Change::Deleted);
        assert_eq!(tag.fields[0].change, Change::Deleted);
        assert_eq!(topic.change, Change::Created);
        let [headline, old] = &note.fields[..] else {
            panic!("{note:?}");
        };
        assert_eq!(old.change, Change::Deleted);
        assert_eq!(headline.field.label, "Headline");
        let difference = |property: &str, previous: Option<&str>, next: Option<&str>| Difference {
            property: property.to_owned(),
            previous: previous.map(str::to_owned),
            next: next.map(str::to_owned),
        };
        let expected = vec![
            difference("label", Some("Title"), Some("Headline")),
            difference(
                "validators.items_item_type",
                None,
                Some(r#"{"item_types":["Topic"]}"#),
            ),
            difference("validators.length", None, Some(r#"{"max":5}"#)),
            difference("validators.required", Some("{}"), None),
        ];
        assert_eq!(headline.change, Change::Changed(expected));
    }

    #[test]
    fn a_long_value_is_cut_at_a_character() {
        let long = json!("é".repeat(LONGEST + 1));
        let said = said(&long, &Names::new());
        assert_eq!(said.chars().count(), LONGEST + 1);
        assert!(said.ends_with('…'));
    }
}

//! What became of models, blocks and fields, in words.

use crate::{
    rehearsal::{Change, Changes, Difference, FieldChange, ModelChange, Named, Rehearsal},
    view::words::list,
};

/// A model or block with a change in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRow {
    /// Its name.
    pub name: String,
    /// Its api key.
    pub api_key: String,
    /// "Model created", "Block deleted", "Model changed".
    pub what: String,
    /// What of the model itself is another, a sentence each.
    pub details: Vec<String>,
    /// Its fields and fieldsets with a change.
    pub fields: Vec<FieldRow>,
}

/// A field or fieldset with a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldRow {
    /// Its label.
    pub label: String,
    /// Its api key; empty for a fieldset.
    pub api_key: String,
    /// "Field created", "Field deleted, with what was written in it", "Fieldset changed".
    pub what: String,
    /// What of it is another, a sentence each.
    pub details: Vec<String>,
}

/// Every model and block with a change in it.
pub fn schema(changes: &Changes) -> Vec<ModelRow> {
    changes.models.iter().map(model).collect()
}

/// What became of the locales, a sentence each.
pub(super) fn locales(changes: &Changes) -> Vec<String> {
    let mut said = Vec::new();
    let locales = |which: &[String]| {
        let noun = if which.len() == 1 {
            "locale"
        } else {
            "locales"
        };
        let quoted: Vec<String> = which.iter().map(|locale| format!("“{locale}”")).collect();
        format!("{noun} {}", list(&quoted))
    };
    if !changes.locales_added.is_empty() {
        said.push(format!("Added the {}.", locales(&changes.locales_added)));
    }
    if !changes.locales_removed.is_empty() {
        said.push(format!(
            "Removed the {}, with everything that was written in it.",
            locales(&changes.locales_removed)
        ));
    }
    said
}

/// The names of the models that the scripts deleted.
pub(super) fn deleted_models(rehearsal: &Rehearsal) -> Vec<String> {
    let models = rehearsal.changes.iter().flat_map(|changes| &changes.models);
    models
        .filter(|model| model.change == Change::Deleted && !model.block)
        .map(|model| format!("“{}”", model.model.label))
        .collect()
}

fn model(change: &ModelChange) -> ModelRow {
    let noun = if change.block { "Block" } else { "Model" };
    let what = match (&change.change, change.block) {
        (Change::Deleted, false) => "Model deleted, with all its records".to_owned(),
        (Change::Created | Change::Deleted | Change::Changed(_), _) => {
            format!("{noun} {}", change.change.became())
        }
    };
    // What went along with a deleted model is not worth a row each.
    let parts = change.change != Change::Deleted;
    let fields = change.fields.iter().map(|field| row(field, "Field"));
    let fieldsets = change.fieldsets.iter().map(|part| row(part, "Fieldset"));
    ModelRow {
        name: change.model.label.clone(),
        api_key: change.model.api_key.clone(),
        what,
        details: details(&change.change),
        fields: fields.chain(fieldsets).filter(|_| parts).collect(),
    }
}

fn row(change: &FieldChange, noun: &str) -> FieldRow {
    let Named { label, api_key } = &change.field;
    let what = match (&change.change, noun) {
        (Change::Deleted, "Field") => "Field deleted, with what was written in it".to_owned(),
        (Change::Created | Change::Deleted | Change::Changed(_), _) => {
            format!("{noun} {}", change.change.became())
        }
    };
    FieldRow {
        label: label.clone(),
        api_key: api_key.clone(),
        what,
        details: details(&change.change),
    }
}

fn details(change: &Change) -> Vec<String> {
    change.differences().iter().map(detail).collect()
}

fn detail(difference: &Difference) -> String {
    let property = readable(&difference.property);
    let is_bare = |value: &str| value == "{}";
    match (&difference.previous, &difference.next) {
        (None, Some(next)) if is_bare(next) => format!("{property}: added."),
        (None, Some(next)) => format!("{property}: now {next}."),
        (Some(_), None) => format!("{property}: removed."),
        (Some(previous), Some(next)) => format!("{property}: {previous} → {next}."),
        (None, None) => format!("{property}: changed."),
    }
}

/// A property in a person's words; those without any keep the vendor's.
fn readable(property: &str) -> String {
    if let Some(validator) = property.strip_prefix("validators.") {
        return format!("Validation “{}”", validator.replace('_', " "));
    }
    match property {
        "api_key" => "API key".to_owned(),
        "field_type" => "Type".to_owned(),
        "appearance.editor" => "Editor".to_owned(),
        "appearance.parameters" => "Settings of the editor".to_owned(),
        "appearance.addons" => "Add-ons of the editor".to_owned(),
        "draft_mode_active" => "Draft mode".to_owned(),
        other => {
            let words = other.replace(['_', '.'], " ");
            let mut letters = words.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters).collect()
        }
    }
}

//! The record editor as a plugin in it sees it.

use std::rc::Rc;

use serde_json::{Map, Value, json};
use yew::prelude::*;

use crate::api::Resource;

/// The state of a record's form.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ItemForm {
    /// The locale being edited.
    pub(crate) locale: String,
    /// The record as saved; none while it is new.
    pub(crate) item: Option<Resource>,
    /// Its model.
    pub(crate) item_type: Resource,
    /// What the form holds, by field API key.
    pub(crate) values: Map<String, Value>,
    /// Whether a save is under way.
    pub(crate) submitting: bool,
    /// Whether there is something to save.
    pub(crate) dirty: bool,
}

impl ItemForm {
    /// The settings a plugin in this form gets beyond the base ones.
    pub(crate) fn settings(&self) -> Vec<(&'static str, Value)> {
        let status = self
            .item
            .as_ref()
            .map(|item| item.meta_text("status").unwrap_or("draft"));
        vec![
            ("locale", json!(self.locale)),
            (
                "item",
                self.item.as_ref().map_or(Value::Null, Resource::to_json),
            ),
            ("itemType", self.item_type.to_json()),
            ("formValues", Value::Object(self.values.clone())),
            ("itemStatus", json!(status.unwrap_or("new"))),
            ("isSubmitting", json!(self.submitting)),
            ("isFormDirty", json!(self.dirty)),
            (
                "blocksAnalysis",
                json!({"usage": {"total": 0, "nonLocalized": 0, "perLocale": {}}, "maximumPerItem": 500}),
            ),
        ]
    }

    /// Form values as the record the API would be sent, without id and metadata.
    pub(crate) fn to_item(&self, values: &Value) -> Value {
        json!({
            "type": "item",
            "attributes": values,
            "relationships": {"item_type": {"data": {"type": "item_type", "id": self.item_type.id}}},
        })
    }
}

/// What a plugin in the form can do to it.
#[derive(Clone, PartialEq)]
pub(crate) struct ItemFormActions {
    /// Sets a field by its path, `api_key` or `api_key.locale`.
    pub(crate) set_field_value: Callback<(String, Value)>,
    /// Brings a field into view.
    pub(crate) scroll_to_field: Callback<String>,
    /// Saves the record.
    pub(crate) save: Callback<()>,
}

/// A form and what can be done to it, as handed to a frame.
#[derive(Clone, PartialEq)]
pub(crate) struct HostedForm {
    /// Its state.
    pub(crate) form: Rc<ItemForm>,
    /// What can be done to it.
    pub(crate) actions: ItemFormActions,
}

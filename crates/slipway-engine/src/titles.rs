//! What people call a record: the value of its model's title field, or its id.

use std::collections::HashMap;

use datocms_client::{ApiError, Item, ItemType, Scope, Timer, Transport};
use serde_json::Value;

use crate::{engine::Engine, ports::Ports};

/// The models of one environment with the api keys of their title fields.
#[derive(Debug, Default)]
pub(crate) struct Titles {
    models: HashMap<String, (String, Option<String>)>,
}

impl Titles {
    /// The name of a record's model, as people see it.
    pub(crate) fn model(&self, item: &Item) -> String {
        self.models
            .get(&item.item_type)
            .map_or_else(|| item.item_type.clone(), |(name, _)| name.clone())
    }

    /// A record's title.
    pub(crate) fn title(&self, item: &Item) -> String {
        let named = self
            .models
            .get(&item.item_type)
            .and_then(|(_, key)| key.as_deref())
            .and_then(|key| text(item.attributes.get(key)?));
        named.unwrap_or_else(|| item.id.clone())
    }
}

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// Looks up the title fields of some models of an environment.
    pub(crate) async fn titles(
        &self,
        scope: &Scope<T, C>,
        models: &[&ItemType],
    ) -> Result<Titles, ApiError> {
        let fields = scope.fields();
        let mut titles = Titles::default();
        for model in models {
            let key = match &model.title_field {
                Some(id) => fields
                    .list(&model.id)
                    .await?
                    .into_iter()
                    .find(|field| field.id == *id)
                    .map(|field| field.api_key),
                None => None,
            };
            titles
                .models
                .insert(model.id.clone(), (model.name.clone(), key));
        }
        Ok(titles)
    }
}

/// A text, or the first text of a localized value.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Object(locales) => locales.values().find_map(text),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

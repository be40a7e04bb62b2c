//! The document of one record version: which attributes and locales it has, and how a request changes it.

use serde_json::{Map, Value, json};

use crate::http::error::ApiError;
use crate::records::blocks::Resolver;
use crate::records::value::{shape, violation};
use crate::schema::model::{Field, Model, Schema};

/// Attributes clients echo from what they read; they say nothing on the way in.
const ECHOED: [&str; 6] = [
    "created_at",
    "updated_at",
    "is_valid",
    "position",
    "parent_id",
    "has_children",
];

/// The values of an attribute: one a locale, or just one.
pub(crate) fn parts<'v>(field: &Field, value: &'v Value) -> Vec<&'v Value> {
    match value.as_object().filter(|_| field.localized) {
        Some(locales) => locales.values().collect(),
        None => vec![value],
    }
}

/// See [`parts`].
pub(crate) fn parts_mut<'v>(field: &Field, value: &'v mut Value) -> Vec<&'v mut Value> {
    if field.localized {
        value
            .as_object_mut()
            .map(|locales| locales.values_mut().collect())
            .unwrap_or_default()
    } else {
        vec![value]
    }
}

/// The value of an attribute in one locale. Unlocalized attributes have the same in all.
pub(crate) fn in_locale<'v>(field: &Field, value: &'v Value, locale: &str) -> &'v Value {
    const NULL: &Value = &Value::Null;
    if field.localized {
        value.get(locale).unwrap_or(NULL)
    } else {
        value
    }
}

/// The locales a stored document exists in; empty when its model is not localized.
pub(crate) fn locales_of(model: &Model, attributes: &Map<String, Value>) -> Vec<String> {
    model
        .fields
        .iter()
        .filter(|field| field.localized)
        .filter_map(|field| attributes.get(&field.api_key).and_then(Value::as_object))
        .map(|locales| locales.keys().cloned().collect::<Vec<_>>())
        .find(|locales| !locales.is_empty())
        .unwrap_or_default()
}

/// The document with every field of the model present, in the order of the form: fields created after the document get
/// their empty value.
pub(crate) fn completed(
    schema: &Schema,
    model: &Model,
    mut attributes: Map<String, Value>,
) -> Map<String, Value> {
    let mut locales = locales_of(model, &attributes);
    if locales.is_empty() {
        locales.push(schema.main_locale().to_owned());
    }
    let complete = model.fields.iter().map(|field| {
        let value = attributes
            .remove(&field.api_key)
            .unwrap_or_else(|| per_locale(field, &locales, |_| field.field_type.empty_value()));
        (field.api_key.clone(), value)
    });
    complete.collect()
}

fn per_locale(field: &Field, locales: &[String], value: impl Fn(&str) -> Value) -> Value {
    if field.localized {
        let localized = locales.iter().map(|locale| (locale.clone(), value(locale)));
        Value::Object(localized.collect())
    } else {
        value("")
    }
}

/// A request's attributes over what was there before (nothing, for a creation).
pub(crate) struct Draft<'a> {
    pub(crate) given: Map<String, Value>,
    pub(crate) before: Option<&'a Map<String, Value>>,
}

/// Makes the new document: checks attribute names, locales and shapes, resolves blocks, fills in defaults. Validators are
/// not looked at.
pub(crate) fn compose(
    resolver: &mut Resolver<'_>,
    model: &Model,
    draft: Draft<'_>,
) -> Result<Map<String, Value>, ApiError> {
    let Draft { mut given, before } = draft;
    given.retain(|key, _| model.field(key).is_some() || !ECHOED.contains(&key.as_str()));
    let unknown: Vec<&String> = given
        .keys()
        .filter(|key| model.field(key).is_none())
        .collect();
    if !unknown.is_empty() {
        return Err(ApiError::unprocessable(
            "INVALID_ATTRIBUTES",
            json!({ "item_type": model.api_key, "extraneous_attributes": unknown }),
        ));
    }
    let before = before.map(|before| completed(resolver.schema, model, before.clone()));
    let locales = locales_after(resolver.schema, model, &given, before.as_ref())?;
    let mut attributes = Map::new();
    for field in &model.fields {
        let value = match (given.remove(&field.api_key), before.as_ref()) {
            (Some(value), _) => shaped(resolver, field, value, &locales)?,
            (None, Some(before)) => kept(
                resolver,
                field,
                before.get(&field.api_key).cloned().unwrap_or_default(),
            )?,
            (None, None) => per_locale(field, &locales, |locale| default_of(field, locale)),
        };
        attributes.insert(field.api_key.clone(), value);
    }
    Ok(attributes)
}

/// Untouched values go through the resolver too, so that their blocks count as seen.
fn kept(resolver: &mut Resolver<'_>, field: &Field, mut value: Value) -> Result<Value, ApiError> {
    if field.field_type.holds_blocks() {
        for part in parts_mut(field, &mut value) {
            resolver.resolve(field, part)?;
        }
    }
    Ok(value)
}

fn shaped(
    resolver: &mut Resolver<'_>,
    field: &Field,
    value: Value,
    locales: &[String],
) -> Result<Value, ApiError> {
    let mut one = |value: Value| -> Result<Value, ApiError> {
        let mut value = shape(field, value)?;
        resolver.resolve(field, &mut value)?;
        Ok(value)
    };
    if !field.localized {
        return one(value);
    }
    let Value::Object(mut given) = value else {
        return Ok(per_locale(field, locales, |_| {
            field.field_type.empty_value()
        }));
    };
    let mut localized = Map::new();
    for locale in locales {
        let value = given.remove(locale).unwrap_or_default();
        localized.insert(locale.clone(), one(value)?);
    }
    Ok(Value::Object(localized))
}

/// What a new record says in a field, in a locale.
pub(crate) fn default_of(field: &Field, locale: &str) -> Value {
    let default = in_locale(field, &field.default_value, locale);
    if default.is_null() {
        field.field_type.empty_value()
    } else {
        default.clone()
    }
}

/// The locales the document will exist in: at least one, and all localized attributes must agree on them.
fn locales_after(
    schema: &Schema,
    model: &Model,
    given: &Map<String, Value>,
    before: Option<&Map<String, Value>>,
) -> Result<Vec<String>, ApiError> {
    if !model.is_localized() {
        return Ok(Vec::new());
    }
    let mut agreed: Option<Vec<String>> = None;
    for field in model.fields.iter().filter(|field| field.localized) {
        let Some(value) = given.get(&field.api_key).filter(|value| !value.is_null()) else {
            continue;
        };
        let Some(by_locale) = value.as_object() else {
            return Err(violation(field, "INVALID_LOCALES").into());
        };
        if let Some(unknown) = by_locale
            .keys()
            .find(|locale| !schema.locales.contains(locale))
        {
            return Err(violation(field, "INVALID_LOCALES")
                .with("locale", unknown.clone())
                .into());
        }
        // In the order of the site, whatever order the request had.
        let locales: Vec<String> = schema
            .locales
            .iter()
            .filter(|locale| by_locale.contains_key(*locale))
            .cloned()
            .collect();
        match &agreed {
            Some(agreed) if *agreed != locales => {
                return Err(violation(field, "INVALID_LOCALES").into());
            }
            Some(_) => {}
            None => agreed = Some(locales),
        }
    }
    let existing = before.map(|before| locales_of(model, before));
    if let (Some(agreed), Some(existing)) = (&agreed, &existing) {
        let untouched = model
            .fields
            .iter()
            .find(|f| f.localized && !given.contains_key(&f.api_key));
        let same = agreed.len() == existing.len() && agreed.iter().all(|l| existing.contains(l));
        if let Some(untouched) = untouched.filter(|_| !same) {
            // Adding or removing a locale takes all localized fields at once.
            return Err(violation(untouched, "INVALID_LOCALES").into());
        }
    }
    let locales = agreed.or(existing).unwrap_or_default();
    if locales.is_empty() {
        return Err(missing(&schema.locales.iter().collect::<Vec<_>>()));
    }
    let absent: Vec<&String> = schema
        .locales
        .iter()
        .filter(|l| !locales.contains(l))
        .collect();
    if model.all_locales_required && !absent.is_empty() {
        return Err(missing(&absent));
    }
    Ok(locales)
}

/// The record would exist in no locale, or not in all its model demands.
fn missing(locales: &[&String]) -> ApiError {
    ApiError::unprocessable("MISSING_LOCALES", json!({ "locales": locales }))
}

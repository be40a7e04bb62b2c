//! Values of fields that nobody fills in, one a locale where the field is localized.

use rusqlite::Connection;
use serde_json::{Map, Value};

use crate::http::error::ApiError;
use crate::records::{document, value};
use crate::schema::model::{Field, Schema};
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// A default must be a value the field could have. Defaults of localized fields are one a locale.
pub(super) fn apply_default(
    tx: &Connection,
    field: &mut Entity,
    sent: Option<&Value>,
) -> Result<(), ApiError> {
    let locales = &Schema::load(tx)?.locales;
    if let Some(sent) = sent {
        field.set("default_value", sent.clone());
        let probe = Field::from_entity(field)?;
        let invalid = || ApiError::invalid_field("default_value", "VALIDATION_INVALID");
        let by_locale = sent
            .as_object()
            .is_some_and(|sent| sent.keys().all(|locale| locales.contains(locale)));
        if probe.localized && !sent.is_null() && !by_locale {
            return Err(invalid());
        }
        for part in document::parts(&probe, sent) {
            if !part.is_null() && !probe.field_type.may_have_default() {
                return Err(invalid());
            }
            value::shape(&probe, part.clone()).map_err(|_| invalid())?;
        }
    }
    localize_default(field, locales);
    Ok(())
}

/// Brings the default of a field into the form its localization asks for: one value, or one a locale of the environment.
/// A default that was not localized becomes that of the default locale, and the other way round.
fn localize_default(field: &mut Entity, locales: &[String]) {
    let main = locales.first().map_or("en", String::as_str);
    let default = field.attribute("default_value").clone();
    let keyed = default.as_object().is_some_and(|by_locale| {
        !by_locale.is_empty() && by_locale.keys().all(|key| is_locale(key))
    });
    if !field.flag("localized") {
        if keyed {
            field.set("default_value", default[main].clone());
        }
        return;
    }
    let of_locale = |locale: &str| match keyed {
        true => default.get(locale).cloned().unwrap_or_default(),
        false if locale == main => default.clone(),
        false => Value::Null,
    };
    let by_locale: Map<String, Value> = locales
        .iter()
        .map(|locale| (locale.clone(), of_locale(locale)))
        .collect();
    field.set("default_value", by_locale);
}

/// `en`, `en-US`, `zh-Hant-TW`. No value of a field has such keys: those of colours, places and SEO are longer words.
pub(crate) fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    parts.next().is_some_and(|language| {
        matches!(language.len(), 2 | 3) && language.chars().all(|c| c.is_ascii_lowercase())
    }) && parts.all(|part| (2..=8).contains(&part.len()) && part.chars().all(char::is_alphanumeric))
}

/// Completes the defaults of all localized fields after the locales of the environment have changed.
pub(crate) fn localize_defaults(tx: &Connection) -> Result<(), StoreError> {
    let locales = &Schema::load(tx)?.locales;
    for mut field in entity::list(tx, Kind::Field)? {
        if field.flag("localized") {
            localize_default(&mut field, locales);
            entity::update(tx, &field)?;
        }
    }
    Ok(())
}

//! What belongs to an environment beside its records and schema: its settings (locales, timezone, theme, SEO).

use rusqlite::Connection;
use serde_json::{Value, json};

use super::StoreError;
use super::entity::{self, Entity, Kind};

/// The id under which an environment's part of the site's settings is kept.
const SETTINGS: &str = "settings";

/// The attributes of `site` that belong to an environment; the others are the project's.
pub(crate) const SETTINGS_KEYS: [&str; 6] = [
    "locales",
    "timezone",
    "theme",
    "favicon",
    "global_seo",
    "no_index",
];

/// Writes the settings a new environment starts with.
pub(crate) fn create_settings(tx: &Connection, locales: &[&str]) -> Result<(), StoreError> {
    let mut settings = Entity::new(Kind::Site, SETTINGS);
    settings.set("locales", json!(locales));
    settings.set("timezone", "Europe/London");
    settings.set(
        "theme",
        json!({"type": "monochromatic", "hue": 217, "logo": null}),
    );
    settings.set("favicon", Value::Null);
    settings.set("global_seo", Value::Null);
    settings.set("no_index", false);
    entity::insert(tx, &settings)
}

/// The settings of an environment.
pub(crate) fn settings(connection: &Connection) -> Result<Entity, StoreError> {
    entity::find(connection, Kind::Site, SETTINGS)?.ok_or_else(|| StoreError::Damaged {
        what: "environment".to_owned(),
        reason: "its settings are missing".to_owned(),
    })
}

/// The locales of an environment, the default one first.
pub(crate) fn locales(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let settings = settings(connection)?;
    let locales = settings.attribute("locales").as_array();
    Ok(locales
        .into_iter()
        .flatten()
        .filter_map(|locale| locale.as_str().map(str::to_owned))
        .collect())
}

/// Replaces the locales of an environment; the first is the default one.
pub(crate) fn set_locales(tx: &Connection, locales: &[String]) -> Result<(), StoreError> {
    let mut settings = settings(tx)?;
    settings.set("locales", json!(locales));
    entity::update(tx, &settings)?;
    super::touch_schema(tx)
}

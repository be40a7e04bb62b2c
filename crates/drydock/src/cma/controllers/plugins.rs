//! Plugins. They belong to an environment and are copied with it.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Map, Value, json};

use super::stored::{self, Attribute, is_address, is_filled, is_optional_text};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::schema::field_type::FieldType;
use crate::schema::item_types::chosen_id;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// Bytes the parameters of one plugin may take.
const MAX_PARAMETERS: usize = 10 * 1024;
/// The version a plugin from the marketplace is said to have when its creation named none: only private ones have none, and the
/// vendor's tools tell the two apart by it.
const INSTALLED_VERSION: &str = "1.0.0";
/// What plugins may be granted.
const PERMISSIONS: [&str; 1] = ["currentUserAccessToken"];

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/plugins", get(index).post(create))
        .route("/plugins/{id}", get(show).put(update).delete(destroy))
        .route("/plugins/{id}/fields", get(fields))
}

fn writable(ctx: &Ctx) -> Result<(), ApiError> {
    ctx.require(Permission::EditSchema)?;
    ctx.writable()
}

async fn index(ctx: Ctx) -> Answer {
    stored::index(&ctx.env.db, Kind::Plugin)
}

async fn show(ctx: Ctx, Path(id): Path<String>) -> Answer {
    stored::show(&ctx.env.db, Kind::Plugin, &id)
}

fn attributes() -> [Attribute; 10] {
    [
        ("name", Value::Null, is_filled),
        ("plugin_type", Value::Null, is_optional_text),
        ("url", Value::Null, is_address),
        ("field_types", Value::Null, |value| {
            value.is_null() || value.is_array()
        }),
        ("parameters", json!({}), Value::is_object),
        (
            "parameter_definitions",
            Value::Null,
            stored::is_optional_object,
        ),
        ("description", Value::Null, is_optional_text),
        ("package_name", Value::Null, is_optional_text),
        ("package_version", Value::Null, is_optional_text),
        ("permissions", json!([]), |value| {
            let granted = value.as_array().map(Vec::as_slice).unwrap_or_default();
            value.is_array()
                && granted
                    .iter()
                    .all(|one| one.as_str().is_some_and(|one| PERMISSIONS.contains(&one)))
        }),
    ]
}

fn check(plugin: &Entity) -> Result<(), ApiError> {
    if plugin.attribute("parameters").to_string().len() > MAX_PARAMETERS {
        return Err(ApiError::invalid_field("parameters", "VALIDATION_LENGTH"));
    }
    Ok(())
}

async fn create(ctx: Ctx, JsonApi(mut data): JsonApi) -> Answer {
    writable(&ctx)?;
    // Of the marketplace or of one's own: a plugin cannot be both.
    if data["attributes"]["package_name"].is_string() && data["attributes"]["url"].is_string() {
        return Err(ApiError::invalid_field("url", "VALIDATION_INVALID"));
    }
    if let Some(package) = data["attributes"]["package_name"]
        .as_str()
        .map(str::to_owned)
    {
        // The real service asks the package registry for name, address and version; this server asks nobody.
        let address = format!("https://unpkg.com/{package}/build/index.html");
        let version = INSTALLED_VERSION.to_owned();
        for (key, value) in [
            ("name", package),
            ("url", address),
            ("package_version", version),
        ] {
            if data["attributes"].get(key).is_none() {
                data["attributes"][key] = json!(value);
            }
        }
    }
    if let Some(attributes) = data["attributes"].as_object_mut() {
        attributes.shift_remove("parameters");
    }
    let plugin = ctx.env.db.write(|tx| {
        let id = chosen_id(tx, Kind::Plugin, &data)?.unwrap_or_else(|| ctx.app.new_id());
        let mut plugin = Entity::new(Kind::Plugin, id);
        stored::apply(&mut plugin, &data, &attributes())?;
        plugin.meta = Some(Map::from_iter([("version".to_owned(), json!("2"))]));
        check(&plugin)?;
        entity::insert(tx, &plugin)?;
        Ok::<_, ApiError>(plugin)
    })?;
    answer::entity(StatusCode::CREATED, plugin.to_json())
}

async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    writable(&ctx)?;
    let plugin = ctx.env.db.write(|tx| {
        let mut plugin = stored::find(tx, Kind::Plugin, &id)?;
        let before = plugin.clone();
        stored::apply(&mut plugin, &data, &attributes())?;
        if plugin.attribute("url") != before.attribute("url") {
            // What another address serves is no package of the marketplace any more.
            plugin.set("package_name", Value::Null);
            plugin.set("package_version", Value::Null);
        } else if plugin.text("package_name").is_none() && plugin.text("package_version").is_some()
        {
            return Err(ApiError::invalid_field(
                "package_version",
                "VALIDATION_INVALID",
            ));
        }
        check(&plugin)?;
        entity::update(tx, &plugin)?;
        Ok::<_, ApiError>(plugin)
    })?;
    answer::entity(StatusCode::OK, plugin.to_json())
}

/// Fields shown by the plugin go back to the editor of their type.
async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    writable(&ctx)?;
    let gone = ctx.env.db.write(|tx| {
        let gone = stored::find(tx, Kind::Plugin, &id)?;
        for mut field in entity::list(tx, Kind::Field)? {
            if let Some(appearance) = without_plugin(&field, &id) {
                field.set("appeareance", appearance.clone());
                field.set("appearance", appearance);
                entity::update(tx, &field)?;
            }
        }
        entity::delete(tx, Kind::Plugin, &id)?;
        Ok::<_, ApiError>(gone)
    })?;
    answer::entity(StatusCode::OK, gone.to_json())
}

/// The appearance of a field without the plugin; `None` when it does not use it.
fn without_plugin(field: &Entity, plugin: &str) -> Option<Value> {
    let appearance = field.attribute("appearance");
    if !uses(appearance, plugin) {
        return None;
    }
    let mut addons = appearance["addons"].as_array().cloned().unwrap_or_default();
    addons.retain(|addon| addon["id"].as_str() != Some(plugin));
    let mut left = match field.text("field_type").and_then(FieldType::parse) {
        Some(field_type) if appearance["editor"].as_str() == Some(plugin) => {
            field_type.default_appearance()
        }
        Some(_) | None => appearance.clone(),
    };
    left["addons"] = Value::Array(addons);
    Some(left)
}

fn uses(appearance: &Value, plugin: &str) -> bool {
    let addons = appearance["addons"].as_array();
    appearance["editor"].as_str() == Some(plugin)
        || addons
            .into_iter()
            .flatten()
            .any(|addon| addon["id"].as_str() == Some(plugin))
}

/// The fields that use the plugin.
async fn fields(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let used = ctx.env.db.read(|connection| {
        stored::find(connection, Kind::Plugin, &id)?;
        let mut fields = entity::list(connection, Kind::Field)?;
        fields.retain(|field| uses(field.attribute("appearance"), &id));
        Ok::<_, ApiError>(fields)
    })?;
    answer::list(used.iter().map(Entity::to_json).collect())
}

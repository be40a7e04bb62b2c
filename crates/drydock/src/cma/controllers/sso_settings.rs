//! Settings of single sign-on. Nobody signs in here; users and groups come by SCIM (`crate::scim`), with the token made here.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, put};
use rusqlite::Connection;
use serde_json::{Value, json};

use super::access_tokens::new_secret;
use super::stored::{self, Attribute, is_address, is_optional_text};
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sso-settings", get(show).put(update))
        .route("/sso-settings/generate-token", put(generate_token))
}

/// There is one of them.
const ID: &str = "sso_settings";

fn attributes() -> [Attribute; 2] {
    [
        ("idp_saml_metadata_url", Value::Null, |value| {
            value.is_null() || is_address(value)
        }),
        ("idp_saml_metadata_xml", Value::Null, is_optional_text),
    ]
}

/// The settings; those of a project that has none yet are empty.
pub(crate) fn settings(connection: &Connection) -> Result<Entity, StoreError> {
    let found = entity::find(connection, Kind::SsoSettings, ID)?;
    Ok(found.unwrap_or_else(|| {
        let mut fresh = Entity::new(Kind::SsoSettings, ID);
        for (name, nothing, _) in attributes() {
            fresh.set(name, nothing);
        }
        fresh.relate("default_role", Value::Null);
        fresh
    }))
}

fn keep(tx: &Connection, settings: &Entity) -> Result<(), StoreError> {
    if entity::update(tx, settings)? {
        return Ok(());
    }
    entity::insert(tx, settings)
}

/// With the addresses of this server. The SCIM token is shown once, when it is made.
fn shown(app: &App, mut settings: Entity) -> Value {
    let base = format!("{}/sso", app.admin_origin());
    settings.attributes.remove(SCIM_TOKEN);
    for (name, value) in [
        ("scim_base_url", format!("{}/scim", app.admin_origin())),
        ("saml_acs_url", format!("{base}/acs")),
        ("sp_saml_metadata_url", format!("{base}/metadata")),
        ("sp_saml_base_url", base),
        // No assertion of an identity provider is ever taken here, so there is nothing to be kept secret.
        ("saml_token", "drydock".to_owned()),
    ] {
        settings.set(name, value);
    }
    settings.to_json()
}

const SCIM_TOKEN: &str = "scim_api_token";

/// The token by which an identity provider is known.
pub(crate) fn scim_token(connection: &Connection) -> Result<Option<String>, StoreError> {
    Ok(settings(connection)?.text(SCIM_TOKEN).map(str::to_owned))
}

async fn show(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let settings = ctx.app.project().read(settings)?;
    answer::entity(StatusCode::OK, shown(&ctx.app, settings))
}

async fn update(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let settings = ctx.app.project().write(|tx| {
        let mut settings = settings(tx)?;
        for (name, _, fits) in attributes() {
            match data["attributes"].get(name) {
                Some(value) if fits(value) => settings.set(name, value.clone()),
                Some(_) => return Err(ApiError::invalid_field(name, "VALIDATION_INVALID")),
                None => {}
            }
        }
        if let Some(role) = data["relationships"].get("default_role") {
            let id = role["data"]["id"].as_str().unwrap_or_default();
            let role = stored::find(tx, Kind::Role, id).map_err(|error| match error.code {
                "NOT_FOUND" => ApiError::invalid_field("default_role", "VALIDATION_INVALID"),
                _ => error,
            })?;
            settings.relate("default_role", role.reference());
        }
        keep(tx, &settings)?;
        Ok::<_, ApiError>(settings)
    })?;
    answer::entity(StatusCode::OK, shown(&ctx.app, settings))
}

/// A new token; the one before is not good any more.
async fn generate_token(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::ManageSso)?;
    let token = new_secret();
    ctx.app.project().write::<_, StoreError>(|tx| {
        let mut settings = settings(tx)?;
        settings.set(SCIM_TOKEN, token.clone());
        keep(tx, &settings)
    })?;
    answer::entity(
        StatusCode::OK,
        json!({ "id": ID, "type": "sso_token", "attributes": { SCIM_TOKEN: token } }),
    )
}

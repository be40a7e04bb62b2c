//! White label settings: where the panel's own texts would come from. Kept, and not followed: the panel here has its own.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;

use super::stored::{self, Attribute, is_address};
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
    Router::new().route("/white-label-settings", get(show).put(update))
}

/// There is one of them.
const ID: &str = "white_label_settings";

const ATTRIBUTES: [Attribute; 1] = [(
    "custom_i18n_messages_template_url",
    Value::Null,
    // The part that stands for the language is no address.
    |value| {
        value.is_null()
            || value
                .as_str()
                .is_some_and(|url| is_address(&url.replace(":locale", "en").into()))
    },
)];

fn settings(connection: &rusqlite::Connection) -> Result<Entity, StoreError> {
    let found = entity::find(connection, Kind::WhiteLabelSettings, ID)?;
    Ok(found.unwrap_or_else(|| {
        let mut fresh = Entity::new(Kind::WhiteLabelSettings, ID);
        fresh.set("custom_i18n_messages_template_url", Value::Null);
        fresh
    }))
}

async fn show(ctx: ProjectCtx) -> Answer {
    let settings = ctx.app.project().read(settings)?;
    answer::entity(StatusCode::OK, settings.to_json())
}

async fn update(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::EditSite)?;
    let settings = ctx.app.project().write(|tx| {
        let mut settings = settings(tx)?;
        let sent = &data["attributes"];
        if sent["custom_i18n_messages_template_url"].is_null() {
            settings.set("custom_i18n_messages_template_url", Value::Null);
        } else {
            stored::apply(&mut settings, &data, &ATTRIBUTES)?;
        }
        if !entity::update(tx, &settings)? {
            entity::insert(tx, &settings)?;
        }
        Ok::<_, ApiError>(settings)
    })?;
    answer::entity(StatusCode::OK, settings.to_json())
}

//! What the plan allows, and how much of it is used.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/subscription-limits", get(index))
        .route("/subscription-limits/{code}", get(show))
}

async fn index(ctx: ProjectCtx) -> Answer {
    answer::list(limits(&ctx.app)?)
}

async fn show(ctx: ProjectCtx, Path(code): Path<String>) -> Answer {
    let found = limits(&ctx.app)?
        .into_iter()
        .find(|limit| limit["id"] == code.as_str());
    answer::entity(StatusCode::OK, found.ok_or_else(ApiError::not_found)?)
}

/// Only sandboxes are limited here; the others are counted, without a limit.
fn limits(app: &App) -> Result<Vec<Value>, ApiError> {
    let sandboxes = app
        .environments()?
        .iter()
        .filter(|row| !row.primary)
        .count();
    let primary = app.primary()?;
    let item_types = primary
        .db
        .read(|connection| entity::list(connection, Kind::ItemType))?
        .len();
    let plugins = primary
        .db
        .read(|connection| entity::list(connection, Kind::Plugin))?
        .len();
    app.project().read(|connection| {
        let count = |kind| Ok::<_, StoreError>(entity::list(connection, kind)?.len());
        Ok(vec![
            limit(
                "sandbox_environments",
                sandboxes,
                Some(app.options().sandbox_limit),
            ),
            limit("item_types", item_types, None),
            limit("plugins", plugins, None),
            limit("users", count(Kind::User)?, None),
            limit("roles", count(Kind::Role)?, None),
            limit("access_tokens", count(Kind::AccessToken)?, None),
            limit("build_triggers", count(Kind::BuildTrigger)?, None),
        ])
    })
}

fn limit(code: &str, usage: usize, limit: Option<usize>) -> Value {
    json!({
        "id": code,
        "type": "subscription_limit",
        "attributes": {"code": code, "usage": usage, "limit": limit},
    })
}

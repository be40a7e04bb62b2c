//! What the plan includes: everything this server has.

use axum::Router;
use axum::routing::get;
use serde_json::{Value, json};

use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::entity::{self, Kind};

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/subscription-features", get(index))
}

async fn index(ctx: ProjectCtx) -> Answer {
    let primary = ctx.app.primary()?;
    let has = |kind: Kind| {
        let listed = ctx
            .app
            .project()
            .read(|connection| entity::list(connection, kind))?;
        Ok::<_, ApiError>(!listed.is_empty())
    };
    let workflows = primary
        .db
        .read(|connection| entity::list(connection, Kind::Workflow))?;
    answer::list(vec![
        feature(
            "sandbox_environments",
            Some(ctx.app.environments()?.len() > 1),
        ),
        feature("maintenance_mode", Some(ctx.app.maintenance()?)),
        feature("workflows", Some(!workflows.is_empty())),
        feature("site_search", Some(has(Kind::SearchIndex)?)),
        feature("sso", Some(has(Kind::SsoUser)?)),
        feature("white_label", Some(has(Kind::WhiteLabelSettings)?)),
        feature("audit_log", None),
        feature("scheduled_publishing", None),
    ])
}

/// `in_use` is left out where nothing says so.
fn feature(code: &str, in_use: Option<bool>) -> Value {
    let mut attributes = json!({ "code": code, "enabled": true });
    if let Some(in_use) = in_use {
        attributes["in_use"] = in_use.into();
    }
    json!({ "type": "subscription_feature", "id": code, "attributes": attributes })
}

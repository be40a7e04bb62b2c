//! What anybody may know of the project, without a token.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use serde_json::{Value, json};

use super::site::PROJECT_SITE;
use crate::assets::MAX_FILE;
use crate::http::answer::{self, Answer};
use crate::http::error::ApiError;
use crate::records::blocks::{MAX_BLOCKS, MAX_DEPTH};
use crate::state::App;
use crate::store::entity::{self, Kind};
use crate::store::environment;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/public-info", get(show))
}

async fn show(State(app): State<App>, headers: HeaderMap) -> Answer {
    let site = app
        .project()
        .read(|connection| entity::find(connection, Kind::Site, PROJECT_SITE))?;
    let site = site.ok_or_else(|| ApiError::exception("the project has no site"))?;
    let settings = app.primary()?.db.read(environment::settings)?;
    let mut theme = settings.attribute("theme").clone();
    // The logo is an asset, which nobody may see without a token; here it would be an address.
    if let Some(theme) = theme.as_object_mut() {
        theme.shift_remove("logo");
    }
    answer::entity(
        StatusCode::OK,
        json!({
            "id": "public_info",
            "type": "public_info",
            "attributes": {
                "name": site.attribute("name"),
                "sso_saml_init_url": null,
                "logo_url": null,
                "white_label": false,
                "custom_i18n_messages_template_url": null,
                "theme": theme,
                "extras": app.authenticate(&headers).ok().map(|_| extras(&app)),
            },
        }),
    )
}

/// What only those with a token are told: limits. Only sandboxes are limited by the plan, and none costs more.
fn extras(app: &App) -> Value {
    json!({
        "blocks_depth": MAX_DEPTH,
        "blocks_per_item": MAX_BLOCKS,
        "maximum_single_upload_bytes": MAX_FILE,
        "overage_thresholds": { "environments": app.options().sandbox_limit },
    })
}

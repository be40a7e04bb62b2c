//! What anybody may know of the project, without a token.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;

use super::site::PROJECT_SITE;
use crate::http::answer::{self, Answer};
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::entity::{self, Kind};
use crate::store::environment;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/public-info", get(show))
}

async fn show(State(app): State<App>) -> Answer {
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
                "extras": null,
            },
        }),
    )
}

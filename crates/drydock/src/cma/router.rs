//! The management API's routes.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{Method, Uri};
use axum::middleware::from_fn_with_state;
use serde_json::json;

use super::controllers;
use crate::http::answer::Answer;
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::middleware::around_cma;
use crate::http::trail::{BODY_LIMIT, around_known};
use crate::state::App;

/// Everything under `/cma`.
pub(crate) fn router(app: &App) -> Router<App> {
    let resources = [
        controllers::access_tokens::routes(),
        controllers::audit_log_events::routes(),
        controllers::build_triggers::routes(),
        controllers::editing_sessions::routes(),
        controllers::emoji_suggestions::routes(),
        controllers::environments::routes(),
        controllers::fields::routes(),
        controllers::fieldsets::routes(),
        controllers::item_type_filters::routes(),
        controllers::item_types::routes(),
        controllers::items::routes(),
        controllers::job_results::routes(),
        controllers::maintenance_mode::routes(),
        controllers::menu_items::routes(),
        controllers::plugins::routes(),
        controllers::public_info::routes(),
        controllers::roles::routes(),
        controllers::schema_menu_items::routes(),
        controllers::search_indexes::routes(),
        controllers::sessions::routes(),
        controllers::site::routes(),
        controllers::site_invitations::routes(),
        controllers::sso_groups::routes(),
        controllers::sso_settings::routes(),
        controllers::sso_users::routes(),
        controllers::subscription_features::routes(),
        controllers::subscription_limits::routes(),
        controllers::upload_collections::routes(),
        controllers::upload_filters::routes(),
        controllers::upload_requests::routes(),
        controllers::upload_tags::routes(),
        controllers::upload_tracks::routes(),
        controllers::uploads::routes(),
        controllers::usage::routes(),
        controllers::users::routes(),
        controllers::webhook_calls::routes(),
        controllers::webhooks::routes(),
        controllers::white_label_settings::routes(),
        controllers::workflows::routes(),
    ];
    resources
        .into_iter()
        .fold(Router::new(), Router::merge)
        .fallback(not_implemented)
        .method_not_allowed_fallback(not_implemented)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(app.clone(), around_known))
        .layer(from_fn_with_state(app.clone(), around_cma))
}

/// What drydock does not have is said, never faked.
async fn not_implemented(_: ProjectCtx, method: Method, uri: Uri) -> Answer {
    let message = format!("drydock does not implement {method} {}", uri.path());
    Err(ApiError {
        details: json!({"message": message}),
        ..ApiError::not_found()
    })
}

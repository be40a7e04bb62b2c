//! Sessions: users who say who they are, and may then call in their own name.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::{delete, post};
use serde_json::{Value, json};

use super::access_tokens;
use super::site::PROJECT_SITE;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::{ProjectCtx, bearer};
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};
use crate::store::sessions;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sessions", post(create))
        .route("/session", delete(destroy))
}

/// Takes an email and the password all users have (`--user-password`). Whoever is switched off is refused like a stranger:
/// who has an account is nobody's business.
async fn create(State(app): State<App>, JsonApi(data): JsonApi) -> Answer {
    let attributes = &data["attributes"];
    let password = attributes["password"].as_str().unwrap_or_default();
    let email = attributes["email"].as_str().unwrap_or_default().trim();
    let (users, demands_2fa) = app.project().read(|connection| {
        let users = entity::list(connection, Kind::User)?;
        let site = entity::find(connection, Kind::Site, PROJECT_SITE)?;
        Ok::<_, StoreError>((users, site.is_some_and(|site| site.flag("require_2fa"))))
    })?;
    let is_meant = |user: &Entity| {
        let address = user.text("email").unwrap_or_default();
        user.flag("is_active") && address.eq_ignore_ascii_case(email)
    };
    let user = users.into_iter().find(is_meant);
    let user = user
        .filter(|_| app.options().user_password.is(password))
        .ok_or_else(|| ApiError::unprocessable("INVALID_CREDENTIALS", json!({})))?;
    if demands_2fa && !user.flag("is_2fa_active") {
        return Err(ApiError::unprocessable("REQUIRED_2FA_SETUP", json!({})));
    }
    let id = access_tokens::new_secret();
    app.project()
        .write::<_, StoreError>(|tx| sessions::insert(tx, &id, &user.id))?;
    let session: Value = json!({
        "type": "session",
        "id": id,
        "relationships": { "user": { "data": user.reference() } },
    });
    answer::entity_with_included(StatusCode::CREATED, session, vec![user.to_json()])
}

/// Ends the session the call is made with. A token that is none has no session to end.
async fn destroy(ctx: ProjectCtx, headers: HeaderMap) -> Answer {
    let id = bearer(&headers).ok_or_else(ApiError::invalid_authorization)?;
    let ended = ctx
        .app
        .project()
        .write::<_, StoreError>(|tx| sessions::delete(tx, id))?;
    if ended {
        answer::no_content()
    } else {
        Err(ApiError::not_found())
    }
}

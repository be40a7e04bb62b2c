//! The part of SCIM 2.0 (RFC 7643 and 7644) by which an identity provider tells who its users and groups are: make, read,
//! replace, delete. What it sends becomes `sso_user` and `sso_group`.

use axum::Router;
use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};

use crate::cma::controllers::{sso_groups, sso_settings, sso_users};
use crate::http::answer;
use crate::http::context::bearer;
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Entity, Kind};

/// The endpoints, relative to where they are mounted.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/Users", get(users).post(create_user))
        .route(
            "/Users/{id}",
            get(user).put(replace_user).delete(delete_user),
        )
        .route("/Groups", get(groups).post(create_group))
        .route(
            "/Groups/{id}",
            get(group).put(replace_group).delete(delete_group),
        )
}

/// A refusal as RFC 7644, section 3.12, words it.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let document = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
            "status": self.0.as_u16().to_string(),
            "detail": self.1,
        });
        answer::document(self.0, &document)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        ApiError::from(error).into()
    }
}

impl From<ApiError> for Refusal {
    fn from(error: ApiError) -> Self {
        Self(error.status, format!("{} {}", error.code, error.details))
    }
}

type Answer = Result<Response, Refusal>;

fn refused<T>(status: StatusCode, detail: &str) -> Result<T, Refusal> {
    Err(Refusal(status, detail.to_owned()))
}

/// A call by the identity provider: it has the token that `sso-settings/generate-token` gave out.
struct Provider(App);

impl FromRequestParts<App> for Provider {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Refusal> {
        let known = app.project().read(sso_settings::scim_token)?;
        match (known, bearer(&parts.headers)) {
            (Some(known), Some(sent)) if known == sent => Ok(Self(app.clone())),
            _ => refused(
                StatusCode::UNAUTHORIZED,
                "the token is not the one given out",
            ),
        }
    }
}

fn parsed(body: &str) -> Result<Value, Refusal> {
    serde_json::from_str(body).or_else(|_| refused(StatusCode::BAD_REQUEST, "the body is no JSON"))
}

fn find(app: &App, kind: Kind, id: &str) -> Result<Entity, Refusal> {
    let found = app
        .project()
        .read(|connection| entity::find(connection, kind, id))?;
    found.map_or_else(|| refused(StatusCode::NOT_FOUND, "there is none"), Ok)
}

fn list(app: &App, kind: Kind, shown: fn(&Entity) -> Value) -> Answer {
    let found = app
        .project()
        .read(|connection| entity::list(connection, kind))?;
    let document = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": found.len(),
        "startIndex": 1,
        "itemsPerPage": found.len(),
        "Resources": found.iter().map(shown).collect::<Vec<_>>(),
    });
    Ok(answer::document(StatusCode::OK, &document))
}

fn no_content() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

async fn users(Provider(app): Provider) -> Answer {
    list(&app, Kind::SsoUser, user_json)
}

async fn user(Provider(app): Provider, Path(id): Path<String>) -> Answer {
    let found = find(&app, Kind::SsoUser, &id)?;
    Ok(answer::document(StatusCode::OK, &user_json(&found)))
}

fn user_json(user: &Entity) -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "id": user.id,
        "externalId": user.attribute("external_id"),
        "userName": user.attribute("username"),
        "active": user.attribute("is_active"),
        "name": { "givenName": user.attribute("first_name"), "familyName": user.attribute("last_name") },
        "meta": { "resourceType": "User" },
    })
}

/// Writes what the provider says of a user.
fn apply_user(user: &mut Entity, sent: &Value) -> Result<(), Refusal> {
    let Some(name) = sent["userName"].as_str().filter(|name| !name.is_empty()) else {
        return refused(StatusCode::BAD_REQUEST, "userName is missing");
    };
    user.set("username", name);
    user.set("external_id", sent["externalId"].clone());
    user.set("is_active", sent["active"].as_bool().unwrap_or(true));
    user.set("first_name", sent["name"]["givenName"].clone());
    user.set("last_name", sent["name"]["familyName"].clone());
    Ok(())
}

async fn create_user(Provider(app): Provider, body: String) -> Answer {
    let mut user = sso_users::build(app.new_id(), "", "", "");
    apply_user(&mut user, &parsed(&body)?)?;
    app.project().write(|tx| {
        let known = entity::list(tx, Kind::SsoUser)?;
        if known
            .iter()
            .any(|known| known.text("username") == user.text("username"))
        {
            return refused(StatusCode::CONFLICT, "there is a user of this userName");
        }
        Ok(entity::insert(tx, &user)?)
    })?;
    sso_users::announce(&app, &user)?;
    Ok(answer::document(StatusCode::CREATED, &user_json(&user)))
}

async fn replace_user(Provider(app): Provider, Path(id): Path<String>, body: String) -> Answer {
    let mut user = find(&app, Kind::SsoUser, &id)?;
    apply_user(&mut user, &parsed(&body)?)?;
    app.project()
        .write::<_, StoreError>(|tx| entity::update(tx, &user).map(drop))?;
    Ok(answer::document(StatusCode::OK, &user_json(&user)))
}

async fn delete_user(Provider(app): Provider, Path(id): Path<String>) -> Answer {
    find(&app, Kind::SsoUser, &id)?;
    app.project()
        .write::<_, StoreError>(|tx| sso_users::forget(tx, &id))?;
    Ok(no_content())
}

async fn groups(Provider(app): Provider) -> Answer {
    list(&app, Kind::SsoGroup, group_json)
}

async fn group(Provider(app): Provider, Path(id): Path<String>) -> Answer {
    let found = find(&app, Kind::SsoGroup, &id)?;
    Ok(answer::document(StatusCode::OK, &group_json(&found)))
}

fn group_json(group: &Entity) -> Value {
    let members = group.related_all("users");
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": group.id,
        "displayName": group.attribute("name"),
        "members": members,
        "meta": { "resourceType": "Group" },
    })
}

/// Writes what the provider says of a group.
fn apply_group(app: &App, group: &mut Entity, sent: &Value) -> Result<(), Refusal> {
    let Some(name) = sent["displayName"].as_str().filter(|name| !name.is_empty()) else {
        return refused(StatusCode::BAD_REQUEST, "displayName is missing");
    };
    group.set("name", name);
    let mut members = Vec::new();
    for member in sent["members"].as_array().into_iter().flatten() {
        let id = member["value"].as_str().unwrap_or_default();
        members.push(find(app, Kind::SsoUser, id)?.id);
    }
    sso_users::relate_members(group, &members);
    Ok(())
}

async fn create_group(Provider(app): Provider, body: String) -> Answer {
    let sent = parsed(&body)?;
    let settings = app.project().read(sso_settings::settings)?;
    let Some(role) = settings.related("default_role") else {
        let why = "a group gets the default role at first, and the SSO settings name none";
        return refused(StatusCode::BAD_REQUEST, why);
    };
    let mut group = sso_groups::build(app.new_id(), "", role);
    apply_group(&app, &mut group, &sent)?;
    app.project()
        .write::<_, StoreError>(|tx| entity::insert(tx, &group))?;
    Ok(answer::document(StatusCode::CREATED, &group_json(&group)))
}

async fn replace_group(Provider(app): Provider, Path(id): Path<String>, body: String) -> Answer {
    let mut group = find(&app, Kind::SsoGroup, &id)?;
    apply_group(&app, &mut group, &parsed(&body)?)?;
    app.project()
        .write::<_, StoreError>(|tx| entity::update(tx, &group).map(drop))?;
    Ok(answer::document(StatusCode::OK, &group_json(&group)))
}

async fn delete_group(Provider(app): Provider, Path(id): Path<String>) -> Answer {
    find(&app, Kind::SsoGroup, &id)?;
    app.project()
        .write::<_, StoreError>(|tx| entity::delete(tx, Kind::SsoGroup, &id).map(drop))?;
    Ok(no_content())
}

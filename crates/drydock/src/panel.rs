//! Static files: the admin panel at `/`, the plugin on its own origin, and `/panel.json`, which tells the panel where things
//! are and whom it can act as.
//!
//! `/panel.json` hands out tokens to whoever asks. This is a server for one developer's machine; do not expose it.

use std::path::Path;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tower::ServiceExt;
use tower_http::services::ServeDir;

use crate::http::answer;
use crate::http::error::ApiError;
use crate::serve::Addresses;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Kind};
use crate::store::project;

/// The panel and `/panel.json`.
pub(crate) fn admin_routes(app: &App) -> Router<App> {
    let dist = app.options().admin_dist.clone();
    Router::new()
        .route("/panel.json", get(panel_json))
        .fallback(move |request: Request| {
            let dist = dist.clone();
            async move { admin_file(&dist, request).await }
        })
}

/// The plugin's files, and nothing else: an unknown path is 404.
pub(crate) fn plugin_routes(app: &App) -> Router {
    let dist = app.options().plugin_dist.clone();
    Router::new().fallback(move |request: Request| {
        let dist = dist.clone();
        async move {
            if !dist.is_dir() {
                return missing(&dist, "trunk build --release");
            }
            let mut response = file(&dist, request).await;
            // The panel's frame is on another origin; the files themselves are public.
            response.headers_mut().insert(
                header::ACCESS_CONTROL_ALLOW_ORIGIN,
                HeaderValue::from_static("*"),
            );
            response
        }
    })
}

/// A file of the panel; for paths that are no files, such as `/p/slipway/pages/releases`, its index page.
async fn admin_file(dist: &Path, request: Request) -> Response {
    if !dist.is_dir() {
        return missing(dist, "cargo xtask run");
    }
    let wants_page = request.method() == Method::GET && accepts_html(request.headers());
    let is_api = ["/assets", "/cma", "/graphql", "/site", "/demo"]
        .iter()
        .any(|prefix| request.uri().path().starts_with(prefix));
    let response = file(dist, request).await;
    if response.status() != StatusCode::NOT_FOUND || !wants_page || is_api {
        return response;
    }
    match tokio::fs::read_to_string(dist.join("index.html")).await {
        Ok(page) => Html(page).into_response(),
        Err(_) => response,
    }
}

async fn file(dist: &Path, request: Request) -> Response {
    let mut response = match ServeDir::new(dist).oneshot(request).await {
        Ok(response) => response.map(Body::new),
        Err(never) => match never {},
    };
    // A rebuilt panel or plugin must be seen at the next reload.
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"))
}

fn missing(dist: &Path, command: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Not built yet</title>\
         <p>There is no folder <code>{}</code> yet. Run <code>{command}</code> at the root of the repository, then reload.",
        dist.display()
    );
    (StatusCode::SERVICE_UNAVAILABLE, Html(page)).into_response()
}

/// Where things are, relative to how the server was called, and the users with their tokens.
async fn panel_json(State(app): State<App>, headers: HeaderMap) -> Result<Response, ApiError> {
    Ok(answer::document(StatusCode::OK, &document(&app, &headers)?))
}

fn document(app: &App, headers: &HeaderMap) -> Result<Value, ApiError> {
    let addresses = app.addresses().unwrap_or_else(|| Addresses {
        admin: app.options().addr,
        plugin: app.options().plugin_addr,
    });
    let host = headers
        .get(header::HOST)
        .and_then(|value| value.to_str().ok());
    let admin = host.map_or_else(|| addresses.admin.to_string(), str::to_owned);
    let urls = Urls::new(&admin, &addresses.plugin.to_string());
    let users = app.project().read(|connection| {
        let mut users = Vec::new();
        for user in entity::list(connection, Kind::User)? {
            let role = match user.related("role") {
                Some(id) => entity::find(connection, Kind::Role, id)?,
                None => None,
            };
            users.push(json!({
                "id": user.id,
                "name": user.attribute("full_name"),
                "email": user.attribute("email"),
                "role": role.as_ref().map_or(&Value::Null, |role| role.attribute("name")),
                "token": project::user_token(connection, &user.id)?,
            }));
        }
        Ok::<_, StoreError>(users)
    })?;
    Ok(
        json!({"cma": urls.cma, "cda": urls.cda, "plugin": urls.plugin, "site": urls.site, "users": users}),
    )
}

/// The addresses people and programs use.
pub(crate) struct Urls {
    pub(crate) cma: String,
    pub(crate) cda: String,
    pub(crate) admin: String,
    pub(crate) plugin: String,
    pub(crate) site: String,
}

impl Urls {
    pub(crate) fn new(admin: &str, plugin: &str) -> Self {
        Self {
            cma: format!("http://{admin}/cma"),
            cda: format!("http://{admin}/graphql"),
            admin: format!("http://{admin}/"),
            plugin: format!("http://{plugin}/"),
            site: format!("http://{admin}/site"),
        }
    }
}

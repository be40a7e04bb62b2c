//! `/demo`: the migration scripts for whoever fetches them, the target of the build trigger, and the switch that brings
//! editors to work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::{Value, json};

use super::draft::item_id;
use super::models::model_id;
use super::people::person_id;
use super::{ids, migrations};
use crate::cma::controllers::editing_sessions::Session;
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::StoreError;
use crate::store::entity::{self, Kind, reference};

/// Who edits which article while the switch is on.
const AT_WORK: [(&str, usize); 2] = [("Daniel Okafor", 0), ("Chiara Lombardi", 2)];

/// How often people at work are heard of; well below the time after which a session ends.
const HEARTBEAT: Duration = Duration::from_secs(30);

#[derive(Debug, Default)]
struct Switches {
    builds: AtomicU64,
    at_work: AtomicBool,
}

/// The routes under `/demo`.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/", get(index))
        .route("/build-hook", get(builds).post(build))
        .route("/editing-sessions", get(editors).post(switch_editors))
        .route("/migrations/manifest.json", get(manifest))
        .route("/migrations/{*path}", get(script))
        .layer(Extension(Arc::new(Switches::default())))
}

const ANY_ORIGIN: (HeaderName, HeaderValue) = (
    header::ACCESS_CONTROL_ALLOW_ORIGIN,
    HeaderValue::from_static("*"),
);
const FRESH: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));

/// The list of scripts with their hashes, file URLs relative to it.
async fn manifest() -> impl IntoResponse {
    let files: Vec<Value> = migrations::FILES
        .iter()
        .map(|(path, text)| json!({ "path": path, "sha256": migrations::sha256(text) }))
        .collect();
    (
        [ANY_ORIGIN, FRESH],
        Json(json!({ "version": 1, "files": files })),
    )
}

async fn script(Path(path): Path<String>) -> Result<Response, ApiError> {
    let found = migrations::FILES
        .iter()
        .find(|(candidate, _)| *candidate == path);
    let (_, text) = found.ok_or_else(ApiError::not_found)?;
    let kind = (
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    Ok(([ANY_ORIGIN, FRESH, kind], *text).into_response())
}

async fn build(Extension(switches): Extension<Arc<Switches>>) -> Json<Value> {
    Json(json!({ "calls": switches.builds.fetch_add(1, Ordering::SeqCst) + 1 }))
}

async fn builds(Extension(switches): Extension<Arc<Switches>>) -> Json<Value> {
    Json(json!({ "calls": switches.builds.load(Ordering::SeqCst) }))
}

async fn editors(
    State(app): State<App>,
    Extension(switches): Extension<Arc<Switches>>,
) -> Result<Json<Value>, ApiError> {
    let primary = app.primary()?;
    let names: Vec<&str> = AT_WORK
        .into_iter()
        .map(|(name, _)| name)
        .filter(|name| {
            let sessions = app.sessions().list(&primary.id, app.now());
            sessions
                .iter()
                .any(|session| session.id == session_id(name))
        })
        .collect();
    Ok(Json(
        json!({ "on": switches.at_work.load(Ordering::SeqCst), "editors": names }),
    ))
}

async fn switch_editors(
    State(app): State<App>,
    Extension(switches): Extension<Arc<Switches>>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let document: Value = serde_json::from_slice(&body).unwrap_or_default();
    let Some(on) = document.get("on").and_then(Value::as_bool) else {
        return Err(ApiError::new(
            StatusCode::BAD_REQUEST,
            "INVALID_JSON_BODY",
            json!({ "expected": { "on": true } }),
        ));
    };
    let was_on = switches.at_work.swap(on, Ordering::SeqCst);
    if on {
        sit_down(&app)?;
        if !was_on {
            tokio::spawn(stay(app.clone(), Arc::clone(&switches)));
        }
    } else {
        for row in app.environments()? {
            for (name, _) in AT_WORK {
                app.sessions().remove(&row.id, &session_id(name));
            }
        }
    }
    editors(State(app), Extension(switches)).await
}

/// Opens an article for each editor at work, in the primary environment.
fn sit_down(app: &App) -> Result<(), ApiError> {
    let primary = app.primary()?;
    for (name, article) in AT_WORK {
        let user = person_id(name);
        let employed = app
            .project()
            .read::<_, StoreError>(|connection| entity::find(connection, Kind::User, &user))?;
        if employed.is_none() {
            return Err(ApiError::not_found());
        }
        app.sessions().put(Session {
            id: session_id(name),
            environment: primary.id.clone(),
            editor: reference("user", &user),
            item: Some((
                item_id("article", &article.to_string()),
                model_id("article"),
            )),
            last_activity: app.now(),
            locked_at: None,
        });
    }
    Ok(())
}

/// Keeps them there until they are sent home. Somebody whose session was ended by force does not come back.
async fn stay(app: App, switches: Arc<Switches>) {
    loop {
        tokio::time::sleep(HEARTBEAT).await;
        if !switches.at_work.load(Ordering::SeqCst) {
            return;
        }
        let Ok(rows) = app.environments() else { return };
        for row in rows {
            for mut session in app.sessions().list(&row.id, app.now()) {
                if AT_WORK
                    .iter()
                    .any(|(name, _)| session.id == session_id(name))
                {
                    session.last_activity = app.now();
                    app.sessions().put(session);
                }
            }
        }
    }
}

fn session_id(name: &str) -> String {
    ids::id("editing_session", name)
}

/// A page of the switches, for people.
async fn index() -> Html<&'static str> {
    Html(include_str!("page.html"))
}

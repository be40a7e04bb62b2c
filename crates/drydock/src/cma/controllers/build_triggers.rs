//! Build triggers of the project: what tells a build service to rebuild the site.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{delete, get, post, put};
use serde_json::{Value, json};

use super::search_indexes::source_of;
use super::stored::{self, Attribute, is_filled, is_optional_text};
use crate::events::{self, Event, log};
use crate::http::answer::{self, Answer};
use crate::http::body::{JsonApi, OptionalJsonApi};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::search;
use crate::state::App;
use crate::store::entity::{self, Entity, Kind};

/// The routes of this resource, and of the events it records.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/build-triggers", get(index).post(create))
        .route(
            "/build-triggers/{id}",
            get(show).put(update).delete(destroy),
        )
        .route("/build-triggers/{id}/trigger", post(trigger))
        .route("/build-triggers/{id}/abort", delete(abort))
        .route("/build-triggers/{id}/reindex", put(reindex))
        .route(
            "/build-triggers/{id}/abort_indexing",
            delete(abort_indexing),
        )
        .route("/build-events", get(events_index))
        .route("/build-events/{id}", get(events_show))
}

async fn index(ctx: ProjectCtx) -> Answer {
    stored::index(ctx.app.project(), Kind::BuildTrigger)
}

async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    stored::show(ctx.app.project(), Kind::BuildTrigger, &id)
}

fn attributes() -> [Attribute; 9] {
    [
        ("name", Value::Null, is_filled),
        ("adapter", json!("custom"), |value| {
            matches!(
                value.as_str(),
                Some("custom" | "netlify" | "vercel" | "gitlab")
            )
        }),
        ("adapter_settings", json!({}), Value::is_object),
        ("enabled", json!(true), Value::is_boolean),
        ("frontend_url", Value::Null, is_optional_text),
        ("indexing_enabled", json!(false), Value::is_boolean),
        (
            "autotrigger_on_scheduled_publications",
            json!(false),
            Value::is_boolean,
        ),
        ("webhook_token", json!(""), Value::is_string),
        ("build_status", json!("unstarted"), Value::is_string),
    ]
}

/// What the server decides itself, whatever a client sends back.
const OWN: [&str; 5] = [
    "build_status",
    "last_build_completed_at",
    "indexing_status",
    "webhook_url",
    "webhook_token",
];

fn apply(trigger: &mut Entity, mut data: Value) -> Result<(), ApiError> {
    if let Some(sent) = data["attributes"].as_object_mut() {
        sent.retain(|key, _| !OWN.contains(&key.as_str()));
    }
    stored::apply(trigger, &data, &attributes())?;
    if are_settings(trigger) {
        return Ok(());
    }
    Err(ApiError::invalid_field(
        "adapter_settings",
        "VALIDATION_INVALID",
    ))
}

/// Whether a trigger has the settings of its adapter and no others, and an address where it is to be called by one.
fn are_settings(trigger: &Entity) -> bool {
    let known: &[&str] = match trigger.text("adapter") {
        Some("netlify") => &["trigger_url", "access_token", "branch", "site_id"],
        Some("vercel") => &[
            "project_id",
            "token",
            "branch",
            "team_id",
            "deploy_hook_url",
        ],
        Some("gitlab") => &["trigger_url", "token", "ref", "build_parameters"],
        Some(_) | None => &["trigger_url", "headers", "payload"],
    };
    let settings = trigger.attribute("adapter_settings");
    let keys = settings.as_object().into_iter().flat_map(|map| map.keys());
    keys.into_iter().all(|key| known.contains(&key.as_str()))
        && (trigger.text("adapter") != Some("custom")
            || stored::is_address(&settings["trigger_url"]))
}

async fn create(ctx: ProjectCtx, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageBuildTriggers)?;
    let mut trigger = Entity::new(Kind::BuildTrigger, ctx.app.new_id());
    apply(&mut trigger, data)?;
    let token = ctx.app.new_id();
    trigger.set("webhook_url", deploy_results(&token));
    trigger.set("webhook_token", token);
    trigger.set("last_build_completed_at", Value::Null);
    trigger.set("indexing_status", "unstarted");
    ctx.app.project().write(|tx| {
        stored::require_own_name(tx, &trigger)?;
        entity::insert(tx, &trigger).map_err(ApiError::from)
    })?;
    answer::entity(StatusCode::CREATED, trigger.to_json())
}

/// Where a build service would say how a build went. Nobody listens there.
pub(crate) fn deploy_results(token: &str) -> String {
    format!("https://drydock.invalid/{token}/deploy-results")
}

async fn update(ctx: ProjectCtx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    ctx.require(Permission::ManageBuildTriggers)?;
    let trigger = ctx.app.project().write(|tx| {
        let mut trigger = stored::find(tx, Kind::BuildTrigger, &id)?;
        apply(&mut trigger, data)?;
        stored::require_own_name(tx, &trigger)?;
        entity::update(tx, &trigger)?;
        Ok::<_, ApiError>(trigger)
    })?;
    answer::entity(StatusCode::OK, trigger.to_json())
}

async fn destroy(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::ManageBuildTriggers)?;
    let gone = ctx.app.project().write(|tx| {
        let gone = stored::find(tx, Kind::BuildTrigger, &id)?;
        entity::delete(tx, Kind::BuildTrigger, &id)?;
        search::forget(&ctx.app, tx, &id)?;
        Ok::<_, ApiError>(gone)
    })?;
    answer::entity(StatusCode::OK, gone.to_json())
}

fn find_allowed(ctx: &ProjectCtx, id: &str) -> Result<Entity, ApiError> {
    let trigger = ctx
        .app
        .project()
        .read(|connection| stored::find(connection, Kind::BuildTrigger, id))?;
    if ctx.caller.permissions.allows_build_trigger(id) {
        return Ok(trigger);
    }
    Err(ApiError::insufficient_permissions("build_trigger"))
}

/// Asks the build service for a build. The answer does not wait for the service.
async fn trigger(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    let trigger = find_allowed(&ctx, &id)?;
    if !trigger.flag("enabled") {
        return Err(ApiError::invalid_field("enabled", "VALIDATION_INVALID"));
    }
    start(&ctx.app, trigger)?;
    answer::no_content()
}

/// Fires the triggers that want to be when something scheduled has happened in the primary environment.
pub(crate) fn on_schedule(app: &App) {
    let fired = app
        .project()
        .read(|connection| entity::list(connection, Kind::BuildTrigger))
        .map_err(ApiError::from)
        .and_then(|triggers| {
            let wanted = |trigger: &Entity| {
                trigger.flag("enabled") && trigger.flag("autotrigger_on_scheduled_publications")
            };
            let mut wanted = triggers.into_iter().filter(wanted);
            wanted.try_for_each(|trigger| start(app, trigger))
        });
    if let Err(error) = fired {
        log(&format!(
            "a build trigger could not be fired after a schedule: {}",
            error.code
        ));
    }
}

fn start(app: &App, trigger: Entity) -> Result<(), ApiError> {
    set_status(app, &trigger.id, "pending")?;
    emit(app, &trigger, "deploy_started")?;
    let address = trigger.attribute("adapter_settings")["trigger_url"]
        .as_str()
        .map(str::to_owned);
    let is_custom = trigger.text("adapter") == Some("custom");
    if let Some(address) = address.filter(|_| is_custom) {
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(error) = call_service(&app, &trigger, &address).await {
                log(&format!(
                    "build trigger {}: its outcome could not be recorded: {}",
                    trigger.id, error.code
                ));
            }
        });
    } else {
        let why = json!({ "message": "only custom triggers are called from here" });
        record(app, &trigger.id, "request_failure", why)?;
        set_status(app, &trigger.id, "failed")?;
    }
    Ok(())
}

async fn call_service(app: &App, trigger: &Entity, address: &str) -> Result<(), ApiError> {
    let settings = trigger.attribute("adapter_settings");
    let sent = settings["headers"].as_object();
    let mut headers: Vec<(String, String)> = sent
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
        .collect();
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("content-type"))
    {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let payload = settings
        .get("payload")
        .filter(|payload| !payload.is_null())
        .cloned()
        .unwrap_or(json!({}));
    let body = payload
        .as_str()
        .map_or_else(|| payload.to_string(), str::to_owned);
    let (event, data, good) = match app.outgoing().post(address, &headers, body.clone()).await {
        Ok(reply) => {
            let data = json!({
                "request_body": body,
                "response_status": reply.status.as_u16(),
                "response_body": reply.body,
            });
            let good = reply.status.is_success();
            (
                if good {
                    "request_success"
                } else {
                    "request_failure"
                },
                data,
                good,
            )
        }
        Err(error) => {
            log(&format!("build trigger {}: {error}", trigger.id));
            (
                "request_failure",
                json!({ "request_body": body, "message": error.to_string() }),
                false,
            )
        }
    };
    record(app, &trigger.id, event, data)?;
    if !good {
        set_status(app, &trigger.id, "failed")?;
        emit(app, trigger, "deploy_failed")?;
    }
    Ok(())
}

fn set_status(app: &App, id: &str, status: &str) -> Result<(), ApiError> {
    app.project().write(|tx| {
        if let Some(mut trigger) = entity::find(tx, Kind::BuildTrigger, id)? {
            trigger.set("build_status", status);
            entity::update(tx, &trigger)?;
        }
        Ok(())
    })
}

fn record(app: &App, trigger: &str, event_type: &str, data: Value) -> Result<(), ApiError> {
    let mut event = Entity::new(Kind::BuildEvent, app.new_id());
    event.set("event_type", event_type);
    event.set("created_at", app.now().iso());
    event.set("data", data);
    event.relate("build_trigger", entity::reference("build_trigger", trigger));
    Ok(app.project().write(|tx| entity::insert(tx, &event))?)
}

fn emit(app: &App, trigger: &Entity, event_type: &'static str) -> Result<(), ApiError> {
    events::emit(
        app,
        Event {
            entity_type: "build_trigger",
            event_type,
            environment: app.primary()?.id,
            entity: trigger.to_json(),
            previous: None,
            related: Vec::new(),
        },
    );
    Ok(())
}

/// Forgets the build under way.
async fn abort(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    find_allowed(&ctx, &id)?;
    set_status(&ctx.app, &id, "aborted")?;
    record(&ctx.app, &id, "request_aborted", json!({}))?;
    answer::no_content()
}

/// Crawls the trigger's site anew, for search.
async fn reindex(ctx: ProjectCtx, Path(id): Path<String>, _body: OptionalJsonApi) -> Answer {
    let trigger = find_allowed(&ctx, &id)?;
    if !trigger.flag("indexing_enabled") {
        return Err(ApiError::invalid_field(
            "indexing_enabled",
            "VALIDATION_INVALID",
        ));
    }
    search::start(&ctx.app, source_of(&trigger)?)?;
    answer::no_content()
}

async fn abort_indexing(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    let trigger = find_allowed(&ctx, &id)?;
    search::abort(&ctx.app, &source_of(&trigger)?)?;
    answer::no_content()
}

async fn events_index(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::AccessBuildEventsLog)?;
    let events = ctx
        .app
        .project()
        .read(|connection| entity::list(connection, Kind::BuildEvent))?;
    let log = stored::Log {
        source: "build_trigger",
        events,
    };
    log.page(&ctx.query)
}

async fn events_show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    ctx.require(Permission::AccessBuildEventsLog)?;
    stored::show(ctx.app.project(), Kind::BuildEvent, &id)
}

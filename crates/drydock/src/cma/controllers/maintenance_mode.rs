//! Maintenance mode: a flag of the project that makes the primary environment read-only.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{get, put};
use serde_json::{Value, json};

use crate::events::{self, Event};
use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::http::permission::Permission;
use crate::state::App;
use crate::store::project;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/maintenance-mode", get(show))
        .route("/maintenance-mode/activate", put(activate))
        .route("/maintenance-mode/deactivate", put(deactivate))
}

async fn show(ctx: ProjectCtx) -> Answer {
    answer::entity(StatusCode::OK, entity(ctx.app.maintenance()?))
}

/// Refused while somebody edits the primary environment, unless `force=true`.
async fn activate(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::PromoteEnvironments)?;
    let force = ctx.query.flag("force");
    switch(&ctx.app, true, |app| {
        let primary = app.primary()?;
        if !force && app.sessions().any_in(&primary.id, app.now()) {
            return Err(ApiError::unprocessable(
                "ACTIVE_EDITING_SESSIONS",
                json!({}),
            ));
        }
        Ok(())
    })
}

async fn deactivate(ctx: ProjectCtx) -> Answer {
    ctx.require(Permission::PromoteEnvironments)?;
    switch(&ctx.app, false, |_| Ok(()))
}

fn switch(app: &App, active: bool, check: impl FnOnce(&App) -> Result<(), ApiError>) -> Answer {
    let changed = {
        let _lifecycle = app.lifecycle();
        let before = app.maintenance()?;
        if before != active {
            check(app)?;
            app.project()
                .write(|tx| project::set_maintenance(tx, active))?;
            app.apply_freezes()?;
        }
        before != active
    };
    if changed {
        crate::events::log(if active {
            "maintenance mode is on"
        } else {
            "maintenance mode is off"
        });
        events::emit(
            app,
            Event {
                entity_type: "maintenance_mode",
                event_type: "change",
                environment: app.primary()?.id,
                entity: entity(active),
                previous: None,
                related: Vec::new(),
            },
        );
    }
    answer::entity(StatusCode::OK, entity(active))
}

fn entity(active: bool) -> Value {
    json!({"id": "maintenance_mode", "type": "maintenance_mode", "attributes": {"active": active}})
}

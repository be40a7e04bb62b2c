//! Outcomes of jobs.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;

use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::state::App;
use crate::store::project;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/job-results/{id}", get(show))
}

/// 404 while the job runs.
async fn show(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    let job = ctx
        .app
        .project()
        .read(|connection| project::job(connection, &id))?;
    let job = job
        .filter(|job| job.ready_at <= ctx.app.now())
        .and_then(|job| job.outcome);
    let (status, payload) = job.ok_or_else(ApiError::not_found)?;
    let text = StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .unwrap_or("N/A");
    let attributes = json!({"status": status, "statusText": text, "payload": payload});
    answer::entity(
        StatusCode::OK,
        json!({"id": id, "type": "job_result", "attributes": attributes}),
    )
}

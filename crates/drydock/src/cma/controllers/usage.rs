//! How much the project's APIs were used: by day, and what by.

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::http::error::ApiError;
use crate::state::App;
use crate::usage::{self, Day, day_of};

/// The routes of both resources.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/daily-site-usages", get(daily))
        .route("/usage-log-counters/{id}", get(counter))
}

/// The counters there are.
const COUNTERS: [&str; 19] = [
    "assets_path_bytes",
    "assets_referrer_bytes",
    "assets_ip_bytes",
    "assets_full_path_bytes",
    "assets_path_requests",
    "assets_full_path_requests",
    "cda_access_token_id_bytes",
    "cda_access_token_id_requests",
    "cda_referrer_bytes",
    "cda_referrer_requests",
    "cda_ip_bytes",
    "cda_ip_requests",
    "cma_endpoint_bytes",
    "cma_endpoint_requests",
    "cma_user_bytes",
    "cma_user_requests",
    "cma_ip_bytes",
    "cma_ip_requests",
    "video_path_seconds",
];

async fn daily(ctx: ProjectCtx) -> Answer {
    usage::flush(&ctx.app)?;
    let days = ctx.app.project().read(usage::days)?;
    answer::list(days.iter().map(daily_usage).collect())
}

fn daily_usage((day, totals): &Day) -> Value {
    let total = |counter: &str| totals.get(counter).copied().unwrap_or(0);
    json!({
        "type": "daily_usage",
        "id": day,
        "attributes": {
            "date": day,
            "cda_api_calls": total("cda_requests"),
            "cma_api_calls": total("cma_requests"),
            "cda_traffic_bytes": total("cda_bytes"),
            "cma_traffic_bytes": total("cma_bytes"),
            "assets_traffic_bytes": total("assets_bytes"),
            // No video is streamed or encoded here, and no picture looked at.
            "mux_delivered_seconds": 0,
            "mux_high_resolution_delivered_seconds": 0,
            "mux_encoded_seconds": 0,
            "smart_tags_detections": 0,
        },
    })
}

async fn counter(ctx: ProjectCtx, Path(id): Path<String>) -> Answer {
    if !COUNTERS.contains(&id.as_str()) {
        return Err(ApiError::not_found());
    }
    let period = period(ctx.query.get("period"), ctx.app.now())?;
    usage::flush(&ctx.app)?;
    let counted = ctx
        .app
        .project()
        .read(|connection| usage::counted(connection, &id, &period))?;
    let result: Vec<Value> = counted
        .into_iter()
        .map(|(value, counter)| json!({ "value": value, "counter": counter }))
        .collect();
    let data = json!({ "type": "usage_counter", "id": id, "attributes": { "result": result } });
    answer::entity(StatusCode::OK, data)
}

/// How the days of the period begin.
fn period(word: Option<&str>, now: Timestamp) -> Result<String, ApiError> {
    let today = day_of(now);
    let month = |day: &str| day.chars().take("2026-01".len()).collect::<String>();
    match word {
        None | Some("today") => Ok(today),
        Some("current_month") => Ok(month(&today)),
        Some("last_month") => {
            let day: jiff::civil::Date = today.parse().map_err(ApiError::exception)?;
            let before = day.first_of_month().yesterday();
            Ok(month(&before.map_err(ApiError::exception)?.to_string()))
        }
        Some(_) => Err(ApiError::invalid_field("period", "VALIDATION_INVALID")),
    }
}

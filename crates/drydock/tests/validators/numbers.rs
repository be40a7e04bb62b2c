//! Numbers, moments, colours, places.

use serde_json::json;

use crate::occasions::check_all;
use crate::world::Row;

fn rows() -> Vec<Row> {
    let range = || json!({ "number_range": { "min": 1, "max": 3 } });
    let dates = json!({ "date_range": { "min": "2026-01-01" } });
    let times = json!({ "date_time_range": { "max": "2026-01-01T00:00:00+00:00" } });
    let color = json!({ "red": 1, "green": 2, "blue": 3, "alpha": 255 });
    let place = json!({ "latitude": 45.5, "longitude": 9.2 });
    let video = json!({ "provider": "vimeo", "provider_uid": "1", "url": "https://vimeo.com/1" });
    vec![
        (
            "integer",
            json!({ "required": {} }),
            json!(0),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "integer",
            range(),
            json!(3),
            json!(4),
            "VALIDATION_NUMBER_RANGE",
        ),
        (
            "integer",
            json!({}),
            json!(1),
            json!(1.5),
            "VALIDATION_INVALID",
        ),
        (
            "float",
            range(),
            json!(1.5),
            json!(0.5),
            "VALIDATION_NUMBER_RANGE",
        ),
        (
            "float",
            json!({ "required": {} }),
            json!(0.0),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "boolean",
            json!({}),
            json!(true),
            json!("true"),
            "VALIDATION_INVALID",
        ),
        (
            "date",
            dates,
            json!("2026-01-01"),
            json!("2025-12-31"),
            "VALIDATION_DATE_RANGE",
        ),
        (
            "date",
            json!({ "required": {} }),
            json!("2026-01-01"),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "date",
            json!({}),
            json!("2026-02-28"),
            json!("2026-02-30"),
            "VALIDATION_INVALID",
        ),
        (
            "date_time",
            times,
            json!("2026-01-01T01:00:00+02:00"),
            json!("2026-01-01T00:00:01Z"),
            "VALIDATION_DATE_TIME_RANGE",
        ),
        (
            "date_time",
            json!({}),
            json!("2026-01-01T00:00:00Z"),
            json!("today"),
            "VALIDATION_INVALID",
        ),
        (
            "color",
            json!({ "required": {} }),
            color.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "color",
            json!({}),
            color,
            json!("#ff0000"),
            "VALIDATION_INVALID",
        ),
        (
            "lat_lon",
            json!({ "required": {} }),
            place.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "lat_lon",
            json!({}),
            place,
            json!({ "latitude": 91, "longitude": 0 }),
            "VALIDATION_INVALID",
        ),
        (
            "video",
            json!({ "required": {} }),
            video.clone(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "video",
            json!({}),
            video,
            json!({ "provider": "vimeo" }),
            "VALIDATION_INVALID",
        ),
    ]
}

#[tokio::test]
async fn numbers_moments_colours_and_places() {
    check_all(&rows()).await;
}

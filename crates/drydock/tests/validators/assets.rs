//! Assets: what files a field takes.

use serde_json::json;

use crate::content::{document, field, item, model};
use crate::occasions::check_all;
use crate::world::{Row, World};

fn rows() -> Vec<Row> {
    let image = || json!({ "upload_id": "$image" });
    let text = || json!({ "upload_id": "$text" });
    let described = json!({ "upload_id": "$image", "alt": "A", "title": "B" });
    let seo = json!({ "title": "Title", "description": "A text", "image": "$image" });
    let both = json!({ "required_alt_title": { "alt": true, "title": true } });
    let wide = json!({ "image_aspect_ratio": { "min_ar_numerator": 2, "min_ar_denominator": 1 } });
    let square = json!({ "image_aspect_ratio": { "eq_ar_numerator": 1, "eq_ar_denominator": 1 } });
    vec![
        (
            "file",
            json!({ "required": {} }),
            image(),
            json!(null),
            "VALIDATION_REQUIRED",
        ),
        (
            "file",
            json!({}),
            image(),
            json!({ "upload_id": "nowhere" }),
            "VALIDATION_INVALID",
        ),
        (
            "file",
            json!({}),
            image(),
            json!({ "alt": "no upload" }),
            "VALIDATION_INVALID",
        ),
        (
            "file",
            json!({ "extension": { "predefined_list": "image" } }),
            image(),
            text(),
            "VALIDATION_EXTENSION",
        ),
        (
            "file",
            json!({ "extension": { "extensions": ["txt"] } }),
            text(),
            image(),
            "VALIDATION_EXTENSION",
        ),
        (
            "file",
            json!({ "file_size": { "max_value": 5, "max_unit": "B" } }),
            text(),
            image(),
            "VALIDATION_FILE_SIZE",
        ),
        (
            "file",
            json!({ "file_size": { "min_value": 6, "min_unit": "B" } }),
            image(),
            text(),
            "VALIDATION_FILE_SIZE",
        ),
        ("file", wide, image(), json!(null), ""),
        (
            "file",
            square,
            text(),
            image(),
            "VALIDATION_IMAGE_ASPECT_RATIO",
        ),
        (
            "file",
            json!({ "image_dimensions": { "height_min_value": 21 } }),
            text(),
            image(),
            "VALIDATION_IMAGE_DIMENSIONS",
        ),
        (
            "file",
            both.clone(),
            described.clone(),
            image(),
            "VALIDATION_REQUIRED_ALT_TITLE",
        ),
        (
            "gallery",
            json!({ "size": { "min": 1 } }),
            json!([image()]),
            json!([]),
            "VALIDATION_SIZE",
        ),
        (
            "gallery",
            json!({ "size": { "multiple_of": 2 } }),
            json!([image(), text()]),
            json!([image()]),
            "VALIDATION_SIZE",
        ),
        (
            "gallery",
            json!({ "extension": { "predefined_list": "image" } }),
            json!([image()]),
            json!([image(), text()]),
            "VALIDATION_EXTENSION",
        ),
        (
            "gallery",
            both,
            json!([described]),
            json!([image()]),
            "VALIDATION_REQUIRED_ALT_TITLE",
        ),
        (
            "seo",
            json!({ "required_seo_fields": { "title": true, "image": true } }),
            seo.clone(),
            json!({ "title": "Title" }),
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ),
        (
            "seo",
            json!({ "required_seo_fields": { "title": true } }),
            seo.clone(),
            json!(null),
            "VALIDATION_REQUIRED_SEO_FIELDS",
        ),
        (
            "seo",
            json!({ "title_length": { "max": 5 } }),
            seo.clone(),
            json!({ "title": "Titles" }),
            "VALIDATION_TITLE_LENGTH",
        ),
        (
            "seo",
            json!({ "description_length": { "min": 6 } }),
            seo.clone(),
            json!({ "description": "Short" }),
            "VALIDATION_DESCRIPTION_LENGTH",
        ),
        (
            "seo",
            json!({ "image_dimensions": { "width_max_value": 39 } }),
            json!({ "image": "$text" }),
            seo.clone(),
            "VALIDATION_IMAGE_DIMENSIONS",
        ),
        (
            "seo",
            json!({}),
            seo,
            json!({ "titel": "typo" }),
            "VALIDATION_INVALID",
        ),
    ]
}

#[tokio::test]
async fn assets() {
    check_all(&rows()).await;
}

#[tokio::test]
async fn a_new_file_must_fit_where_the_asset_is_shown() {
    let world = World::new().await;
    let dock = &world.dock;
    let page = model(dock, "page", json!({})).await;
    let rules = json!({ "validators": { "extension": { "predefined_list": "image" } } });
    field(dock, &page, "thing", "file", rules).await;
    item(
        dock,
        &page,
        json!({ "thing": { "upload_id": world.image } }),
    )
    .await;
    let request = document("upload_request", json!({ "filename": "b.txt" }));
    let request = dock.call("POST", "/upload-requests", Some(&request)).await;
    let url = request.data()["attributes"]["url"].as_str().unwrap();
    assert_eq!(dock.put_file(url, b"text".to_vec()).await, 200);
    let body = document("upload", json!({ "path": request.data()["id"] }));
    let path = format!("/uploads/{}", world.image);
    let job = dock.call("PUT", &path, Some(&body)).await;
    let error = &dock.outcome(&job).await["payload"]["data"][0]["attributes"];
    assert_eq!(error["code"], "UPLOAD_NOT_PASSING_FIELD_VALIDATIONS");
    let asset = dock.get(&path).await;
    assert_eq!(asset.data()["attributes"]["format"], "png");
    let (status, _, bytes) = dock
        .file(
            "GET",
            asset.data()["attributes"]["url"].as_str().unwrap(),
            &[],
        )
        .await;
    assert_eq!((status.as_u16(), bytes.is_empty()), (200, false));
}

//! Assets: their files on the disk and what is said about them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, field, model};
use serde_json::{Value, json};
use support::{Dock, Reply};

fn picture(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::DynamicImage::new_rgb8(width, height)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Asks for an address and puts a file there. Gives the path.
async fn put(dock: &Dock, filename: &str, bytes: &[u8]) -> String {
    let request = document("upload_request", json!({ "filename": filename }));
    let reply = dock.call("POST", "/upload-requests", Some(&request)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    let url = reply.data()["attributes"]["url"].as_str().unwrap();
    assert_eq!(dock.put_file(url, bytes.to_vec()).await, 200);
    reply.data()["id"].as_str().unwrap().to_owned()
}

/// The outcome of making an asset.
async fn try_upload(dock: &Dock, attributes: Value) -> Value {
    let job = dock
        .call("POST", "/uploads", Some(&document("upload", attributes)))
        .await;
    dock.outcome(&job).await
}

/// Makes an asset of these bytes; gives its entity.
async fn upload(dock: &Dock, filename: &str, bytes: &[u8], mut attributes: Value) -> Value {
    attributes["path"] = json!(put(dock, filename, bytes).await);
    let outcome = try_upload(dock, attributes).await;
    assert_eq!(outcome["status"], 201, "{outcome}");
    outcome["payload"]["data"].clone()
}

fn id(entity: &Value) -> &str {
    entity["id"].as_str().unwrap()
}

fn url(entity: &Value) -> &str {
    entity["attributes"]["url"].as_str().unwrap()
}

fn code(outcome: &Value) -> (u64, &str, &Value) {
    let error = &outcome["payload"]["data"][0]["attributes"];
    let status = outcome["status"].as_u64().unwrap();
    (
        status,
        error["code"].as_str().unwrap_or("-"),
        &error["details"],
    )
}

/// Changes an asset; gives the outcome.
async fn change(dock: &Dock, entity: &Value, query: &str, attributes: Value) -> Value {
    let path = format!("/uploads/{}{query}", id(entity));
    let job = dock
        .call("PUT", &path, Some(&document("upload", attributes)))
        .await;
    dock.outcome(&job).await
}

async fn delete(dock: &Dock, entity: &Value) -> Reply {
    dock.call("DELETE", &format!("/uploads/{}", id(entity)), None)
        .await
}

#[tokio::test]
async fn a_file_goes_up_and_comes_back_whole_or_in_parts() {
    let dock = Dock::blank();
    let bytes = picture(65, 40);
    let made = upload(&dock, "My Photo.PNG", &bytes, json!({})).await;
    let facts = &made["attributes"];
    assert_eq!(facts["size"], bytes.len());
    assert_eq!(
        (&facts["width"], &facts["height"], &facts["format"]),
        (&json!(65), &json!(40), &json!("png"))
    );
    assert_eq!(facts["filename"], "my-photo.png");

    let (status, headers, whole) = dock.file("GET", url(&made), &[]).await;
    assert_eq!((status.as_u16(), &whole), (200, &bytes));
    assert_eq!(headers["content-type"], "image/png");
    assert_eq!(headers["accept-ranges"], "bytes");
    assert_eq!(headers["access-control-allow-origin"], "*");
    // A page among the files would run on the panel's origin.
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("sandbox")
    );

    let range = [("range", "bytes=2-5")];
    let (status, headers, part) = dock.file("GET", url(&made), &range).await;
    assert_eq!((status.as_u16(), part.as_slice()), (206, &bytes[2..=5]));
    let expected = format!("bytes 2-5/{}", bytes.len());
    assert_eq!(headers["content-range"], expected.as_str());
    let beyond = format!("bytes={}-", bytes.len());
    let (status, ..) = dock.file("GET", url(&made), &[("range", &beyond)]).await;
    assert_eq!(status, 416);
    let (status, headers, body) = dock.file("HEAD", url(&made), &[]).await;
    assert_eq!((status.as_u16(), body.len()), (200, 0));
    assert_eq!(headers["content-length"], bytes.len().to_string().as_str());
}

#[tokio::test]
async fn only_the_address_that_was_given_out_takes_a_file_and_only_until_it_is_used() {
    let dock = Dock::blank();
    let request = document("upload_request", json!({ "filename": "a.txt" }));
    let reply = dock.call("POST", "/upload-requests", Some(&request)).await;
    let given = reply.data()["attributes"]["url"].as_str().unwrap();
    let (bare, _) = given.split_once('?').unwrap();
    assert_eq!(dock.put_file(bare, b"no".to_vec()).await, 403);
    let forged = format!("{bare}?signature=0123456789");
    assert_eq!(dock.put_file(&forged, b"no".to_vec()).await, 403);
    assert_eq!(dock.put_file(given, b"one".to_vec()).await, 200);
    let made = try_upload(&dock, json!({ "path": reply.data()["id"] })).await;
    assert_eq!(made["status"], 201);
    assert_eq!(dock.put_file(given, b"two".to_vec()).await, 403);
    let (_, _, bytes) = dock.file("GET", bare, &[]).await;
    assert_eq!(bytes, b"one");
}

#[tokio::test]
async fn names_cannot_leave_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let storage = drydock::Storage::Directory(folder.path().to_owned());
    let dock = Dock::with(|options| options.storage = storage);
    let path = put(&dock, "../../project.sqlite", b"mine").await;
    assert!(path.ends_with("-project.sqlite"), "{path}");
    let files: Vec<_> = std::fs::read_dir(folder.path().join("assets"))
        .unwrap()
        .collect();
    assert_eq!(files.len(), 1);
    for outside in [
        "/assets/1/..%2F..%2Fproject.sqlite",
        "/assets/1/%2e%2e%2fproject.sqlite",
        "/assets/../project.sqlite",
        "/assets/1/project.sqlite",
    ] {
        let (status, _, bytes) = dock.file("GET", outside, &[]).await;
        assert_eq!((status.as_u16(), bytes.len()), (404, 0), "{outside}");
    }
    for path in [
        "/1/../project.sqlite",
        "/etc/passwd",
        "",
        "/1/1-never-asked-for.txt",
    ] {
        let outcome = try_upload(&dock, json!({ "path": path })).await;
        let (status, code, details) = code(&outcome);
        assert_eq!((status, code), (422, "INVALID_FIELD"), "{path}");
        assert_eq!(details["field"], "path");
    }
}

#[tokio::test]
async fn what_is_said_about_an_asset_can_be_changed() {
    let dock = Dock::blank();
    let made = upload(&dock, "a.txt", b"text", json!({ "tags": ["new", "new"] })).await;
    assert_eq!(made["attributes"]["tags"], json!(["new"]));
    let metadata = json!({ "alt": { "en": "A text" } });
    let said = json!({ "author": "Ann", "basename": "b c", "default_field_metadata": metadata });
    let outcome = change(&dock, &made, "", said).await;
    let after = &outcome["payload"]["data"];
    assert_eq!(after["attributes"]["author"], "Ann");
    assert_eq!(after["attributes"]["filename"], "b-c.txt");
    assert_eq!(
        after["attributes"]["default_field_metadata"],
        json!({
            "alt": { "en": "A text" }, "title": { "en": null }, "custom_data": { "en": {} },
            "focal_point": null, "poster_time": null,
        })
    );
    // The file has moved with its name.
    assert_eq!(dock.file("GET", url(after), &[]).await.2, b"text");
    assert_eq!(dock.file("GET", url(&made), &[]).await.0, 404);
    // Sending back what was read asks for nothing.
    let echo = change(&dock, &made, "", after["attributes"].clone()).await;
    assert_eq!(echo["status"], 200, "{echo}");
    assert_eq!(url(&echo["payload"]["data"]), url(after));

    for wrong in [json!({ "tags": "new" }), json!({ "notes": 1 })] {
        let outcome = change(&dock, &made, "", wrong).await;
        assert_eq!(code(&outcome).1, "INVALID_FORMAT");
    }
    for (wrong, field) in [
        (
            json!({ "default_field_metadata": { "alt": "A" } }),
            "default_field_metadata",
        ),
        (json!({ "basename": "" }), "basename"),
    ] {
        let outcome = change(&dock, &made, "", wrong).await;
        assert_eq!(code(&outcome).1, "INVALID_FIELD");
        assert_eq!(code(&outcome).2["field"], field);
    }
}

#[tokio::test]
async fn a_file_is_replaced_at_its_address_or_at_a_new_one() {
    let dock = Dock::blank();
    let made = upload(&dock, "a.png", &picture(10, 10), json!({})).await;
    let path = put(&dock, "b.png", &picture(20, 20)).await;
    let replaced = change(
        &dock,
        &made,
        "?replace_strategy=keep_url",
        json!({ "path": path }),
    )
    .await;
    let replaced = replaced["payload"]["data"].clone();
    assert_eq!(url(&replaced), url(&made));
    assert_eq!(replaced["attributes"]["width"], 20);
    assert_eq!(dock.file("GET", url(&made), &[]).await.2, picture(20, 20));

    let path = put(&dock, "c.png", &picture(30, 30)).await;
    let replaced = change(
        &dock,
        &made,
        "?replace_strategy=create_new_url",
        json!({ "path": path }),
    )
    .await;
    let replaced = replaced["payload"]["data"].clone();
    assert_ne!(url(&replaced), url(&made));
    assert_eq!(dock.file("GET", url(&made), &[]).await.0, 404);
    assert_eq!(
        dock.file("GET", url(&replaced), &[]).await.2,
        picture(30, 30)
    );
}

#[tokio::test]
async fn an_asset_in_use_is_known_to_be_and_stays() {
    let dock = Dock::blank();
    let made = upload(&dock, "a.png", &picture(10, 10), json!({})).await;
    let spare = upload(&dock, "b.png", &picture(10, 10), json!({})).await;
    let block = model(&dock, "figure", json!({ "modular_block": true })).await;
    field(&dock, &block, "shots", "gallery", json!({})).await;
    let page = model(&dock, "page", json!({})).await;
    let blocks = json!({ "validators": { "rich_text_blocks": { "item_types": [block] } } });
    field(&dock, &page, "content", "rich_text", blocks).await;
    // Text that looks like a reference is none.
    field(&dock, &page, "note", "json", json!({})).await;
    let shots = json!([{ "upload_id": id(&made) }]);
    let item = json!({ "data": {
        "type": "item",
        "attributes": {
            "note": json!({ "upload_id": id(&spare) }).to_string(),
            "content": [{
                "type": "item", "attributes": { "shots": shots },
                "relationships": { "item_type": { "data": { "type": "item_type", "id": block } } },
            }],
        },
        "relationships": { "item_type": { "data": { "type": "item_type", "id": page } } },
    } });
    let item = dock.call("POST", "/items", Some(&item)).await;
    assert_eq!(item.status, 201, "{}", item.body);

    let references = dock
        .get(&format!("/uploads/{}/references", id(&made)))
        .await;
    assert_eq!(references.data()[0]["id"], item.data()["id"]);
    assert_eq!(references.data().as_array().unwrap().len(), 1);
    let used = dock.get("/uploads?filter[fields][in_use][eq]=true").await;
    assert_eq!(used.body["meta"]["total_count"], 1);
    assert_eq!(used.data()[0]["id"], made["id"]);

    assert_eq!(
        delete(&dock, &made).await.code(),
        "UPLOAD_IS_CURRENTLY_IN_USE"
    );
    assert_eq!(delete(&dock, &spare).await.status, 200);
    assert_eq!(dock.file("GET", url(&spare), &[]).await.0, 404);
    assert_eq!(dock.file("GET", url(&made), &[]).await.0, 200);
}

#[tokio::test]
async fn a_fork_shares_the_files_of_its_source() {
    let dock = Dock::blank();
    let made = upload(&dock, "a.txt", b"text", json!({})).await;
    let job = dock.fork("main", "sandbox", "").await;
    assert_eq!(dock.outcome(&job).await["status"], 201);
    assert_eq!(delete(&dock, &made).await.status, 200);
    assert_eq!(dock.file("GET", url(&made), &[]).await.2, b"text");
    let path = format!("/uploads/{}", id(&made));
    let full = dock.tokens.full.clone();
    let in_fork = |method: &'static str| dock.call_as(&full, Some("sandbox"), method, &path, None);
    assert_eq!(in_fork("GET").await.data()["attributes"]["url"], url(&made));
    assert_eq!(in_fork("DELETE").await.status, 200);
    assert_eq!(dock.file("GET", url(&made), &[]).await.0, 404);
}

#[tokio::test]
async fn assets_are_found_sorted_and_paged() {
    let dock = Dock::blank();
    for (name, width, notes) in [
        ("a.png", 30, "Harbour"),
        ("b.png", 10, "Boats"),
        ("c.png", 20, "The harbour"),
    ] {
        upload(
            &dock,
            name,
            &picture(width, 15),
            json!({ "notes": notes, "tags": [notes] }),
        )
        .await;
    }
    upload(&dock, "d.txt", b"text", json!({})).await;
    for (query, names) in [
        ("", "d.txt c.png b.png a.png"),
        ("?page[limit]=1&page[offset]=1", "c.png"),
        ("?order_by=width_ASC", "d.txt b.png c.png a.png"),
        (
            "?order_by=_created_at_ASC,filename_DESC",
            "d.txt c.png b.png a.png",
        ),
        ("?filter[query]=harbour", "c.png a.png"),
        ("?filter[fields][type][eq]=image", "c.png b.png a.png"),
        ("?filter[fields][width][gte]=20", "c.png a.png"),
        (
            "?filter[fields][filename][matches][pattern]=^[ab]",
            "b.png a.png",
        ),
        ("?filter[fields][tags][eq]=Boats", "b.png"),
        ("?filter[fields][orientation][eq]=portrait", "b.png"),
        ("?filter[fields][format][in][]=txt", "d.txt"),
    ] {
        let reply = dock.get(&format!("/uploads{query}")).await;
        assert_eq!(reply.status, 200, "{query}: {}", reply.body);
        let found = reply.data().as_array().unwrap().iter();
        let found: Vec<&str> = found
            .map(|upload| upload["attributes"]["filename"].as_str().unwrap())
            .collect();
        assert_eq!(found.join(" "), names, "{query}");
    }
    let nothing = dock.get("/uploads?page[limit]=0").await;
    assert_eq!(
        nothing.body,
        json!({ "data": [], "meta": { "total_count": 4 } })
    );
    for (query, code) in [
        ("?page[limit]=501", "INVALID_PARAMS"),
        ("?order_by=weight_ASC", "INVALID_ORDERING"),
        (
            "?filter[fields][weight][eq]=1",
            "INVALID_FILTER_FIELDS_PARAM",
        ),
    ] {
        assert_eq!(
            dock.get(&format!("/uploads{query}")).await.code(),
            code,
            "{query}"
        );
    }
}

#[tokio::test]
async fn many_assets_are_tagged_filed_and_destroyed_at_once() {
    let dock = Dock::blank();
    let one = upload(&dock, "a.txt", b"a", json!({ "tags": ["old"] })).await;
    let two = upload(&dock, "b.txt", b"b", json!({})).await;
    let folder = document("upload_collection", json!({ "label": "Press" }));
    let folder = dock
        .call("POST", "/upload-collections", Some(&folder))
        .await;
    assert_eq!(folder.status, 201, "{}", folder.body);
    let operation = |kind: &str, attributes: Option<Value>, relationships: Value| {
        let mut relationships = relationships;
        relationships["uploads"] = json!({ "data": [
            { "type": "upload", "id": id(&one) }, { "type": "upload", "id": id(&two) },
            { "type": "upload", "id": "missing" },
        ] });
        let mut data = json!({ "type": kind, "relationships": relationships });
        if let Some(attributes) = attributes {
            data["attributes"] = attributes;
        }
        json!({ "data": data })
    };
    let counts = json!({ "data": [], "meta": { "successful": 2, "failed": 1 } });
    let filed = json!({ "upload_collection": { "data": { "type": "upload_collection", "id": id(folder.data()) } } });
    for (path, body) in [
        (
            "tag",
            operation(
                "upload_bulk_tag_operation",
                Some(json!({ "tags": ["new"] })),
                json!({}),
            ),
        ),
        (
            "set-upload-collection",
            operation("upload_bulk_set_upload_collection_operation", None, filed),
        ),
    ] {
        let job = dock
            .call("POST", &format!("/uploads/bulk/{path}"), Some(&body))
            .await;
        assert_eq!(dock.outcome(&job).await["payload"], counts, "{path}");
    }
    let after = dock.get(&format!("/uploads/{}", id(&one))).await;
    assert_eq!(after.data()["attributes"]["tags"], json!(["old", "new"]));
    let collection = &after.data()["relationships"]["upload_collection"]["data"]["id"];
    assert_eq!(*collection, folder.data()["id"]);
    let tags = dock.get("/upload-tags").await;
    let names: Vec<&Value> = tags
        .data()
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| &tag["attributes"]["name"])
        .collect();
    assert_eq!(names, ["new", "old"]);

    // A folder goes, its assets stay.
    let path = format!(
        "/upload-collections/{}",
        folder.data()["id"].as_str().unwrap()
    );
    assert_eq!(dock.call("DELETE", &path, None).await.status, 200);
    let after = dock.get(&format!("/uploads/{}", id(&one))).await;
    assert_eq!(
        after.data()["relationships"]["upload_collection"]["data"],
        Value::Null
    );

    let body = operation("upload_bulk_destroy_operation", None, json!({}));
    let job = dock
        .call("POST", "/uploads/bulk/destroy", Some(&body))
        .await;
    assert_eq!(dock.outcome(&job).await["payload"], counts);
    assert_eq!(dock.get("/uploads").await.body["meta"]["total_count"], 0);
}

#[tokio::test]
async fn who_may_only_read_puts_and_removes_nothing() {
    let dock = Dock::blank();
    let made = upload(&dock, "a.txt", b"a", json!({})).await;
    let read = dock.tokens.read.clone();
    let path = format!("/uploads/{}", id(&made));
    assert_eq!(
        dock.call_as(&read, None, "GET", &path, None).await.status,
        200
    );
    let request = document("upload_request", json!({ "filename": "b.txt" }));
    for (method, path, body) in [
        ("POST", "/upload-requests", Some(&request)),
        ("DELETE", path.as_str(), None),
    ] {
        let reply = dock.call_as(&read, None, method, path, body).await;
        assert_eq!(
            reply.brief(),
            "403 INSUFFICIENT_PERMISSIONS",
            "{method} {path}"
        );
    }
    let body = document("upload", json!({ "author": "me" }));
    let job = dock.call_as(&read, None, "PUT", &path, Some(&body)).await;
    let outcome = dock.outcome(&job).await;
    assert_eq!(code(&outcome).1, "INSUFFICIENT_PERMISSIONS");
}

#[tokio::test]
async fn an_image_is_as_its_address_wants_it() {
    let dock = Dock::blank();
    let kiln = upload(&dock, "kiln.png", &picture(80, 40), json!({})).await;
    let read = async |query: &str| {
        dock.file("GET", &format!("{}{query}", url(&kiln)), &[])
            .await
    };
    let (status, headers, bytes) = read("?w=20&h=20&fit=crop&fm=jpg&auto=format").await;
    assert_eq!(
        (status.as_u16(), headers["content-type"].to_str().unwrap()),
        (200, "image/jpeg")
    );
    assert!(
        headers["content-security-policy"]
            .to_str()
            .unwrap()
            .starts_with("sandbox")
    );
    let image = image::load_from_memory(&bytes).unwrap();
    assert_eq!((image.width(), image.height()), (20, 20));
    let (_, headers, bytes) = read("?auto=format").await;
    assert_eq!(
        (headers["content-type"].to_str().unwrap(), bytes),
        ("image/png", picture(80, 40))
    );
    let (status, _, said) = read("?w=wide").await;
    assert_eq!(status.as_u16(), 400);
    assert_eq!(
        String::from_utf8(said).unwrap(),
        "the parameter `w` cannot be `wide`: expected a number of pixels up to 8192"
    );
    let note = upload(&dock, "note.txt", b"text", json!({})).await;
    let (status, _, bytes) = dock.file("GET", &format!("{}?w=20", url(&note)), &[]).await;
    assert_eq!((status.as_u16(), bytes), (200, b"text".to_vec()));
    let nothing = url(&kiln).replace("kiln.png", "gone.png");
    let (status, _, _) = dock.file("GET", &format!("{nothing}?w=20"), &[]).await;
    assert_eq!(status.as_u16(), 404);
}

//! Roles that may write one locale, or what is in none: records, publications and assets.

use serde_json::{Value, json};

use crate::content::{asset, document, field, id, item, model, new_item, set_locales};
use crate::support::Dock;

const REFUSED: &str = "403 INSUFFICIENT_PERMISSIONS";

/// An entry of this action for everybody's work, limited to a part of the content.
fn entry(action: &str, scope: &str, locale: Option<&str>) -> Value {
    let mut entry = json!({"environment": "main", "action": action});
    if ["create", "update", "publish"].contains(&action) {
        entry["localization_scope"] = json!(scope);
        entry["locale"] = json!(locale);
    }
    if action != "create" {
        entry["on_creator"] = json!("anyone");
    }
    entry
}

fn may(positive: Value, negative: Value) -> Value {
    json!({"environments_access": "all", "positive_item_type_permissions": positive,
        "negative_item_type_permissions": negative})
}

/// A page in English and Italian with a draft mode: a localized title, a price that is not.
async fn page(dock: &Dock) -> String {
    set_locales(dock, &["en", "it"]).await;
    let page = model(dock, "page", json!({"draft_mode_active": true})).await;
    field(dock, &page, "title", "string", json!({"localized": true})).await;
    field(dock, &page, "price", "integer", json!({})).await;
    page
}

async fn write(dock: &Dock, token: &str, method: &str, path: &str, body: &Value) -> String {
    let body = (!body.is_null()).then_some(body);
    let brief = dock.call_as(token, None, method, path, body).await.brief();
    brief.split(' ').take(2).collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_role_of_one_locale_writes_that_locale() {
    let dock = Dock::blank();
    let page = page(&dock).await;
    let actions = ["read", "create", "update", "publish"];
    let entries: Vec<Value> = actions
        .iter()
        .map(|action| entry(action, "localized", Some("it")))
        .collect();
    let token = dock
        .token_with("Italian", may(json!(entries), json!([])))
        .await;
    let create = async |attributes: Value| {
        let body = new_item(&page, attributes);
        write(&dock, &token, "POST", "/items", &body).await
    };
    assert_eq!(create(json!({"title": {"it": "Ciao"}})).await, "201 item");
    assert_eq!(
        create(json!({"title": {"it": "Ciao", "en": null}})).await,
        "201 item"
    );
    assert_eq!(
        create(json!({"title": {"it": "Ciao", "en": "Hi"}})).await,
        REFUSED
    );
    assert_eq!(
        create(json!({"title": {"it": "Ciao"}, "price": 1})).await,
        REFUSED
    );

    let record = item(
        &dock,
        &page,
        json!({"title": {"en": "Hi", "it": "Ciao"}, "price": 1}),
    )
    .await;
    let path = format!("/items/{record}");
    let update = async |attributes: Value| {
        let body = json!({"data": {"type": "item", "id": record, "attributes": attributes}});
        write(&dock, &token, "PUT", &path, &body).await
    };
    // What is sent as it is changes nothing.
    let mine = json!({"title": {"en": "Hi", "it": "Salve"}, "price": 1});
    assert_eq!(update(mine).await, "200 item");
    assert_eq!(
        update(json!({"title": {"en": "Hello", "it": "Salve"}})).await,
        REFUSED
    );
    assert_eq!(
        update(json!({"title": {"it": "Salve a tutti"}})).await,
        "200 item",
        "English, which is not theirs, stays"
    );
    assert_eq!(update(json!({"price": 2})).await, REFUSED);
    let kept = dock.get(&path).await;
    assert_eq!(
        kept.data()["attributes"]["title"],
        json!({"en": "Hi", "it": "Salve a tutti"})
    );
    assert_eq!(
        kept.data()["attributes"]["price"],
        1,
        "a refusal leaves the record as it was"
    );

    let publish = async |verb: &str, part: Value| {
        let kind = format!("selective_{verb}_operation");
        let body = if part.is_null() {
            part
        } else {
            document(&kind, part)
        };
        write(&dock, &token, "PUT", &format!("{path}/{verb}"), &body).await
    };
    assert_eq!(publish("publish", Value::Null).await, REFUSED);
    let rest = json!({"content_in_locales": ["it"], "non_localized_content": true});
    assert_eq!(publish("publish", rest).await, REFUSED);
    let italian = json!({"content_in_locales": ["it"], "non_localized_content": false});
    assert_eq!(publish("publish", italian.clone()).await, "200 item");
    let schedule = async |part: Value| {
        let at = json!({"publication_scheduled_at": "2026-02-01T00:00:00Z", "selective_publication": part});
        let body = document("scheduled_publication", at);
        write(
            &dock,
            &token,
            "POST",
            &format!("{path}/scheduled-publication"),
            &body,
        )
        .await
    };
    assert_eq!(schedule(Value::Null).await, REFUSED);
    assert_eq!(schedule(italian).await, "201 scheduled_publication");
    let unpublish = json!({"content_in_locales": ["it"]});
    assert_eq!(publish("unpublish", unpublish).await, "200 item");
}

#[tokio::test]
async fn a_negative_entry_takes_a_part_away() {
    let dock = Dock::blank();
    let page = page(&dock).await;
    let everything = json!([{"environment": "main", "action": "all", "on_creator": "anyone", "localization_scope": "all"}]);
    let negative = json!([entry("update", "not_localized", None)]);
    let token = dock
        .token_with("Translator", may(everything, negative))
        .await;
    let body = new_item(&page, json!({"title": {"en": "Hi"}, "price": 1}));
    let made = dock
        .call_as(&token, None, "POST", "/items", Some(&body))
        .await;
    assert_eq!(made.status, 201, "a creation is no update: {}", made.body);
    let record = id(&made);
    let path = format!("/items/{record}");
    let update = async |attributes: Value| {
        let body = json!({"data": {"type": "item", "id": record, "attributes": attributes}});
        write(&dock, &token, "PUT", &path, &body).await
    };
    assert_eq!(
        update(json!({"title": {"en": "Hello", "it": "Ciao"}})).await,
        "200 item"
    );
    assert_eq!(update(json!({"price": 2})).await, REFUSED);
    assert_eq!(
        write(
            &dock,
            &token,
            "POST",
            &format!("{path}/validate"),
            &json!({"data": {"type": "item", "id": record,
            "attributes": {"price": 2}}})
        )
        .await,
        REFUSED
    );
    // Restoring is changing back.
    let price = json!({"data": {"type": "item", "id": record, "attributes": {"price": 3}}});
    assert_eq!(dock.call("PUT", &path, Some(&price)).await.status, 200);
    let versions = dock.get(&format!("{path}/versions")).await;
    let restore = async |place: usize| {
        let version = versions.data()[place]["id"].as_str().unwrap();
        let job = dock
            .call_as(
                &token,
                None,
                "POST",
                &format!("/versions/{version}/restore"),
                None,
            )
            .await;
        dock.outcome(&job).await["status"].clone()
    };
    assert_eq!(restore(1).await, 403, "the price was another");
    assert_eq!(restore(0).await, 200, "it is what is current");
}

#[tokio::test]
async fn an_asset_has_parts_too_and_folders_it_may_go_to() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let upload = asset(&dock, "a.txt", b"text".to_vec()).await;
    let folder = async |name: &str| {
        let body = document("upload_collection", json!({"label": name}));
        id(&dock.call("POST", "/upload-collections", Some(&body)).await)
    };
    let (here, there) = (folder("Here").await, folder("There").await);
    let mut move_here = entry("move", "", None);
    move_here["move_to_upload_collection"] = json!(here);
    let mut positive = vec![move_here];
    positive.extend(["read", "update"].map(|action| entry(action, "localized", Some("it"))));
    let token = dock
        .token_with(
            "Italian assets",
            json!({"environments_access": "all", "positive_upload_permissions": positive, "negative_upload_permissions": []}),
        )
        .await;
    let update = async |attributes: Value, collection: Option<&str>| {
        let mut body = json!({"data": {"type": "upload", "id": upload, "attributes": attributes}});
        if let Some(id) = collection {
            body["data"]["relationships"]["upload_collection"]["data"] =
                json!({"type": "upload_collection", "id": id});
        }
        let path = format!("/uploads/{upload}");
        let reply = dock.call_as(&token, None, "PUT", &path, Some(&body)).await;
        dock.outcome(&reply).await["status"].clone()
    };
    let alt = |text: Value| json!({"default_field_metadata": {"alt": text}});
    assert_eq!(update(alt(json!({"it": "Testo"})), None).await, 200);
    assert_eq!(
        update(alt(json!({"it": "Testo", "en": "Text"})), None).await,
        403
    );
    assert_eq!(update(json!({"tags": ["a"]}), None).await, 403);
    assert_eq!(update(json!({"notes": "n"}), None).await, 403);
    assert_eq!(update(json!({}), Some(&there)).await, 403);
    assert_eq!(update(json!({}), Some(&here)).await, 200);
    let upload = dock.get(&format!("/uploads/{upload}")).await;
    assert_eq!(
        upload.data()["attributes"]["default_field_metadata"]["alt"]["it"],
        "Testo"
    );
    assert_eq!(upload.data()["attributes"]["tags"], json!([]));
}

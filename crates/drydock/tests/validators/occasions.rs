//! The occasions on which a value is judged.

use serde_json::{Value, json};

use crate::content::{field, id, item, model, try_item, update};
use crate::support::Reply;
use crate::world::{Row, World};

/// Codes of what is not a value of the field at all: no model saves it, not even as an invalid draft.
const NO_VALUE: [&str; 2] = ["VALIDATION_INVALID", "VALIDATION_INVALID_BLOCK_MODEL"];

/// Checks every row at every occasion.
pub(crate) async fn check_all(rows: &[Row]) {
    let world = World::new().await;
    for (number, row) in rows.iter().enumerate() {
        check(&world, number, row).await;
    }
}

/// Checks one row at every occasion.
async fn check(world: &World, number: usize, row: &Row) {
    let (field_type, validators, good, bad, code) = row;
    let dock = &world.dock;
    let (good, bad) = (world.named(good), world.named(bad));
    let extra = json!({ "validators": world.named(validators) });
    let place = format!("{field_type} {validators}");

    let strict = model(dock, &format!("strict{number}"), json!({})).await;
    let made = field(dock, &strict, "thing", field_type, extra.clone()).await;
    let record = item(dock, &strict, json!({ "thing": good })).await;
    let refusals = [
        try_item(dock, &strict, json!({ "thing": bad })).await,
        update(dock, &record, json!({ "thing": bad })).await,
    ];
    for refused in refusals {
        if code.is_empty() {
            assert!(refused.status.is_success(), "{place}: {}", refused.body);
            continue;
        }
        assert_eq!(
            refused.brief(),
            "422 INVALID_FIELD",
            "{place} {bad}: {}",
            refused.body
        );
        assert_eq!(
            refused.details()["code"],
            *code,
            "{place}: {}",
            refused.body
        );
        describes(&refused, &made, &place);
    }

    // A model that saves invalid drafts saves what is only against the rules, and never publishes it.
    let switches = json!({ "draft_mode_active": true, "draft_saving_active": true });
    let lenient = model(dock, &format!("lenient{number}"), switches).await;
    let made = field(dock, &lenient, "thing", field_type, extra).await;
    let draft = try_item(dock, &lenient, json!({ "thing": bad })).await;
    if NO_VALUE.contains(code) && draft.status != 201 {
        return;
    }
    assert_eq!(draft.status, 201, "{place}: {}", draft.body);
    assert_eq!(draft.data()["meta"]["is_valid"], code.is_empty(), "{place}");
    let path = format!("/items/{}/publish", id(&draft));
    let published = dock.put(&path).await;
    if code.is_empty() {
        assert_eq!(published.status, 200, "{place}: {}", published.body);
    } else {
        assert_eq!(
            published.details()["code"],
            *code,
            "{place}: {}",
            published.body
        );
        describes(&published, &made, &place);
        // Once it fits it can be published.
        assert_eq!(
            update(dock, &id(&draft), json!({ "thing": good }))
                .await
                .status,
            200,
            "{place}"
        );
        assert_eq!(dock.put(&path).await.status, 200, "{place}");
    }
}

/// Whether a refusal names the field as the vendor's do.
fn describes(refused: &Reply, field: &Value, place: &str) {
    let details = refused.details();
    for (key, expected) in [
        ("field", &json!("thing")),
        ("field_id", &field["id"]),
        ("field_label", &field["attributes"]["label"]),
        ("field_type", &field["attributes"]["field_type"]),
    ] {
        assert_eq!(&details[key], expected, "{place}: {details}");
    }
}

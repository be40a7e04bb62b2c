//! Workflows and the stages of records.

#[path = "support/content.rs"]
mod content;
mod support;

use content::{document, id, item, model};
use serde_json::{Value, json};
use support::Dock;

fn review() -> Value {
    document(
        "workflow",
        json!({"name": "Review", "api_key": "review", "stages": [
            {"id": "writing", "name": "Writing", "description": null, "initial": true},
            {"id": "ready", "name": "Ready", "description": null, "initial": false}]}),
    )
}

#[tokio::test]
async fn records_pass_through_stages() {
    let dock = Dock::blank();
    let workflow = dock.call("POST", "/workflows", Some(&review())).await;
    assert_eq!(workflow.status, 201, "{}", workflow.body);
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    let body = json!({"data": {"type": "item_type", "relationships": {"workflow": {"data": {"type": "workflow", "id": id(&workflow)}}}}});
    let job = dock
        .call("PUT", &format!("/item-types/{article}"), Some(&body))
        .await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    let one = item(&dock, &article, json!({})).await;
    assert_eq!(
        dock.get(&format!("/items/{one}")).await.data()["meta"]["stage"],
        "writing"
    );
    let moved = json!({"data": {"type": "item_bulk_move_to_stage_operation", "attributes": {"stage": "ready"},
        "relationships": {"items": {"data": [{"type": "item", "id": one}]}}}});
    let job = dock
        .call("POST", "/items/bulk/move-to-stage", Some(&moved))
        .await;
    assert_eq!(dock.outcome(&job).await["payload"]["meta"]["successful"], 1);
    assert_eq!(
        dock.get(&format!("/items/{one}")).await.data()["meta"]["stage"],
        "ready"
    );

    let gone = dock
        .call("DELETE", &format!("/workflows/{}", id(&workflow)), None)
        .await;
    assert_eq!(gone.status, 204);
    assert_eq!(
        dock.get("/item-types/article").await.data()["relationships"]["workflow"]["data"],
        Value::Null
    );
    assert_eq!(
        dock.get(&format!("/items/{one}")).await.data()["meta"]["stage"],
        Value::Null
    );
}

#[tokio::test]
async fn a_workflow_has_one_beginning() {
    let dock = Dock::blank();
    for stages in [
        json!([{"id": "a", "name": "A", "initial": false}]),
        json!([{"id": "a", "name": "A", "initial": true}, {"id": "b", "name": "B", "initial": true}]),
        json!([{"id": "a", "name": "A", "initial": true}, {"id": "a", "name": "B", "initial": false}]),
    ] {
        let mut body = review();
        body["data"]["attributes"]["stages"] = stages.clone();
        let refused = dock.call("POST", "/workflows", Some(&body)).await;
        assert_eq!(
            refused.details(),
            &json!({"field": "stages", "code": "VALIDATION_INVALID"}),
            "{stages}"
        );
    }
    dock.call("POST", "/workflows", Some(&review())).await;
    assert_eq!(
        dock.call("POST", "/workflows", Some(&review()))
            .await
            .details()["field"],
        "api_key"
    );
    let viewer = dock
        .call_as(
            &dock.tokens.read,
            None,
            "POST",
            "/workflows",
            Some(&review()),
        )
        .await;
    assert_eq!(viewer.brief(), "403 INSUFFICIENT_PERMISSIONS");
}

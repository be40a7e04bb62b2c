//! Values whose field changes its type.

use serde_json::{Value, json};

use crate::content::{document, field, item, model, set_locales};
use crate::support::Dock;

#[tokio::test]
async fn every_locale_and_every_version_is_converted() {
    let dock = Dock::blank();
    set_locales(&dock, &["en", "it"]).await;
    let page = model(&dock, "page", json!({})).await;
    let localized = json!({"localized": true});
    let stars = field(&dock, &page, "stars", "string", localized).await;
    let one = item(&dock, &page, json!({"stars": {"en": "4", "it": "quattro"}})).await;
    let path = format!("/fields/{}", stars["id"].as_str().unwrap());
    let become_a = async |field_type: &str, extra: Value| {
        let mut attributes = extra;
        attributes["field_type"] = field_type.into();
        let body = document("field", attributes);
        let job = dock.call("PUT", &path, Some(&body)).await;
        assert_eq!(dock.outcome(&job).await["status"], 200);
        let versions = dock.get(&format!("/items/{one}/versions")).await;
        let record = dock.get(&format!("/items/{one}")).await;
        let value = record.data()["attributes"]["stars"].clone();
        assert_eq!(versions.data()[0]["attributes"]["stars"], value);
        value
    };
    let value = become_a("integer", json!({})).await;
    assert_eq!(value, json!({"en": 4, "it": null}));
    let value = become_a("float", json!({})).await;
    assert_eq!(value, json!({"en": 4.0, "it": null}));
    let text = become_a("text", json!({})).await;
    assert_eq!(text, json!({"en": "4.0", "it": null}));
    let rules = json!({"validators": {
        "structured_text_blocks": {"item_types": []}, "structured_text_links": {"item_types": []}}});
    let structured = become_a("structured_text", rules).await;
    let span = &structured["en"]["document"]["children"][0]["children"][0];
    assert_eq!(span, &json!({"type": "span", "value": "4.0"}));
    assert_eq!(structured["it"], Value::Null);
}

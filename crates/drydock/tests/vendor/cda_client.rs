//! `@datocms/cda-client` against the delivery API.

use serde_json::{Value, json};

use crate::shop::{self, Shop};

#[test]
fn queries_give_what_is_stored() {
    shop::installed("@datocms/cda-client/package.json");
    let shop = Shop::hurried();
    let report = shop.program("cda_queries.mjs", &[]);
    let said = json!([{"__typename": "QuoteRecord", "words": "Well said"}]);
    let entry =
        json!({"number": 1, "_status": "published", "_modelApiKey": "entry", "sections": said});
    assert_eq!(report["byNumber"], json!({ "entry": entry }));
    let last = json!({"number": 520, "_status": "draft"});
    assert_eq!(
        report["drafts"],
        json!({"_allEntriesMeta": {"count": 520}, "last": last})
    );
    assert_eq!(report["later"], 0, "the sandbox was forked before");
    let beyond: Vec<u32> = (3..=519).collect();
    assert_eq!(report["pages"], json!({"count": 519, "numbers": beyond}));
    assert!(
        report["contentType"]
            .as_str()
            .unwrap()
            .starts_with("application/json")
    );

    assert_eq!(report["unknown"]["status"], 200);
    assert_eq!(report["unknown"]["code"], "undefinedField");
    assert_eq!(report["tooMany"]["status"], 200);
    assert_eq!(
        report["nowhere"],
        json!({"status": 404, "code": "INVALID_ENVIRONMENT", "told": false})
    );
    assert_eq!(
        report["stranger"],
        json!({"status": 401, "code": "INVALID_AUTHORIZATION_HEADER", "told": false})
    );

    let stored = shop.close();
    let entries = stored.environment("main").items("entry");
    let published = entries.iter().filter(|entry| entry.published.is_some());
    assert_eq!(report["published"], json!(published.count()));
    assert!(stored.environment("later").items("entry").is_empty());
}

#[test]
fn the_client_waits_when_it_is_told_to() {
    shop::installed("@datocms/cda-client/package.json");
    let faults = ["--fault", "/graphql*:429=1*2", "--fault", "/graphql*:429@4"];
    let shop = Shop::open_with(&faults, false);
    let report = shop.program("cda_pace.mjs", &[]);
    assert_eq!(report["statuses"], json!([429, 429, 200]));
    assert_eq!(report["hasty"], 429, "without retries");
    let locales = &shop.close().environment("main").settings()["locales"];
    assert_eq!(&report["locales"], locales);
    assert_eq!(locales, &Value::from(vec!["en"]));
}

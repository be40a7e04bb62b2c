//! Lists of records: scope, filters, order and pages.

use std::time::Duration;

use crate::content::{column, field, item, model};
use crate::support::Dock;
use serde_json::{Value, json};

/// Five articles, one a minute; the third is a draft.
async fn library() -> Dock {
    let dock = Dock::blank();
    let article = model(&dock, "article", json!({"draft_mode_active": true})).await;
    field(&dock, &article, "title", "string", json!({})).await;
    field(&dock, &article, "pages", "integer", json!({})).await;
    field(&dock, &article, "on", "date", json!({})).await;
    field(&dock, &article, "hot", "boolean", json!({})).await;
    for (n, title) in ["alpha", "Beta", "gamma", "delta", "epsilon"]
        .into_iter()
        .enumerate()
    {
        dock.clock.advance(Duration::from_mins(1));
        let attributes = json!({"title": title, "pages": 10 * n, "on": format!("2026-02-0{}", n + 1), "hot": n % 2 == 0});
        let one = item(&dock, &article, attributes).await;
        if title != "gamma" {
            dock.put(&format!("/items/{one}/publish")).await;
        }
    }
    dock
}

async fn titles(dock: &Dock, query: &str) -> String {
    let reply = dock
        .get(&format!("/items?filter[type]=article&{query}"))
        .await;
    let titles: Vec<Value> = column(&reply, "title");
    titles
        .iter()
        .map(|title| title.as_str().unwrap())
        .collect::<Vec<_>>()
        .join(" ")
}

#[tokio::test]
async fn filters_narrow_the_list() {
    let dock = library().await;
    for (query, expected) in [
        ("filter[fields][title][eq]=alpha", "alpha"),
        (
            "filter[fields][title][neq]=alpha",
            "epsilon delta gamma Beta",
        ),
        (
            "filter[fields][title][in][]=alpha&filter[fields][title][in][]=gamma",
            "gamma alpha",
        ),
        (
            "filter[fields][title][not_in][]=alpha&filter[fields][title][notIn][]=gamma",
            "epsilon delta Beta",
        ),
        ("filter[fields][title][matches][pattern]=^b", "Beta"),
        (
            "filter[fields][title][matches][pattern]=^b&filter[fields][title][matches][case_sensitive]=true",
            "",
        ),
        ("filter[fields][pages][gt]=20", "epsilon delta"),
        (
            "filter[fields][pages][gte]=20&filter[fields][pages][lt]=40",
            "delta gamma",
        ),
        ("filter[fields][on][lte]=2026-02-02", "Beta alpha"),
        ("filter[fields][hot][eq]=false", "delta Beta"),
        ("filter[fields][title][exists]=false", ""),
        ("filter[fields][_status][eq]=draft", "gamma"),
        (
            "filter[fields][_status][in][]=draft&filter[fields][_status][in][]=published&filter[fields][pages][eq]=0",
            "alpha",
        ),
        ("filter[query]=PSI", "epsilon"),
    ] {
        assert_eq!(titles(&dock, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn moments_are_compared_by_the_minute() {
    let dock = library().await;
    // Beta was written at 09:02:00.
    for (query, expected) in [
        (
            "filter[fields][_updated_at][gt]=2026-01-05T09:02:59Z",
            "epsilon delta gamma",
        ),
        (
            "filter[fields][_updated_at][gte]=2026-01-05T09:02:59Z",
            "epsilon delta gamma Beta",
        ),
        (
            "filter[fields][_updated_at][lt]=2026-01-05T10:02:00%2B01:00",
            "alpha",
        ),
        ("filter[fields][_published_at][exists]=false", "gamma"),
    ] {
        assert_eq!(titles(&dock, query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn order_and_pages() {
    let dock = library().await;
    for (query, expected) in [
        ("order_by=title_ASC", "Beta alpha delta epsilon gamma"),
        ("order_by=pages_DESC&page[limit]=2", "epsilon delta"),
        ("order_by=pages_DESC&page[limit]=2&page[offset]=4", "alpha"),
        (
            "order_by=hot_ASC,_created_at_ASC",
            "Beta delta alpha gamma epsilon",
        ),
        (
            "order_by=_status_ASC,title_DESC",
            "gamma epsilon delta alpha Beta",
        ),
        ("page[offset]=4", "alpha"),
        (
            "filter[fields][pages][gt]=0&page[limit]=1&page[offset]=1",
            "delta",
        ),
    ] {
        assert_eq!(titles(&dock, query).await, expected, "{query}");
    }
    let counted = dock.get("/items?filter[type]=article&page[limit]=0").await;
    assert_eq!(
        counted.body,
        json!({"data": [], "meta": {"total_count": 5}})
    );
}

#[tokio::test]
async fn a_page_is_of_the_list_as_it_is_when_it_is_asked_for() {
    let dock = library().await;
    let first = "order_by=title_ASC&page[limit]=2";
    let matching = "filter[fields][title][matches][pattern]=a$&page[limit]=2";
    assert_eq!(titles(&dock, first).await, "Beta alpha");
    assert_eq!(titles(&dock, matching).await, "delta gamma");
    let second = "order_by=title_ASC&page[limit]=2&page[offset]=2";
    assert_eq!(titles(&dock, second).await, "delta epsilon");
    let cased = "filter[fields][title][matches][pattern]=A$&filter[fields][title][matches][case_sensitive]=true";
    assert_eq!(titles(&dock, cased).await, "");

    let article = dock.get("/item-types/article").await;
    let article = article.data()["id"].as_str().unwrap();
    item(&dock, article, json!({ "title": "aurora" })).await;
    assert_eq!(titles(&dock, second).await, "aurora delta");
    assert_eq!(titles(&dock, matching).await, "aurora delta");
}

#[tokio::test]
async fn what_cannot_be_asked_is_refused() {
    let dock = library().await;
    for (query, code) in [
        ("page[limit]=501", "INVALID_PARAMS"),
        ("page[limit]=31&nested=true", "INVALID_PARAMS"),
        ("filter[type]=article&order_by=title", "INVALID_ORDERING"),
        ("order_by=title_ASC", "INVALID_ORDERING"),
        (
            "filter[type]=article&filter[fields][titel][eq]=x",
            "INVALID_FILTER_FIELDS_PARAM",
        ),
        (
            "filter[type]=article&filter[fields][title][like]=x",
            "INVALID_FILTER_FIELDS_PARAM",
        ),
        ("filter[fields][title][eq]=x", "INVALID_FILTER_FIELDS_PARAM"),
        ("filter[type]=article&filter[ids]=x", "INVALID_PARAMS"),
        ("version=draft", "INVALID_PARAMS"),
    ] {
        assert_eq!(
            dock.get(&format!("/items?{query}")).await.code(),
            code,
            "{query}"
        );
    }
}

#[tokio::test]
async fn scopes() {
    let dock = library().await;
    let page = model(&dock, "page", json!({})).await;
    let home = item(&dock, &page, json!({})).await;
    assert_eq!(dock.get("/items").await.body["meta"]["total_count"], 6);
    assert_eq!(
        dock.get("/items?filter[type]=article,page").await.body["meta"]["total_count"],
        6
    );
    assert_eq!(
        dock.get("/items?filter[type]=nothing").await.body["meta"]["total_count"],
        0
    );
    let by_id = dock.get(&format!("/items?filter[ids]={home},nobody")).await;
    assert_eq!(column(&by_id, "id"), [home.as_str()]);
}

#[tokio::test]
async fn a_model_orders_its_records() {
    let dock = library().await;
    let pages = dock.get("/item-types/article/fields").await.data()[1]["id"].clone();
    let body = json!({"data": {"type": "item_type", "attributes": {"ordering_direction": "desc"},
        "relationships": {"ordering_field": {"data": {"type": "field", "id": pages}}}}});
    let job = dock.call("PUT", "/item-types/article", Some(&body)).await;
    assert_eq!(dock.outcome(&job).await["status"], 200);
    assert_eq!(titles(&dock, "").await, "epsilon delta gamma Beta alpha");
}

/// Wherever a page is cut out of a list, it is that part of the whole, and tells how long the whole is.
#[tokio::test]
async fn pages_are_parts_of_the_whole() {
    let dock = library().await;
    let gone = dock.get("/items?filter[type]=article&page[limit]=1").await;
    let gone = gone.data()[0]["id"].as_str().unwrap().to_owned();
    let job = dock.call("DELETE", &format!("/items/{gone}"), None).await;
    dock.outcome(&job).await;
    for narrowed in [
        "",
        "&order_by=title_ASC",
        "&order_by=_created_at_ASC",
        "&order_by=hot_DESC",
        "&version=published",
        "&filter[fields][pages][lt]=1000",
    ] {
        let list = format!("/items?filter[type]=article{narrowed}");
        let whole = dock.get(&list).await;
        let all = whole.data().as_array().unwrap().clone();
        let total = if narrowed.contains("published") { 3 } else { 4 };
        assert_eq!(all.len(), total, "{narrowed}");
        for offset in 0..=total + 1 {
            for limit in 0..=total + 1 {
                let page = format!("{list}&page[offset]={offset}&page[limit]={limit}");
                let page = dock.get(&page).await;
                let expected: Vec<&Value> = all.iter().skip(offset).take(limit).collect();
                let found: Vec<&Value> = page.data().as_array().unwrap().iter().collect();
                assert_eq!(found, expected, "{narrowed} {offset} {limit}");
                assert_eq!(page.body["meta"]["total_count"], total, "{narrowed}");
            }
        }
    }
}

/// A list shows stored texts as they are; what a record alone shows is the same.
#[tokio::test]
async fn a_list_shows_what_a_record_alone_shows() {
    let dock = library().await;
    let article = dock.get("/item-types/article").await;
    let article = article.data()["id"].as_str().unwrap().to_owned();
    let quote = model(&dock, "quote", json!({"modular_block": true})).await;
    field(&dock, &quote, "words", "string", json!({})).await;
    let blocks = json!({"validators": {"rich_text_blocks": {"item_types": [quote]}}});
    field(&dock, &article, "body", "rich_text", blocks).await;
    let words = json!({"words": "\u{1F642} \"quoted\" \\ \n"});
    let body = json!([crate::content::new_block(&quote, words)]);
    item(
        &dock,
        &article,
        json!({"title": "with blocks", "body": body}),
    )
    .await;
    for has_late_field in [false, true] {
        if has_late_field {
            // The documents of all records are older than it.
            field(&dock, &article, "late", "string", json!({})).await;
        }
        for nested in ["", "&nested=true"] {
            let list = format!("/items?filter[type]=article&page[limit]=30{nested}");
            let list = dock.get(&list).await;
            let all = list.data().as_array().unwrap();
            assert_eq!(all.len(), 6);
            for one in all {
                let path = format!("/items/{}?{nested}", one["id"].as_str().unwrap());
                assert_eq!(dock.get(&path).await.data(), one);
                let late = one["attributes"].get("late");
                assert_eq!(late.is_some(), has_late_field, "{one}");
            }
        }
    }
}

//! Records, page by page.

use datocms_client::{ApiError, ItemStatus, ItemsQuery, RecordVersion};
use serde_json::json;

use crate::support::{Reply, answer, error, id, item, script};

fn page(range: std::ops::Range<u32>, total: u32) -> Reply {
    let data: Vec<_> = range.map(|n| item(&format!("It{n}"))).collect();
    answer(
        200,
        json!({ "data": data, "meta": { "total_count": total } }),
    )
}

#[tokio::test(flavor = "current_thread")]
async fn pages_are_fetched_one_by_one_until_the_total() {
    let (server, cma, _) = script([
        page(0..500, 1001),
        page(500..1000, 1001),
        page(1000..1001, 1001),
    ]);
    let mut pages = cma
        .environment(&id("rel-7"))
        .items()
        .pages(ItemsQuery::of_type("article"));
    assert!(
        server.requests().is_empty(),
        "nothing is asked for in advance"
    );
    let first = pages.next().await.unwrap().unwrap();
    assert_eq!(
        (
            first.items.len(),
            first.total_count,
            server.requests().len()
        ),
        (500, 1001, 1)
    );
    assert_eq!(pages.next().await.unwrap().unwrap().items.len(), 500);
    assert_eq!(pages.next().await.unwrap().unwrap().items[0].id, "It1000");
    assert_eq!(pages.next().await, Ok(None));
    assert_eq!(pages.next().await, Ok(None));
    let query = |offset| {
        format!(
            "GET /cma/items?filter%5Btype%5D=article&page%5Boffset%5D={offset}&page%5Blimit%5D=500"
        )
    };
    assert_eq!(server.requests(), [query(0), query(500), query(1000)]);
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.environment.as_deref() == Some("rel-7"))
    );
}

#[tokio::test(flavor = "current_thread")]
async fn no_records_are_one_empty_page() {
    let (_, cma, _) = script([page(0..0, 0)]);
    let mut pages = cma.primary().items().pages(ItemsQuery::default());
    assert_eq!(pages.next().await.unwrap().unwrap().total_count, 0);
    assert_eq!(pages.next().await, Ok(None));
}

#[tokio::test(flavor = "current_thread")]
async fn records_that_vanish_meanwhile_do_not_make_it_endless() {
    let (server, cma, _) = script([page(0..500, 700), page(0..0, 500)]);
    let all = cma
        .primary()
        .items()
        .pages(ItemsQuery::default())
        .collect()
        .await
        .unwrap();
    assert_eq!((all.len(), server.left()), (500, 0));
}

#[tokio::test(flavor = "current_thread")]
async fn after_an_error_the_same_page_is_asked_for_again() {
    let (server, cma, _) = script([
        page(0..500, 501),
        error(403, "INSUFFICIENT_PERMISSIONS"),
        page(500..501, 501),
    ]);
    let mut pages = cma.primary().items().pages(ItemsQuery::default());
    pages.next().await.unwrap();
    assert!(matches!(
        pages.next().await,
        Err(ApiError::Forbidden { .. })
    ));
    assert_eq!(pages.next().await.unwrap().unwrap().items.len(), 1);
    let requests = server.requests();
    assert_eq!(requests[1], requests[2]);
}

#[tokio::test(flavor = "current_thread")]
async fn a_query_becomes_brackets() {
    let (server, cma, _) = script([page(0..0, 0)]);
    let query = ItemsQuery {
        item_type: Some("article".to_owned()),
        fields: json!({ "_updated_at": { "gt": "2026-01-05T09:00:00.000Z" } }),
        order_by: Some("_updated_at_ASC".to_owned()),
        version: RecordVersion::Published,
        nested: true,
        ..ItemsQuery::default()
    };
    cma.primary().items().pages(query).next().await.unwrap();
    assert_eq!(
        server.requests(),
        [
            "GET /cma/items?filter%5Btype%5D=article&filter%5Bfields%5D%5B_updated_at%5D%5Bgt%5D=2026-01-05T09%3A00%3A00.000Z\
          &order_by=_updated_at_ASC&version=published&nested=true&page%5Boffset%5D=0&page%5Blimit%5D=30"
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn counting_asks_for_no_records() {
    let (server, cma, _) = script([page(0..0, 42)]);
    let query = ItemsQuery {
        ids: vec!["a".to_owned(), "b".to_owned()],
        ..ItemsQuery::default()
    };
    assert_eq!(cma.primary().items().count(&query).await, Ok(42));
    assert_eq!(
        server.requests(),
        ["GET /cma/items?filter%5Bids%5D=a%2Cb&page%5Boffset%5D=0&page%5Blimit%5D=0"]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_list_without_a_total_is_unreadable() {
    let (_, cma, _) = script([answer(200, json!({ "data": [] }))]);
    let error = cma
        .primary()
        .items()
        .count(&ItemsQuery::default())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "The answer to GET /items could not be read: there is no meta.total_count"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_record_is_understood() {
    let (_, cma, _) = script([page(7..8, 1)]);
    let record = cma
        .primary()
        .items()
        .page(&ItemsQuery::default(), 0, 1)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(
        (record.id.as_str(), record.item_type.as_str()),
        ("It7", "Ma1")
    );
    assert_eq!(record.attributes["title"], "Title of It7");
    assert_eq!(record.status, ItemStatus::Draft);
    assert_eq!(record.current_version.as_deref(), Some("98213"));
    assert_eq!(record.updated_at.as_millis(), 1_767_603_600_000);
    assert_eq!(record.published_at, None);
}

//! Search indexes: a crawl of a site, its log, and questions to what it found.

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::content::{document, id};
use crate::support::{Dock, Reply};

/// A site of three pages that link to each other; gives the address of the first.
async fn site() -> String {
    let page = |lang: &str, title: &str, body: &str| {
        Html(format!(
            "<html lang={lang}><head><title>{title}</title></head><body>{body}</body></html>"
        ))
    };
    let home = page(
        "en",
        "Boats",
        "<p>We build boats.</p><a href='/sails'>Sails</a> <a href=/missing>x</a>",
    );
    let sails = page(
        "en",
        "Sails",
        "<p>We mend every sail of your boat.</p><a href='/it#top'>It</a>",
    );
    let italian = page(
        "it",
        "Vele",
        "<p>Una vela per ogni boat.</p><a href='/'>Home</a>",
    );
    let router = Router::new()
        .route("/", get(async move || home))
        .route(
            "/sails",
            get(async move |headers: HeaderMap| {
                assert_eq!(headers["user-agent"], "DatoCmsSearchBot local");
                sails
            }),
        )
        .route("/it", get(async move || italian));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

async fn search_index(dock: &Dock, url: &str) -> String {
    let attributes =
        json!({"name": "Site", "enabled": true, "frontend_url": url, "user_agent_suffix": "local"});
    let body = document("search_index", attributes);
    let reply = dock.call("POST", "/search-indexes", Some(&body)).await;
    assert_eq!(reply.status, 201, "{}", reply.body);
    id(&reply)
}

/// Waits until no crawl runs any more; the status of the last.
async fn settled(dock: &Dock, index: &str) -> String {
    loop {
        let reply = dock.get(&format!("/search-indexes/{index}")).await;
        let status = reply.data()["meta"]["indexing_status"].as_str().unwrap();
        if status != "pending" {
            return status.to_owned();
        }
        tokio::task::yield_now().await;
    }
}

/// The kinds of events in the log, oldest first.
async fn log(dock: &Dock) -> Vec<String> {
    let reply = dock
        .get("/search-index-events?order_by=created_at_asc")
        .await;
    let events = reply.data().as_array().unwrap().iter();
    events
        .map(|event| {
            event["attributes"]["event_type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

fn titles(reply: &Reply) -> Vec<&str> {
    let results = reply.data().as_array().unwrap().iter();
    results
        .map(|result| result["attributes"]["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_site_is_crawled_and_its_words_are_found() {
    let dock = Dock::blank();
    let url = site().await;
    let index = search_index(&dock, &url).await;
    let empty = dock.get("/search-results?filter[query]=boat").await;
    assert_eq!(empty.body, json!({"data": [], "meta": {"total_count": 0}}));

    let path = format!("/search-indexes/{index}/trigger");
    assert_eq!(dock.call("POST", &path, None).await.status, 204);
    assert_eq!(settled(&dock, &index).await, "success");
    assert_eq!(log(&dock).await, ["indexing_started", "indexing_success"]);
    let events = dock
        .get(&format!("/search-index-events?filter[fields][search_index_id][eq]={index}&filter[fields][event_type][eq]=indexing_success"))
        .await;
    assert_eq!(events.data()[0]["attributes"]["data"]["indexed_pages"], 3);

    let found = dock
        .get("/search-results?filter[query]=boat&page[limit]=2")
        .await;
    assert_eq!(found.body["meta"]["total_count"], 3);
    assert_eq!(titles(&found), ["Boats", "Vele"]);
    let best = &found.data()[0]["attributes"];
    assert_eq!(best["url"], json!(url));
    assert_eq!(best["body_excerpt"], "We build boats. Sails x");
    assert_eq!(best["highlight"]["title"], json!(["[h]Boats[/h]"]));
    let italian = dock
        .get("/search-results?filter[query]=boat&filter[locale]=it")
        .await;
    assert_eq!(titles(&italian), ["Vele"]);
    let fuzzy = format!(
        "/search-results?filter[query]=saill&filter[fuzzy]=true&filter[search_index_id]={index}"
    );
    assert_eq!(titles(&dock.get(&fuzzy).await), ["Sails", "Boats"]);
}

#[tokio::test]
async fn a_site_that_is_not_there_fails_and_says_why() {
    let dock = Dock::blank();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let index = search_index(&dock, &format!("http://{address}/")).await;
    dock.call("POST", &format!("/search-indexes/{index}/trigger"), None)
        .await;
    assert_eq!(settled(&dock, &index).await, "failed");
    let events = dock.get("/search-index-events").await;
    let message = events.data()[0]["attributes"]["data"]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains(&address.to_string()), "{message}");
}

#[tokio::test]
async fn an_aborted_crawl_leaves_nothing() {
    let dock = Dock::blank();
    // Accepts connections and never answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", silent.local_addr().unwrap());
    let index = search_index(&dock, &url).await;
    dock.call("POST", &format!("/search-indexes/{index}/trigger"), None)
        .await;
    let pending = dock.get(&format!("/search-indexes/{index}")).await;
    assert_eq!(pending.data()["meta"]["indexing_status"], "pending");
    let path = format!("/search-indexes/{index}/abort");
    assert_eq!(dock.call("DELETE", &path, None).await.status, 204);
    assert_eq!(settled(&dock, &index).await, "failed");
    assert_eq!(log(&dock).await, ["indexing_started", "indexing_aborted"]);
}

#[tokio::test]
async fn a_build_trigger_indexes_its_own_site() {
    let dock = Dock::blank();
    let url = site_without_suffix().await;
    let trigger = json!({"name": "Blog", "adapter": "custom", "frontend_url": url, "indexing_enabled": true,
        "autotrigger_on_scheduled_publications": false,
        "adapter_settings": {"trigger_url": "http://127.0.0.1:0/", "headers": {}, "payload": {}}});
    let made = dock
        .call(
            "POST",
            "/build-triggers",
            Some(&document("build_trigger", trigger)),
        )
        .await;
    let trigger = id(&made);
    let path = format!("/build-triggers/{trigger}/reindex");
    assert_eq!(dock.put(&path).await.status, 204);
    loop {
        let reply = dock.get(&format!("/build-triggers/{trigger}")).await;
        if reply.data()["attributes"]["indexing_status"] == "success" {
            break;
        }
        tokio::task::yield_now().await;
    }
    let found = dock
        .get("/search-results?filter[query]=alone&filter[build_trigger_id]=Blog")
        .await;
    assert_eq!(titles(&found), ["Alone"]);
}

async fn site_without_suffix() -> String {
    let page = Html("<title>Alone</title><p>One page.</p>");
    let router = Router::new().route("/", get(async move || page));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}/")
}

#[tokio::test]
async fn search_indexes_are_managed_by_those_who_may() {
    let dock = Dock::blank();
    let index = search_index(&dock, "http://site.invalid/").await;
    let body =
        json!({"data": {"type": "search_index", "id": index, "attributes": {"name": "Other"}}});
    let path = format!("/search-indexes/{index}");
    let changed = dock.call("PUT", &path, Some(&body)).await;
    assert_eq!(changed.data()["attributes"]["name"], "Other");
    assert_eq!(
        changed.data()["meta"],
        json!({"indexing_status": "unstarted", "last_indexing_completed_at": null})
    );
    let body = document(
        "search_index",
        json!({"name": "", "enabled": true, "frontend_url": null}),
    );
    let refused = dock.call("POST", "/search-indexes", Some(&body)).await;
    assert_eq!(
        refused.details(),
        &json!({"field": "name", "code": "VALIDATION_INVALID"})
    );

    let entry = json!([{"search_index": index}]);
    let allowed = json!({"environments_access": "all",
        "positive_search_index_permissions": entry, "negative_search_index_permissions": []});
    let one = dock.token_with("one", allowed).await;
    let none = dock
        .token_with("none", json!({"environments_access": "all"}))
        .await;
    let trigger = format!("{path}/trigger");
    for (token, method, path, expected) in [
        (&one, "DELETE", &format!("{path}/abort"), 204),
        (&none, "POST", &trigger, 403),
        (&none, "DELETE", &path, 403),
        (&none, "GET", &"/search-index-events".to_owned(), 403),
        (
            &none,
            "GET",
            &"/search-results?filter[query]=a".to_owned(),
            403,
        ),
    ] {
        let reply = dock.call_as(token, None, method, path, None).await;
        assert_eq!(reply.status, expected, "{method} {path}");
    }
    assert_eq!(
        dock.get("/search-results?filter[query]=a&filter[search_index_id]=x")
            .await
            .brief(),
        "422 INVALID_SEARCH_INDEX_ID"
    );
    assert_eq!(dock.call("DELETE", &path, None).await.status, 200);
    assert_eq!(
        dock.get("/search-indexes").await.data(),
        &Value::Array(vec![])
    );
}

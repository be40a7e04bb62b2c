//! The demo's public site, as a visitor and as a preview frame see it.
#![allow(clippy::unwrap_used, reason = "these are tests, their helpers too")]

mod support;

use drydock::Project;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use serde_json::json;
use support::Dock;
use tower::ServiceExt;

fn demo() -> Dock {
    Dock::with(|options| options.project = Project::Demo)
}

async fn visit(dock: &Dock, path: &str) -> (StatusCode, HeaderMap, String) {
    let request = http::Request::get(path)
        .body(axum::body::Body::empty())
        .unwrap();
    let response = dock.drydock.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let html = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
    (parts.status, parts.headers, html)
}

async fn page(dock: &Dock, path: &str) -> String {
    let (status, _, html) = visit(dock, path).await;
    assert_eq!(status, StatusCode::OK, "{path}: {html}");
    html
}

/// A sandbox in which the tag has given way to topics.
async fn sandbox_with_topics(dock: &Dock) {
    let job = dock.fork("main", "with-topics", "").await;
    dock.outcome(&job).await;
    let call = async |method: &str, path: &str, body: &serde_json::Value| {
        let reply = dock
            .call_as(
                &dock.tokens.full,
                Some("with-topics"),
                method,
                path,
                Some(body),
            )
            .await;
        assert!(reply.status.is_success(), "{method} {path}: {}", reply.body);
        if reply.status == StatusCode::ACCEPTED {
            return dock.outcome(&reply).await["payload"]["data"].clone();
        }
        reply.data().clone()
    };
    let model = json!({"data": {"type": "item_type", "attributes": {"name": "Topic", "api_key": "topic", "draft_mode_active": false}}});
    let topic = call("POST", "/item-types", &model).await["id"]
        .as_str()
        .unwrap()
        .to_owned();
    for (key, kind) in [("name", "string"), ("slug", "slug")] {
        let field = json!({"data": {"type": "field", "attributes": {"label": key, "api_key": key, "field_type": kind}}});
        call("POST", &format!("/item-types/{topic}/fields"), &field).await;
    }
    let links = json!({"data": {"type": "field", "attributes": {"label": "Topics", "api_key": "topics", "field_type": "links",
        "validators": {"items_item_type": {"item_types": [topic]}}}}});
    call("POST", "/item-types/article/fields", &links).await;
    let raku = json!({"data": {"type": "item", "attributes": {"name": "Raku & smoke", "slug": "raku"},
        "relationships": {"item_type": {"data": {"type": "item_type", "id": topic}}}}});
    let raku = call("POST", "/items", &raku).await["id"].clone();
    let reply = dock
        .call_as(
            &dock.tokens.full,
            Some("with-topics"),
            "GET",
            "/items?filter[type]=article&filter[fields][slug][eq]=coming-late-to-glazing",
            None,
        )
        .await;
    assert_eq!(reply.data().as_array().unwrap().len(), 1, "{}", reply.body);
    let article = reply.data()[0]["id"].as_str().unwrap().to_owned();
    let change = json!({"data": {"type": "item", "id": article, "attributes": {"topics": [raku]}}});
    call("PUT", &format!("/items/{article}"), &change).await;
    call("PUT", &format!("/items/{article}/publish"), &json!({})).await;
    let fields = dock
        .call_as(
            &dock.tokens.full,
            Some("with-topics"),
            "GET",
            "/item-types/article/fields",
            None,
        )
        .await;
    let tag = fields.id_of("tag");
    call("DELETE", &format!("/fields/{tag}"), &json!({})).await;
}

#[tokio::test]
async fn the_home_page_shows_the_latest_articles() {
    let dock = demo();
    let html = page(&dock, "/site").await;
    assert!(html.contains("<h1>Slow things, fired once</h1>"));
    assert!(html.contains("54 articles"));
    assert_eq!(html.matches("<article>").count(), 13);
    assert!(html.contains("href=\"/site/articles/the-patience-of-glazing\""));
    assert!(
        !html.contains("class=\"banner\""),
        "the public site has no banner"
    );
    assert!(html.contains("#Glazing"), "articles still have tags");
}

#[tokio::test]
async fn an_article_can_be_read_in_both_languages() {
    let dock = demo();
    let english = page(&dock, "/site/articles/the-patience-of-glazing").await;
    assert!(
        english.contains("<html lang=\"en\">")
            && english.contains("<h1>The patience of glazing</h1>")
    );
    assert!(english.contains("We arrived with a list of questions and were handed an apron."));
    assert!(english.contains("<blockquote><p>I stopped writing recipes down"));
    assert!(
        english.contains("A letter from the kiln shed"),
        "the newsletter block is drawn"
    );
    let italian = page(&dock, "/site/articles/the-patience-of-glazing?locale=it").await;
    assert!(
        italian.contains("<html lang=\"it\">")
            && italian.contains("<h1>La pazienza della smaltatura</h1>")
    );
    assert!(italian.contains(
        "<a href=\"/site/articles/coming-late-to-glazing?locale=it\">Arrivare tardi: la smaltatura</a>"
    ));
}

#[tokio::test]
async fn a_sandbox_is_named_and_shows_its_topics() {
    let dock = demo();
    sandbox_with_topics(&dock).await;
    let html = page(&dock, "/site?environment=with-topics").await;
    assert!(html.contains("Environment <strong>with-topics</strong>"));
    assert!(
        html.contains("href=\"/site/topics/raku?environment=with-topics\">Raku &amp; smoke</a>")
    );
    assert!(!html.contains("#Glazing"), "the tag is gone there");
    let topic = page(&dock, "/site/topics/raku?environment=with-topics").await;
    assert!(
        topic.contains("<h1>Raku &amp; smoke</h1>") && topic.contains("Coming late to glazing")
    );
    let article = page(
        &dock,
        "/site/articles/coming-late-to-glazing?environment=with-topics",
    )
    .await;
    assert!(article.contains("Raku &amp; smoke") && article.contains("environment=with-topics"));
    let primary = page(&dock, "/site").await;
    assert!(primary.contains("#Glazing") && !primary.contains("topics/raku"));
    assert_eq!(
        visit(&dock, "/site/topics/raku").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_preview_shows_drafts() {
    let dock = demo();
    let public = page(&dock, "/site").await;
    let preview = page(&dock, "/site?preview=1").await;
    assert!(!public.contains("<mark>Draft</mark>"));
    assert!(preview.contains("<mark>Draft</mark>") && preview.contains("60 articles"));
    assert!(preview.contains("Preview with drafts"));
}

#[tokio::test]
async fn wrong_addresses_get_a_friendly_page() {
    let dock = demo();
    let (status, _, html) = visit(&dock, "/site?environment=%3Cb%3Enowhere").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(
        html.contains("There is no such environment") && html.contains("&lt;b&gt;nowhere"),
        "{html}"
    );
    let (status, _, html) = visit(&dock, "/site/articles/none?environment=main").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(html.contains("Not found") && html.contains("href=\"/site?environment=main\""));
    assert_eq!(
        visit(&dock, "/site/else/where").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_site_may_be_framed_and_runs_no_script() {
    let dock = demo();
    let (_, headers, html) = visit(&dock, "/site").await;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.contains("frame-ancestors *") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(!headers.contains_key("x-frame-options"));
    assert!(!html.contains("<script"));
}

#[tokio::test]
async fn a_project_without_a_magazine_says_so() {
    let html = page(&Dock::blank(), "/site").await;
    assert!(html.contains("Nothing here yet"));
}

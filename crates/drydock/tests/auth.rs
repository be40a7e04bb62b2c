//! Who may do what: tokens, roles, headers, the rate limit.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a failure here fails the test"
)]

mod support;

use std::time::Duration;

use drydock::RateLimit;
use serde_json::json;
use support::{Dock, environment};

#[tokio::test]
async fn without_a_known_token_nothing_is_answered() {
    let dock = Dock::blank();
    let headers = [("x-api-version", "3")];
    assert_eq!(
        dock.raw("GET", "/cma/environments", &headers, None)
            .await
            .brief(),
        "401 INVALID_AUTHORIZATION_HEADER"
    );
    assert_eq!(
        dock.call_as("wrong", None, "GET", "/environments", None)
            .await
            .brief(),
        "401 INVALID_AUTHORIZATION_HEADER"
    );
    let public = dock.raw("GET", "/cma/public-info", &headers, None).await;
    assert_eq!(public.brief(), "200 public_info public_info");
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_the_real_service() {
    let dock = Dock::with(|options| options.rate_limit = Some(RateLimit::default()));
    let reply = dock.get("/environments").await;
    let names = [
        "content-type",
        "x-api-version",
        "x-environment",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
        "cache-control",
        "access-control-allow-origin",
        "access-control-expose-headers",
    ];
    let seen = names
        .map(|name| format!("{name}: {}", reply.header(name)))
        .join("\n");
    insta::assert_snapshot!(seen, @r"
    content-type: application/json; charset=utf-8
    x-api-version: 3
    x-environment: main
    x-ratelimit-limit: 60
    x-ratelimit-remaining: 59
    x-ratelimit-reset: 
    cache-control: max-age=0, private, must-revalidate
    access-control-allow-origin: *
    access-control-expose-headers: x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset
    ");
    assert_eq!(reply.header("x-request-id").len(), 22);
    let missing = dock.get("/environments/nowhere").await;
    assert_eq!(
        (
            missing.header("content-type"),
            missing.header("cache-control")
        ),
        ("application/json; charset=utf-8", "no-cache")
    );
    let elsewhere = dock
        .call_as(
            &dock.tokens.full,
            Some("nowhere"),
            "GET",
            "/environments",
            None,
        )
        .await;
    assert_eq!(
        (elsewhere.status.as_u16(), elsewhere.header("x-environment")),
        (200, "nowhere"),
        "it does not matter for environments"
    );
}

#[tokio::test]
async fn a_browser_on_another_origin_is_let_in() {
    let dock = Dock::blank();
    let preflight = dock
        .raw(
            "OPTIONS",
            "/cma/items",
            &[("origin", "http://127.0.0.1:4001")],
            None,
        )
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        "GET, POST, PUT, OPTIONS, DELETE"
    );
    let allowed: Vec<&str> = preflight
        .header("access-control-allow-headers")
        .split(", ")
        .collect();
    for name in [
        "authorization",
        "content-type",
        "x-environment",
        "x-api-version",
        "user-agent",
        "x-include-drafts",
        "x-cache-tags",
        "x-base-editing-url",
    ] {
        assert!(allowed.contains(&name), "{name} is not among {allowed:?}");
    }
}

#[tokio::test]
async fn the_api_version_is_asked_for_and_media_types_are_not_split_over() {
    let dock = Dock::blank();
    let authorization = format!("Bearer {}", dock.tokens.full);
    let with = async |headers: &[(&str, &str)]| {
        let mut all = vec![("authorization", authorization.as_str())];
        all.extend(headers);
        dock.raw("GET", "/cma/environments", &all, None)
            .await
            .brief()
    };
    assert_eq!(with(&[]).await, "400 INVALID_API_VERSION");
    assert_eq!(
        with(&[
            ("X-API-VERSION", "3"),
            ("content-type", "application/vnd.api+json")
        ])
        .await,
        "200 1 entities"
    );
    assert_eq!(
        with(&[
            ("x-api-version", "3"),
            ("accept", "application/vnd.api+json")
        ])
        .await,
        "200 1 entities"
    );
    assert_eq!(
        with(&[("x-api-version", "3"), ("accept", "*/*")]).await,
        "200 1 entities"
    );
    assert_eq!(
        with(&[("x-api-version", "3"), ("accept", "text/html")]).await,
        "406 INVALID_ACCEPT_HEADER"
    );
    assert_eq!(
        with(&[("x-api-version", "3"), ("content-type", "text/xml")]).await,
        "415 INVALID_CONTENT_TYPE_HEADER"
    );
}

#[tokio::test]
async fn bodies_that_are_not_the_document_are_told_apart() {
    let dock = Dock::blank();
    let empty = dock.call("POST", "/environments/main/fork", None).await;
    assert_eq!(empty.brief(), "422 INVALID_FORMAT");
    let no_data = dock
        .call("POST", "/environments/main/fork", Some(&json!({"id": "x"})))
        .await;
    assert_eq!(
        no_data.details()["messages"],
        json!([
            "#: failed schema #/definitions/environment/links/0/schema: \"id\" is not a permitted key.",
            "#: failed schema #/definitions/environment/links/0/schema: \"data\" wasn't supplied.",
        ])
    );
    let number = dock
        .call("POST", "/environments/main/fork", Some(&json!(7)))
        .await;
    assert_eq!(
        number.details()["messages"],
        json!([
            "#: failed schema #/definitions/environment/links/0/schema: For 'schema', 7 is not an object.",
        ])
    );
}

#[tokio::test]
async fn sixty_requests_in_three_seconds_and_not_one_more() {
    let dock = Dock::with(|options| options.rate_limit = Some(RateLimit::default()));
    for left in (0..60).rev() {
        let reply = dock.get("/maintenance-mode").await;
        assert_eq!(
            (reply.status.as_u16(), reply.header("x-ratelimit-remaining")),
            (200, left.to_string().as_str())
        );
    }
    dock.clock.advance(Duration::from_millis(1200));
    let refused = dock
        .call_as(&dock.tokens.read, None, "GET", "/maintenance-mode", None)
        .await;
    assert_eq!(
        refused.brief(),
        "429 RATE_LIMIT_EXCEEDED",
        "the project shares the limit"
    );
    assert_eq!(
        (
            refused.header("x-ratelimit-remaining"),
            refused.header("x-ratelimit-reset")
        ),
        ("0", "2")
    );
    dock.clock.advance(Duration::from_secs(2));
    assert_eq!(dock.get("/maintenance-mode").await.status, 200);
}

#[tokio::test]
async fn the_three_tokens_are_what_their_names_say() {
    let dock = Dock::blank();
    let fork = environment("x");
    let tokens = [
        ("full", &dock.tokens.full),
        ("editor", &dock.tokens.editor),
        ("read", &dock.tokens.read),
    ];
    let mut seen = Vec::new();
    for (name, token) in tokens {
        let me = dock
            .call_as(token, None, "GET", "/users/me?include=role", None)
            .await;
        let role = &me.body["included"][0];
        seen.push(format!(
            "{name}: {} with role {}, secret shown: {}, fork {}, promote {}, roles {}",
            me.data()["type"].as_str().unwrap(),
            role["attributes"]["name"].as_str().unwrap(),
            me.data()["attributes"]["token"].is_string(),
            dock.call_as(token, None, "POST", "/environments/main/fork", Some(&fork))
                .await
                .status
                .as_u16(),
            dock.call_as(token, None, "PUT", "/environments/main/promote", None)
                .await
                .brief(),
            dock.call_as(
                token,
                None,
                "POST",
                &format!("/roles/{}/duplicate", role["id"].as_str().unwrap()),
                None
            )
            .await
            .status
            .as_u16(),
        ));
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    full: access_token with role Admin, secret shown: true, fork 202, promote 422 ALREADY_PRIMARY_ENVIRONMENT, roles 201
    editor: access_token with role Editor, secret shown: false, fork 403, promote 403 INSUFFICIENT_PERMISSIONS, roles 403
    read: access_token with role Viewer, secret shown: false, fork 403, promote 403 INSUFFICIENT_PERMISSIONS, roles 403
    ");
}

#[tokio::test]
async fn environments_a_role_may_not_enter_do_not_exist_for_it() {
    let dock = Dock::blank();
    dock.outcome(&dock.fork("main", "sandbox", "").await).await;
    let mut seen = Vec::new();
    for access in ["all", "primary_only", "sandbox_only", "none"] {
        let token = dock
            .token_with(access, json!({"environments_access": access}))
            .await;
        let site = async |environment| {
            dock.call_as(&token, environment, "GET", "/site", None)
                .await
                .brief()
        };
        let list = dock
            .call_as(&token, None, "GET", "/environments", None)
            .await;
        let found = dock
            .call_as(&token, None, "GET", "/environments/main", None)
            .await
            .status;
        seen.push(format!(
            "{access}: lists {}, finds main {}, main {}, sandbox {}",
            list.data().as_array().unwrap().len(),
            found.as_u16(),
            site(None).await,
            site(Some("sandbox")).await
        ));
    }
    insta::assert_snapshot!(seen.join("\n"), @r"
    all: lists 2, finds main 200, main 200 site 1, sandbox 200 site 1
    primary_only: lists 1, finds main 200, main 200 site 1, sandbox 404 INVALID_ENVIRONMENT
    sandbox_only: lists 1, finds main 404, main 404 INVALID_ENVIRONMENT, sandbox 200 site 1
    none: lists 0, finds main 404, main 404 INVALID_ENVIRONMENT, sandbox 404 INVALID_ENVIRONMENT
    ");
}

#[tokio::test]
async fn permissions_are_inherited_and_can_be_taken_back() {
    let dock = Dock::blank();
    let editor = dock.role("Editor").await;
    let everything = &editor["attributes"]["positive_item_type_permissions"];
    let body = json!({"data": {"type": "role", "attributes": {
            "name": "Release manager", "can_promote_environments": true, "environments_access": "sandbox_only",
            "positive_item_type_permissions": [], "negative_item_type_permissions": everything,
        }, "relationships": {"inherits_permissions_from": {"data": [{"type": "role", "id": editor["id"]}]}}}});
    let role = dock.call("POST", "/roles", Some(&body)).await;
    let meta = &role.data()["meta"]["final_permissions"];
    assert_eq!(meta["can_promote_environments"], true, "its own");
    assert_eq!(meta["can_edit_favicon"], true, "inherited");
    assert_eq!(meta["can_edit_schema"], false);
    assert_eq!(
        meta["environments_access"], "all",
        "primary from one, sandboxes from the other"
    );
    assert_eq!(
        meta["positive_item_type_permissions"],
        json!([]),
        "taken back"
    );
    assert_eq!(meta["name"], json!(null));
    let refused = dock
        .call(
            "DELETE",
            &format!("/roles/{}", editor["id"].as_str().unwrap()),
            None,
        )
        .await;
    assert_eq!(refused.brief(), "422 DELETE_RESTRICTION");
}

#[tokio::test]
async fn a_familys_two_arrays_come_together_or_not_at_all() {
    let dock = Dock::blank();
    let editor = dock.role("Editor").await;
    let path = format!("/roles/{}", editor["id"].as_str().unwrap());
    let one = json!({"data": {"type": "role", "id": editor["id"], "attributes": {"positive_upload_permissions": []}}});
    let refused = dock.call("PUT", &path, Some(&one)).await;
    assert_eq!(refused.details()["field"], "negative_upload_permissions");
    let echo = dock
        .call("PUT", &path, Some(&json!({"data": editor})))
        .await;
    assert_eq!(
        echo.data(),
        &editor,
        "an echo of the whole role changes nothing"
    );
}

#[tokio::test]
async fn tokens_are_made_changed_renewed_and_destroyed() {
    let dock = Dock::blank();
    let token = dock
        .token_with("ci", json!({"environments_access": "all"}))
        .await;
    let tokens = dock.get("/access_tokens").await;
    assert_eq!(tokens.brief(), "200 4 entities");
    let id = tokens.data()[3]["id"].as_str().unwrap().to_owned();
    let renewed = dock
        .call(
            "POST",
            &format!("/access_tokens/{id}/regenerate_token"),
            None,
        )
        .await;
    let new = renewed.data()["attributes"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        dock.call_as(&token, None, "GET", "/site", None)
            .await
            .status,
        401,
        "the old secret is dead"
    );
    assert_eq!(
        dock.call_as(&new, None, "GET", "/site", None).await.status,
        200
    );
    let body = json!({"data": {"type": "access_token", "id": id,
        "attributes": {"name": "cda", "can_access_cma": false, "can_access_cda": true, "can_access_cda_preview": false}}});
    assert_eq!(
        dock.call("PUT", &format!("/access_tokens/{id}"), Some(&body))
            .await
            .data()["attributes"]["name"],
        "cda"
    );
    assert_eq!(
        dock.call_as(&new, None, "GET", "/site", None).await.brief(),
        "403 INSUFFICIENT_PERMISSIONS"
    );
    dock.call("DELETE", &format!("/access_tokens/{id}"), None)
        .await;
    assert_eq!(
        dock.call_as(&new, None, "GET", "/site", None).await.status,
        401
    );
}

#[tokio::test]
async fn users_act_with_tokens_of_their_own() {
    let dock = Dock::blank();
    let panel = dock
        .raw("GET", "/panel.json", &[("host", "127.0.0.1:9")], None)
        .await
        .body;
    assert_eq!(panel["cma"], "http://127.0.0.1:9/cma");
    let user = &panel["users"][0];
    let me = dock
        .call_as(
            user["token"].as_str().unwrap(),
            None,
            "GET",
            "/users/me",
            None,
        )
        .await;
    assert_eq!(me.data()["type"], "user");
    assert_eq!(
        (
            me.data()["id"].as_str(),
            me.data()["attributes"]["email"].as_str()
        ),
        (user["id"].as_str(), user["email"].as_str())
    );
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    let suicide = dock
        .call_as(user["token"].as_str().unwrap(), None, "DELETE", &path, None)
        .await;
    assert_eq!(suicide.brief(), "422 CANNOT_DESTROY_CURRENT_USER");
    let off =
        json!({"data": {"type": "user", "id": user["id"], "attributes": {"is_active": false}}});
    assert_eq!(
        dock.call("PUT", &path, Some(&off)).await.data()["attributes"]["is_active"],
        false
    );
    assert_eq!(
        dock.call_as(
            user["token"].as_str().unwrap(),
            None,
            "GET",
            "/users/me",
            None
        )
        .await
        .status,
        401
    );
    assert_eq!(dock.call("DELETE", &path, None).await.status, 200);
    assert_eq!(dock.get("/users").await.brief(), "200 0 entities");
}

//! Sessions: users who sign in with the password of the server, and factory tokens.

use drydock::UserPassword;
use serde_json::{Value, json};

use crate::support::{Dock, Reply};

const HEADERS: [(&str, &str); 3] = [
    ("accept", "application/json"),
    ("content-type", "application/json"),
    ("x-api-version", "3"),
];

async fn sign_in(dock: &Dock, email: &str, password: &str) -> Reply {
    let body = json!({"data": {"type": "email_credentials", "attributes": {"email": email, "password": password}}});
    dock.raw("POST", "/cma/sessions", &HEADERS, Some(&body))
        .await
}

#[tokio::test]
async fn a_session_lets_its_user_in_until_it_ends() {
    let dock = Dock::blank();
    let user = dock.get("/users").await.data()[0].clone();
    let email = user["attributes"]["email"].as_str().unwrap();
    let begun = sign_in(&dock, &email.to_uppercase(), "drydock").await;
    assert_eq!(begun.status, 201, "{}", begun.body);
    let person = json!({"type": "user", "id": user["id"]});
    assert_eq!(begun.data()["relationships"]["user"]["data"], person);
    assert_eq!(begun.body["included"][0]["id"], user["id"]);
    let session = begun.data()["id"].as_str().unwrap();
    let call =
        async |method: &str, path: &str| dock.call_as(session, None, method, path, None).await;
    assert_eq!(call("GET", "/users/me").await.data()["id"], user["id"]);
    let other = sign_in(&dock, email, "drydock").await;
    assert_eq!(call("DELETE", "/session").await.status, 204);
    assert_eq!(
        call("GET", "/users/me").await.brief(),
        "401 INVALID_AUTHORIZATION_HEADER"
    );
    let other = other.data()["id"].as_str().unwrap();
    let still = dock.call_as(other, None, "GET", "/users/me", None).await;
    assert_eq!(still.status, 200, "each session ends by itself");
    assert_eq!(
        dock.call("DELETE", "/session", None).await.brief(),
        "404 NOT_FOUND",
        "a token is no session"
    );

    // What lets somebody in is in no log and no audit entry.
    let query = json!({"data": {"type": "audit_log_query", "attributes": {"detailed_log": true}}});
    let log = dock
        .call("POST", "/audit-log-events/query", Some(&query))
        .await;
    let log = log.body.to_string();
    assert!(
        !log.contains(session) && !log.contains(other) && !log.contains("email_credentials"),
        "{log}"
    );
}

#[tokio::test]
async fn whoever_is_not_who_they_say_is_refused() {
    let dock = Dock::with(|options| {
        options.user_password = UserPassword::new("open sesame").unwrap();
    });
    let user = dock.get("/users").await.data()[0].clone();
    let email = user["attributes"]["email"].as_str().unwrap();
    for (email, password) in [
        (email, "drydock"),
        (email, ""),
        ("nobody@x.invalid", "open sesame"),
    ] {
        let refused = sign_in(&dock, email, password).await;
        assert_eq!(
            refused.brief(),
            "422 INVALID_CREDENTIALS",
            "{email} {password}"
        );
    }
    let demand = json!({"data": {"type": "site", "attributes": {"require_2fa": true}}});
    dock.outcome(&dock.call("PUT", "/site", Some(&demand)).await)
        .await;
    assert_eq!(
        sign_in(&dock, email, "open sesame").await.brief(),
        "422 REQUIRED_2FA_SETUP"
    );
    let demand = json!({"data": {"type": "site", "attributes": {"require_2fa": false}}});
    dock.outcome(&dock.call("PUT", "/site", Some(&demand)).await)
        .await;

    let session = sign_in(&dock, email, "open sesame").await;
    let session = session.data()["id"].as_str().unwrap().to_owned();
    let off = json!({"data": {"type": "user", "attributes": {"is_active": false}}});
    let path = format!("/users/{}", user["id"].as_str().unwrap());
    dock.call("PUT", &path, Some(&off)).await;
    let me = dock.call_as(&session, None, "GET", "/users/me", None).await;
    assert_eq!(
        me.brief(),
        "401 INVALID_AUTHORIZATION_HEADER",
        "who is switched off is out"
    );
    assert_eq!(
        sign_in(&dock, email, "open sesame").await.brief(),
        "422 INVALID_CREDENTIALS"
    );
}

#[tokio::test]
async fn a_factory_token_is_not_changed_but_rotated_and_destroyed() {
    let dock = Dock::blank();
    let tokens = dock.get("/access_tokens").await;
    let factory = |token: &&Value| !token["attributes"]["hardcoded_type"].is_null();
    let token = tokens
        .data()
        .as_array()
        .unwrap()
        .iter()
        .find(factory)
        .unwrap();
    assert_eq!(token["attributes"]["name"], "Read-only API token");
    let path = format!("/access_tokens/{}", token["id"].as_str().unwrap());
    let change = json!({"data": {"type": "access_token",
        "attributes": {"name": "Other", "can_access_cma": true, "can_access_cda": true, "can_access_cda_preview": true},
        "relationships": {"role": token["relationships"]["role"]}}});
    assert_eq!(
        dock.call("PUT", &path, Some(&change)).await.brief(),
        "422 NON_EDITABLE_ACCESS_TOKEN"
    );
    let rotated = dock
        .call("POST", &format!("{path}/regenerate_token"), None)
        .await;
    assert_eq!(rotated.status, 200);
    assert_ne!(
        rotated.data()["attributes"]["token"],
        token["attributes"]["token"]
    );
    assert_eq!(dock.call("DELETE", &path, None).await.status, 200);
}

#[tokio::test]
async fn limits_are_told_to_those_with_a_token() {
    let dock = Dock::blank();
    let stranger = dock.raw("GET", "/cma/public-info", &HEADERS, None).await;
    assert_eq!(stranger.data()["attributes"]["extras"], Value::Null);
    let known = dock.get("/public-info").await;
    let extras = &known.data()["attributes"]["extras"];
    assert_eq!(extras["blocks_per_item"], 500);
    assert_eq!(extras["overage_thresholds"], json!({"environments": 5}));
}

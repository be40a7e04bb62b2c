//! Single sign-on: settings, and the users and groups an identity provider tells of.

use serde_json::{Value, json};

use crate::content::document;
use crate::support::{Dock, Reply};

/// A call as the identity provider makes it.
async fn scim(dock: &Dock, token: &str, method: &str, path: &str, body: Option<&Value>) -> Reply {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str())];
    dock.raw(method, &format!("/scim{path}"), &headers, body)
        .await
}

async fn token(dock: &Dock) -> String {
    let made = dock.put("/sso-settings/generate-token").await;
    assert_eq!(made.data()["type"], "sso_token");
    made.data()["attributes"]["scim_api_token"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn an_identity_provider_brings_users_and_groups() {
    let dock = Dock::blank();
    let provider = token(&dock).await;
    let user = json!({"userName": "eve@corp.test", "externalId": "7",
        "name": {"givenName": "Eve", "familyName": "Editor"}});
    let refused = scim(&dock, "wrong", "POST", "/Users", Some(&user)).await;
    assert_eq!(refused.status, 401);
    let made = scim(&dock, &provider, "POST", "/Users", Some(&user)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made.body["id"].as_str().unwrap();
    assert_eq!(
        scim(&dock, &provider, "POST", "/Users", Some(&user))
            .await
            .status,
        409
    );
    let group = json!({"displayName": "Editor", "members": [{"value": id}]});
    let early = scim(&dock, &provider, "POST", "/Groups", Some(&group)).await;
    assert_eq!(early.status, 400, "no default role yet");

    let viewer = dock.role("Viewer").await;
    let default_role = json!({"data": {"type": "sso_settings", "relationships":
        {"default_role": {"data": {"type": "role", "id": viewer["id"]}}}}});
    let settings = dock.call("PUT", "/sso-settings", Some(&default_role)).await;
    assert_eq!(settings.status, 200, "{}", settings.body);
    let group = scim(&dock, &provider, "POST", "/Groups", Some(&group)).await;
    let group = group.body["id"].as_str().unwrap();
    let users = dock.get("/sso-users").await;
    let eve = &users.data()[0];
    assert_eq!(
        eve["attributes"],
        json!({"username": "eve@corp.test", "external_id": "7", "is_active": true,
            "first_name": "Eve", "last_name": "Editor"})
    );
    assert_eq!(eve["meta"], json!({"last_access": null}));
    assert_eq!(eve["relationships"]["role"]["data"]["id"], viewer["id"]);
    assert_eq!(eve["relationships"]["groups"]["data"][0]["id"], group);

    let editor = dock.role("Editor").await;
    let copied = dock
        .call("POST", &format!("/sso-groups/{group}/copy-roles"), None)
        .await;
    assert_eq!(
        copied.data()["relationships"]["role"]["data"]["id"],
        editor["id"]
    );
    assert_eq!(
        dock.get(&format!("/sso-users/{id}")).await.data()["relationships"]["role"]["data"]["id"],
        editor["id"]
    );
    let changed = json!({"data": {"type": "sso_group", "id": group, "attributes": {"priority": 3},
        "relationships": {"role": {"data": {"type": "role", "id": viewer["id"]}}}}});
    let changed = dock
        .call("PUT", &format!("/sso-groups/{group}"), Some(&changed))
        .await;
    assert_eq!(
        changed.data()["attributes"],
        json!({"name": "Editor", "priority": 3})
    );

    let gone = dock.call("DELETE", &format!("/sso-users/{id}"), None).await;
    assert_eq!(gone.status, 200, "{}", gone.body);
    let groups = dock.get("/sso-groups").await;
    assert_eq!(
        groups.data()[0]["relationships"]["users"]["data"],
        json!([])
    );
    dock.call("DELETE", &format!("/sso-groups/{group}"), None)
        .await;
    assert_eq!(
        scim(&dock, &provider, "GET", "/Groups", None).await.body["totalResults"],
        0
    );
}

#[tokio::test]
async fn collaborators_become_sso_users_once() {
    let dock = Dock::blank();
    let copied = dock.call("POST", "/sso-users/copy-users", None).await;
    let names = |reply: &Reply| {
        let users = reply.data().as_array().unwrap().iter();
        users
            .map(|user| user["attributes"]["username"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&copied), ["ada@drydock.invalid"]);
    let again = dock.call("POST", "/sso-users/copy-users", None).await;
    assert_eq!(names(&again), ["ada@drydock.invalid"]);
}

#[tokio::test]
async fn the_settings_show_no_token_and_take_a_permission() {
    let dock = Dock::blank();
    let provider = token(&dock).await;
    let body = document(
        "sso_settings",
        json!({"idp_saml_metadata_url": "https://idp.test/metadata"}),
    );
    let settings = dock.call("PUT", "/sso-settings", Some(&body)).await;
    let attributes = &settings.data()["attributes"];
    assert_eq!(
        attributes["idp_saml_metadata_url"],
        "https://idp.test/metadata"
    );
    assert!(
        attributes["scim_base_url"]
            .as_str()
            .unwrap()
            .ends_with("/scim")
    );
    assert!(!settings.body.to_string().contains(&provider));
    // A new token: the old one is not good any more.
    let newer = token(&dock).await;
    assert_eq!(
        scim(&dock, &provider, "GET", "/Users", None).await.status,
        401
    );
    assert_eq!(scim(&dock, &newer, "GET", "/Users", None).await.status, 200);
    for (method, path) in [
        ("GET", "/sso-settings"),
        ("PUT", "/sso-settings/generate-token"),
        ("GET", "/sso-users"),
        ("POST", "/sso-users/copy-users"),
        ("GET", "/sso-groups"),
    ] {
        let reply = dock
            .call_as(&dock.tokens.editor, None, method, path, None)
            .await;
        assert_eq!(
            reply.brief(),
            "403 INSUFFICIENT_PERMISSIONS",
            "{method} {path}"
        );
    }
}

use rstest::rstest;

use super::*;
use crate::policy::endpoints::Reach;

fn path(text: &str) -> String {
    text.to_owned()
}

#[rstest]
#[case("POST", "/webhooks", Manner::Made { collection: path("/webhooks") })]
#[case("PUT", "/webhooks/1", Manner::Changed { path: path("/webhooks/1") })]
#[case("DELETE", "/roles/1", Manner::Gone { path: path("/roles/1") })]
#[case("POST", "/roles/1/duplicate", Manner::Copied { path: path("/roles/1") })]
#[case("POST", "/access_tokens/1/regenerate_token", Manner::AsItIs { path: path("/access_tokens/1") })]
#[case("POST", "/sso-users/copy-users", Manner::AsItIs { path: path("/sso-users") })]
#[case("PUT", "/sso-settings/generate-token", Manner::SsoToken { path: path("/sso-settings") })]
#[case("PUT", "/site/activate-improved-hex-management", Manner::AsItIs { path: path("/site") })]
#[case("PUT", "/site", Manner::Changed { path: path("/site") })]
#[case("POST", "/build-triggers/1/trigger", Manner::Nothing)]
#[case("POST", "/webhook_calls/1/resend_webhook", Manner::Nothing)]
fn every_kind_of_write_has_its_answer(
    #[case] verb: &str,
    #[case] asked: &str,
    #[case] expected: Manner,
) {
    assert_eq!(manner(verb, asked), Some(expected));
}

/// Whatever answer names a path, there is a place to look at it.
#[test]
fn what_is_answered_can_be_looked_at() {
    for endpoint in endpoints::all() {
        if !matches!(endpoint.reach, Reach::Consent(_) | Reach::Settings(_))
            || endpoint.verb == "GET"
        {
            continue;
        }
        let path = endpoint.template.replace(":id", "1");
        match manner(endpoint.verb, &path).unwrap() {
            Manner::Copied { path }
            | Manner::Changed { path }
            | Manner::Gone { path }
            | Manner::SsoToken { path }
            | Manner::AsItIs { path } => {
                assert_ne!(place(&path), Place::Nowhere, "{}", endpoint.template);
            }
            Manner::Made { .. } | Manner::Nothing => {}
        }
    }
    assert_eq!(
        place("/sso-groups/7"),
        Place::InList(path("/sso-groups"), path("7"))
    );
}

fn body(attributes: &Value) -> String {
    json!({ "data": { "type": "webhook", "attributes": attributes } }).to_string()
}

#[test]
fn what_was_made_is_found_changed_and_gone_again() {
    let mut shadow = Shadow::default();
    let made = shadow.make("/webhooks", Some(&body(&json!({ "name": "Deploy" }))), "77");
    assert_eq!(
        (&made["id"], &made["attributes"]["name"]),
        (&json!("77"), &json!("Deploy"))
    );
    assert_eq!(shadow.at("/webhooks/77"), Shown::Entity(made));

    let changed = shadow.change(
        "/webhooks/77",
        Some(&body(&json!({ "enabled": false }))),
        Value::Null,
    );
    assert_eq!(
        changed["attributes"],
        json!({ "name": "Deploy", "enabled": false })
    );
    let mut list = json!({ "data": [{ "type": "webhook", "id": "1" }] });
    assert!(shadow.over("/webhooks", &mut list));
    assert_eq!(list["data"][1], changed);

    assert_eq!(shadow.delete("/webhooks/77", Value::Null), changed);
    assert_eq!(shadow.at("/webhooks/77"), Shown::Gone);
    let mut list = json!({ "data": [] });
    assert!(!shadow.over("/webhooks", &mut list));
}

#[test]
fn what_is_real_shows_its_changes_until_it_is_deleted() {
    let real = || json!({ "type": "role", "id": "1", "attributes": { "name": "Editor", "can_edit_site": false } });
    let mut shadow = Shadow::default();
    let said = |attributes: &Value| json!({ "data": { "attributes": attributes } }).to_string();
    shadow.change(
        "/roles/1",
        Some(&said(&json!({ "name": "Writer" }))),
        real(),
    );
    let changed = shadow.change(
        "/roles/1",
        Some(&said(&json!({ "can_edit_site": true }))),
        real(),
    );
    assert_eq!(
        changed["attributes"],
        json!({ "name": "Writer", "can_edit_site": true })
    );

    let mut one = json!({ "data": real() });
    assert!(shadow.over("/roles/1", &mut one));
    assert_eq!(one["data"], changed);
    let mut list = json!({ "data": [real(), { "type": "role", "id": "2" }] });
    assert!(shadow.over("/roles", &mut list));
    assert_eq!(list["data"][0], changed);

    assert_eq!(shadow.delete("/roles/1", real()), changed);
    let mut list = json!({ "data": [real(), { "type": "role", "id": "2" }] });
    assert!(shadow.over("/roles", &mut list));
    assert_eq!(list["data"], json!([{ "type": "role", "id": "2" }]));
}

#[test]
fn a_copy_has_an_id_of_its_own() {
    let mut shadow = Shadow::default();
    let copy = shadow.copy("/roles/1", json!({ "type": "role", "id": "1" }), "99");
    assert_eq!(copy["id"], "99");
    assert_eq!(shadow.at("/roles/99"), Shown::Entity(copy));
    assert_eq!(shadow.at("/roles/1"), Shown::Real);
}

#[test]
fn what_is_the_environments_own_in_a_change_of_the_site_is_told_apart() {
    let body = |attributes: &Value| {
        json!({ "data": { "type": "site", "id": "1", "attributes": attributes } }).to_string()
    };
    let (own, of_project) =
        split_site(&body(&json!({ "locales": ["en"], "name": "New" }))).unwrap();
    assert_eq!(own, Some(body(&json!({ "locales": ["en"] }))));
    assert_eq!(of_project, Some(body(&json!({ "name": "New" }))));
    let (own, of_project) = split_site(&body(&json!({ "name": "New" }))).unwrap();
    assert_eq!((own, of_project.is_some()), (None, true));
    assert_eq!(split_site("no JSON"), None);
    // The settings believed to have changed are in what a job ends with, too.
    let mut shadow = Shadow::default();
    shadow.change("/site", Some(&body(&json!({ "name": "New" }))), Value::Null);
    let mut job = json!({ "data": { "attributes": { "payload": { "data": { "type": "site", "attributes": { "name": "Old" } } } } } });
    let mut accepted = json!({ "data": { "type": "job", "id": "1" } });
    assert!(!shadow.over("/site", &mut accepted));
    assert!(shadow.over("/job-results/1", &mut job));
    assert_eq!(
        job["data"]["attributes"]["payload"]["data"]["attributes"]["name"],
        "New"
    );
}

//! Writes of what belongs to the whole project: they never leave, and the script goes on.

use slipway_release::{Consent, FailureKind, policy::Resource};

use super::*;

const SCRIPT: &str = "1_project.ts";

fn call(method: &'static str, path: &str, body: Option<Value>) -> Act {
    Act::Call(method, path.to_owned(), body)
}

fn sees(path: &str, text: &str) -> Act {
    Act::Sees(path.to_owned(), text.to_owned(), true)
}

fn misses(path: &str, text: &str) -> Act {
    Act::Sees(path.to_owned(), text.to_owned(), false)
}

fn webhook(name: &str) -> Value {
    json!({ "data": { "type": "webhook", "attributes": {
        "name": name, "url": "https://example.com", "headers": {}, "events": [],
        "custom_payload": null, "http_basic_user": null, "http_basic_password": null,
        "enabled": true, "payload_api_version": "3", "nested_items_in_payload": false, "auto_retry": false,
    }}})
}

fn may(resource: Resource) -> Consent {
    Consent {
        script: SCRIPT.to_owned(),
        resource,
    }
}

/// A world whose one script does this, and its page.
async fn with_script(acts: impl FnOnce(&Value) -> Vec<Act>) -> (World, TestEngine) {
    let mut world = World::open(&[]).await;
    let roles = world.ask("GET", "/roles", None).await;
    let acts = acts(&roles);
    world.scripts.insert(SCRIPT.to_owned(), acts);
    let engine = world.page(&Profile::default()).await;
    (world, engine)
}

#[tokio::test(flavor = "current_thread")]
async fn nothing_of_the_project_is_written_and_the_script_sees_its_own_work() {
    let (world, engine) = with_script(|roles| {
        let role = roles[0]["id"].as_str().unwrap();
        let role = format!("/roles/{role}");
        let renamed = json!({ "data": { "type": "role", "id": roles[0]["id"], "attributes": { "name": "Renamed" } } });
        vec![
            call("POST", "/webhooks", Some(webhook("Deploy"))),
            sees("/webhooks", "Deploy"),
            call("POST", &format!("{role}/duplicate"), None),
            call("PUT", &role, Some(renamed)),
            sees(&role, "Renamed"),
            sees("/roles", "Renamed"),
            call("DELETE", &role, None),
            misses("/roles", "Renamed"),
            call("PUT", "/site/activate-improved-hex-management", None),
        ]
    })
    .await;
    let before = whole_project(&world).await;
    let with_consent = Wanted {
        consents: vec![may(Resource::Webhooks)],
        ..wanted(&world, &engine)
    };
    let (rehearsal, page) = rehearse_with(&engine, with_consent).await;
    assert_eq!(rehearsal.end, End::AllRan);
    assert_eq!(whole_project(&world).await, before);
    assert_eq!(page.asked.borrow().len(), 0);
    let held: Vec<(&str, &str, Option<&str>)> = rehearsal
        .held_back
        .iter()
        .map(|held| {
            (
                held.verb.as_str(),
                held.template.as_str(),
                held.name.as_deref(),
            )
        })
        .collect();
    let expected = [
        ("POST", "/webhooks", Some("Deploy")),
        ("POST", "/roles/:id/duplicate", None),
        ("PUT", "/roles/:id", Some("Renamed")),
        ("DELETE", "/roles/:id", None),
        ("PUT", "/site/activate-improved-hex-management", None),
    ];
    assert_eq!(held, expected);
    let Outcome::Ran(run) = &rehearsal.scripts[0].run else {
        panic!("{rehearsal:?}");
    };
    assert_eq!(run.calls.held_back, 5);
    assert_eq!(run.effects, []);
    // A plan can ask for just these.
    let resources: Vec<Resource> = (rehearsal.consents().iter())
        .map(|consent| consent.resource)
        .collect();
    assert_eq!(
        resources,
        [
            Resource::Webhooks,
            Resource::Roles,
            Resource::ProjectSettings
        ]
    );
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_the_environments_own_in_a_change_of_the_site_is_done() {
    let (world, engine) = with_script(|_| {
        let body = json!({ "data": { "type": "site", "id": "1", "attributes": { "name": "Held back", "no_index": true } } });
        vec![call("PUT", "/site", Some(body)), sees("/site", "Held back"), sees("/site", "\"no_index\":true")]
    })
    .await;
    let before = whole_project(&world).await;
    let rehearsal = rehearse(&world, &engine).await;
    assert_eq!(rehearsal.end, End::AllRan);
    assert_eq!(whole_project(&world).await, before);
    assert_eq!(rehearsal.held_back[0].resource, Resource::ProjectSettings);
}

#[tokio::test(flavor = "current_thread")]
async fn looking_at_credentials_is_asked_for_as_in_a_release() {
    let script = |_: &Value| {
        vec![
            call("POST", "/webhooks", Some(webhook("Deploy"))),
            call("GET", "/webhooks", None),
        ]
    };
    for (says, expected) in [(true, None), (false, Some(FailureKind::ScriptForbidden))] {
        let (world, engine) = with_script(script).await;
        let page = Rc::new(Page::default());
        page.answers.borrow_mut().push(says);
        let came = engine.rehearse(wanted(&world, &engine), page.clone()).await;
        let rehearsal = came.unwrap().rehearsal;
        assert_eq!(page.asked.borrow().len(), 1, "only looking is asked for");
        assert_eq!(page.asked.borrow()[0].consent, may(Resource::Webhooks));
        let kind = match &rehearsal.end {
            End::Failed { failure, .. } => Some(failure.kind),
            _ => None,
        };
        assert_eq!(kind, expected);
        assert_eq!(world.ask("GET", "/webhooks", None).await, json!([]));
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_change_without_leave_to_look_shows_the_script_only_what_it_said() {
    let mut world = World::open(&[]).await;
    let made = world
        .ask("POST", "/webhooks", Some(webhook("s3cret name")))
        .await;
    let path = format!("/webhooks/{}", made["id"].as_str().unwrap());
    let said = json!({ "data": { "type": "webhook", "id": made["id"], "attributes": { "enabled": false } } });
    let change = Act::Answers("PUT", path, Some(said), "s3cret".to_owned(), false);
    world.scripts.insert(SCRIPT.to_owned(), vec![change]);
    let engine = world.page(&Profile::default()).await;
    let rehearsal = rehearse(&world, &engine).await;
    assert_eq!(rehearsal.end, End::AllRan);
    let webhooks = world.ask("GET", "/webhooks", None).await;
    assert_eq!(webhooks[0]["attributes"]["enabled"], true);
}

#[tokio::test(flavor = "current_thread")]
async fn the_keys_to_the_project_reach_no_rehearsed_script() {
    let (world, engine) = with_script(|_| {
        // The tests' own sandbox throws where a token's secret reaches it.
        vec![
            call("GET", "/access_tokens", None),
            call("POST", "/access_tokens/1/regenerate_token", None),
        ]
    })
    .await;
    let before = world.ask("GET", "/access_tokens", None).await;
    let rehearsal = rehearse(&world, &engine).await;
    let kind = match &rehearsal.end {
        End::Failed { failure, .. } => Some((failure.kind, failure.message.clone())),
        _ => None,
    };
    // Whether there is a token of that id or not: none is shown.
    assert!(!format!("{kind:?}").contains("secret"), "{kind:?}");
    assert_eq!(world.ask("GET", "/access_tokens", None).await, before);
}

/// As the vendor's types have it: an entity of its own, and no settings.
#[tokio::test(flavor = "current_thread")]
async fn a_new_token_for_the_identity_provider_is_answered_as_one_and_is_empty() {
    const ASKED: &str = "/sso-settings/generate-token";
    let sees = |text: &str| Act::Answers("PUT", ASKED.to_owned(), None, text.to_owned(), true);
    let (world, engine) = with_script(|_| {
        vec![
            sees(r#""type":"sso_token""#),
            sees(r#""id":"sso_settings""#),
            sees(r#""attributes":{"scim_api_token":null}"#),
        ]
    })
    .await;
    let with_consent = Wanted {
        consents: vec![may(Resource::SsoSettings)],
        ..wanted(&world, &engine)
    };
    let (rehearsal, _) = rehearse_with(&engine, with_consent).await;
    assert_eq!(rehearsal.end, End::AllRan);
    let held: Vec<&str> = (rehearsal.held_back.iter())
        .map(|held| held.template.as_str())
        .collect();
    assert_eq!(held, [ASKED]);
}

#[tokio::test(flavor = "current_thread")]
async fn what_is_not_there_cannot_be_changed_here_either() {
    let body =
        json!({ "data": { "type": "role", "id": "404404", "attributes": { "name": "No" } } });
    let (world, engine) = with_script(|_| vec![call("PUT", "/roles/404404", Some(body))]).await;
    let rehearsal = rehearse(&world, &engine).await;
    let End::Failed { failure, .. } = &rehearsal.end else {
        panic!("{:?}", rehearsal.end);
    };
    assert!(failure.message.contains("NOT_FOUND"), "{}", failure.message);
}

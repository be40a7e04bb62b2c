//! The verdicts, a line each, and the table against the vendor's own list.

use std::{collections::BTreeSet, path::Path};

use rstest::rstest;

use super::*;

fn verdict(method: &str, path: &str, environment: Option<&str>, body: Option<&str>) -> Verdict {
    let asked = Asked {
        method,
        path,
        environment,
        body,
    };
    judge(asked, &"rel-1".parse().unwrap())
}

#[rstest]
#[case("GET", "/items")]
#[case("POST", "/items")]
#[case("PUT", "/items/It1/publish")]
#[case("POST", "/item-types/article/fields")]
#[case("DELETE", "/fields/article::title")]
#[case("GET", "/job-results/12")]
#[case("GET", "/roles/7")]
#[case("GET", "/access_tokens")]
#[case("GET", "/users/me")]
#[case("GET", "/environments")]
#[case("GET", "/maintenance-mode")]
fn what_lives_in_the_sandbox_or_only_looks_is_performed(#[case] method: &str, #[case] path: &str) {
    assert_eq!(verdict(method, path, None, None), Verdict::Perform);
    assert_eq!(verdict(method, path, Some("rel-1"), None), Verdict::Perform);
    let lowercase = method.to_ascii_lowercase();
    assert_eq!(verdict(&lowercase, path, None, None), Verdict::Perform);
}

#[rstest]
#[case("POST", "/webhooks", Resource::Webhooks)]
#[case::credentials_are_in_it("GET", "/webhooks/3", Resource::Webhooks)]
#[case::so_they_are_here("GET", "/build-triggers", Resource::BuildTriggers)]
#[case("POST", "/build-triggers/3/trigger", Resource::BuildTriggers)]
#[case("PUT", "/roles/7", Resource::Roles)]
#[case("POST", "/access_tokens", Resource::AccessTokens)]
#[case("POST", "/access_tokens/1/regenerate_token", Resource::AccessTokens)]
#[case("DELETE", "/users/1", Resource::Collaborators)]
#[case("POST", "/audit-log-events/query", Resource::AuditLog)]
#[case(
    "PUT",
    "/site/activate-improved-hex-management",
    Resource::ProjectSettings
)]
fn what_belongs_to_the_project_needs_a_consent(
    #[case] method: &str,
    #[case] path: &str,
    #[case] resource: Resource,
) {
    assert_eq!(
        verdict(method, path, None, None),
        Verdict::NeedsConsent(resource)
    );
}

#[rstest]
#[case::own(
    r#"{"data":{"type":"site","attributes":{"locales":["en"],"timezone":"UTC"}}}"#,
    true
)]
#[case::two_factor(
    r#"{"data":{"attributes":{"locales":["en"],"require_2fa":false}}}"#,
    false
)]
#[case::escaped(r#"{"data":{"attributes":{"require_2f\u0061":false}}}"#, false)]
#[case::opt_in(
    r#"{"data":{"attributes":{},"meta":{"improved_hex_management":true}}}"#,
    false
)]
#[case::not_known_yet(r#"{"data":{"attributes":{"something_new":1}}}"#, false)]
#[case::nothing(r#"{"data":{}}"#, false)]
#[case::no_json("{", false)]
fn settings_of_the_environment_are_told_from_those_of_the_project(
    #[case] body: &str,
    #[case] own: bool,
) {
    let expected = if own {
        Verdict::Perform
    } else {
        Verdict::NeedsConsent(Resource::ProjectSettings)
    };
    assert_eq!(verdict("PUT", "/site", None, Some(body)), expected);
}

#[rstest]
#[case("PUT", "/environments/rel-1/promote", "may not change environments")]
#[case("POST", "/environments/main/fork", "may not change environments")]
#[case("DELETE", "/environments/main", "may not change environments")]
#[case("PUT", "/maintenance-mode/deactivate", "maintenance mode")]
#[case("POST", "/sessions", "may not log in or out")]
#[case("PATCH", "/items/1", "no call of the management API")]
#[case("GET", "/nonsense", "no call of the management API")]
#[case("GET", "/items/1/nonsense", "no call of the management API")]
#[case("GET", "/items/../environments", "no call of the management API")]
#[case("POST", "/items/%2e%2e/environments", "no call of the management API")]
#[case("GET", "//evil.example/items", "no call of the management API")]
#[case("GET", "items", "no call of the management API")]
#[case("GET", "/items/", "no call of the management API")]
#[case("GET", "/", "no call of the management API")]
fn everything_else_is_refused_with_the_reason(
    #[case] method: &str,
    #[case] path: &str,
    #[case] reason: &str,
) {
    let Verdict::Refuse(refusal) = verdict(method, path, None, None) else {
        panic!("{method} {path} was allowed");
    };
    let said = refusal.to_string();
    assert!(said.contains(reason), "{said}");
    assert!(said.ends_with("Nothing was sent."), "{said}");
}

#[test]
fn another_environment_is_refused_even_for_reading() {
    let Verdict::Refuse(refusal) = verdict("GET", "/items", Some("main"), None) else {
        panic!("allowed");
    };
    assert_eq!(
        refusal.to_string(),
        "Slipway refused `GET /items` for environment `main`: this migration may only reach `rel-1`. Nothing was sent."
    );
}

#[test]
fn every_write_of_the_project_needs_a_consent_or_is_forbidden() {
    for endpoint in endpoints::all() {
        if endpoint.reach == Reach::Look {
            assert_eq!(endpoint.verb, "GET", "{endpoint:?}");
        }
    }
    let environments: Vec<_> = endpoints::of_namespace("environments")
        .filter(|endpoint| endpoint.verb != "GET")
        .collect();
    assert_eq!(environments.len(), 4);
    for endpoint in environments {
        assert_eq!(endpoint.reach, Reach::Forbidden(Ban::Environments));
    }
}

/// The vendor's list as lines; `None` where its client is not installed.
fn vendor() -> Option<BTreeSet<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../node_modules/@datocms/cma-client/resources.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("not compared: {} is not there", path.display());
        return None;
    };
    let resources: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut lines = BTreeSet::new();
    for resource in &resources {
        let namespace = resource["namespace"].as_str().unwrap();
        for endpoint in resource["endpoints"].as_array().unwrap() {
            let method = endpoint["name"]
                .as_str()
                .or(endpoint["rawName"].as_str())
                .unwrap();
            let template = endpoint["urlTemplate"].as_str().unwrap();
            let path: Vec<&str> = template
                .split('/')
                .map(|part| if part.starts_with('$') { ":id" } else { part })
                .collect();
            let verb = endpoint["method"].as_str().unwrap();
            lines.insert(format!("{namespace}.{method} {verb} {}", path.join("/")));
        }
    }
    Some(lines)
}

#[test]
fn the_table_has_the_vendors_endpoints_and_no_other() {
    let ours: BTreeSet<String> = endpoints::all()
        .iter()
        .map(|known| {
            format!(
                "{}.{} {} {}",
                known.namespace, known.method, known.verb, known.template
            )
        })
        .collect();
    assert_eq!(ours.len(), endpoints::all().len(), "a row is there twice");
    let Some(vendor) = vendor() else {
        return;
    };
    let missing: Vec<_> = vendor.difference(&ours).collect();
    let invented: Vec<_> = ours.difference(&vendor).collect();
    assert!(missing.is_empty(), "not in the table: {missing:#?}");
    assert!(invented.is_empty(), "not of the vendor: {invented:#?}");
}

#[test]
fn every_row_is_found_by_a_request_of_its_own() {
    for endpoint in endpoints::all() {
        let path = endpoint.template.replace(":id", "x1");
        let found = endpoints::of_request(endpoint.verb, &path).unwrap();
        assert_eq!(found, endpoint);
    }
}

#[test]
fn the_folder_that_both_tools_run_calls_every_namespace_that_a_migration_may_write_to() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../drydock/tests/fixtures/many_scripts/migrations");
    // Scripts, and the parts of them that they share.
    let texts: String = [folder.clone(), folder.with_file_name("lib")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let writes = |endpoint: &&Endpoint| {
        let forbidden = matches!(endpoint.reach, Reach::Forbidden(_));
        endpoint.verb != "GET" && !forbidden
    };
    let never: BTreeSet<&str> = endpoints::all()
        .iter()
        .filter(writes)
        .map(|endpoint| endpoint.namespace)
        .filter(|namespace| {
            let methods = endpoints::of_namespace(namespace).filter(writes);
            !methods
                .map(|endpoint| format!("client.{namespace}.{}", endpoint.method))
                .any(|call| texts.contains(&call))
        })
        .collect();
    assert!(never.is_empty(), "{never:?}");
}

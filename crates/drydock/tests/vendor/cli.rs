//! The commands about environments and maintenance, the one that lists plugins, and that no command is forgotten.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::shop::{self, Shop};

/// What the other tests here run.
const EXERCISED: [&str; 16] = [
    "cma:call",
    "cma:script",
    "environments:destroy",
    "environments:fork",
    "environments:list",
    "environments:primary",
    "environments:promote",
    "environments:rename",
    "maintenance:off",
    "maintenance:on",
    "migrations:new",
    "migrations:run",
    "plugins:available",
    "schema:generate",
    "schema:inspect",
    "whoami",
];

/// What a CMS has no part in: accounts of the vendor's dashboard and its reference on the web, at fixed addresses.
const OF_THE_VENDORS_CLOUD: [&str; 6] = [
    "cma:docs",
    "link",
    "login",
    "logout",
    "projects:list",
    "unlink",
];

#[test]
fn every_command_of_the_tool_is_run_or_is_none_of_a_cms() {
    let manifest = std::fs::read_to_string(shop::installed("datocms/oclif.manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let all: BTreeSet<&str> = manifest["commands"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let known: BTreeSet<&str> = EXERCISED.into_iter().chain(OF_THE_VENDORS_CLOUD).collect();
    assert_eq!(all, known);
}

#[test]
fn the_tool_lists_its_plugins_and_knows_nobody() {
    let shop = Shop::open();
    let plugins = shop.json("plugins:available");
    assert_eq!(plugins[0]["package"], "@datocms/cli-plugin-wordpress");
    let whoami = shop.run("whoami");
    assert_ne!(whoami.code, 0);
    assert!(whoami.err.contains("Not logged in"), "{}", whoami.err);
}

#[test]
fn environments_are_listed_forked_renamed_promoted_and_destroyed() {
    let shop = Shop::open();
    assert_eq!(
        shop.json("environments:fork main rel-1")["meta"]["forked_from"],
        "main"
    );
    assert_eq!(
        shop.json("environments:fork main fast-1 --fast --force")["meta"]["status"],
        "ready"
    );
    assert_eq!(shop.environments(), "main* rel-1 fast-1");
    shop.done("environments:rename fast-1 spare");
    shop.done("environments:promote rel-1");
    assert_eq!(shop.environments(), "main rel-1* spare");
    assert_eq!(shop.done("environments:primary").trim(), "rel-1");
    let listed = shop.json("environments:list");
    let ids: Vec<&Value> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|environment| &environment["id"])
        .collect();
    assert_eq!(ids, ["main", "rel-1", "spare"]);
    shop.done("environments:destroy spare");
    shop.done("environments:promote main");
    assert_eq!(shop.environments(), "main* rel-1");
    assert_eq!(shop.close().environments(), "main* rel-1");
}

#[test]
fn refusals_reach_the_person_who_typed() {
    let shop = Shop::open();
    shop.done("environments:fork main rel-1");
    let taken = shop.run("environments:fork main rel-1");
    assert_eq!(taken.code, 2);
    assert!(taken.err.contains("already"), "{}", taken.err);
    let primary = shop.run("environments:destroy main");
    // An error the tool has no words for ends it with 1 and the error itself.
    assert_eq!(primary.code, 1, "{}{}", primary.out, primary.err);
    assert!(
        primary.err.contains("CANNOT_DESTROY_PRIMARY_ENVIRONMENT"),
        "{}",
        primary.err
    );
    let editor = shop.server.ready["tokens"]["editor"].as_str().unwrap();
    assert_ne!(shop.run_with("environments:promote rel-1", editor).code, 0);
    assert_eq!(shop.environments(), "main* rel-1", "nothing was changed");
}

fn maintenance(shop: &Shop) -> bool {
    shop.server.read("main", "/maintenance-mode")["data"]["attributes"]["active"]
        .as_bool()
        .unwrap()
}

#[test]
fn maintenance_is_switched_and_forced() {
    let shop = Shop::open();
    shop.done("maintenance:on");
    assert!(maintenance(&shop));
    shop.done("maintenance:off");
    assert!(!maintenance(&shop));

    let model = r#"{"data":{"type":"item_type","attributes":{"name":"Note","api_key":"note"}}}"#;
    assert!(
        shop.server
            .call("POST", "/item-types", model)
            .starts_with("HTTP/1.1 201")
    );
    let model = shop.server.read("main", "/item-types/note")["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let item = format!(
        r#"{{"data":{{"type":"item","attributes":{{}},"relationships":{{"item_type":{{"data":{{"type":"item_type","id":"{model}"}}}}}}}}}}"#
    );
    assert!(
        shop.server
            .call("POST", "/items", &item)
            .starts_with("HTTP/1.1 201")
    );
    let item = shop.server.read("main", "/items")["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let enter = format!(
        r#"{{"data":{{"type":"editing_session_enter_item","relationships":{{"item":{{"data":{{"type":"item","id":"{item}"}}}}}}}}}}"#
    );
    assert!(
        shop.server
            .call("PUT", "/editing-sessions/somebody", &enter)
            .starts_with("HTTP/1.1 200")
    );
    let refused = shop.run("maintenance:on");
    assert_eq!(refused.code, 2, "{}{}", refused.out, refused.err);
    assert!(!maintenance(&shop), "somebody edits");
    shop.done("maintenance:on --force");
    assert!(maintenance(&shop));
}

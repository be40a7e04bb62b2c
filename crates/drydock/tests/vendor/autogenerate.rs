//! `migrations:new --autogenerate` writes what turns one environment into another; `migrations:run` of that makes them equal.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::shop::Shop;
use crate::stored::Contents;

/// What the tool carries over: everything about the schema but what is personal.
const CARRIED: [&str; 9] = [
    "item_type",
    "field",
    "fieldset",
    "menu_item",
    "schema_menu_item",
    "plugin",
    "workflow",
    "item_type_filter",
    "upload_filter",
];

/// The lists a reader asks for; with the site comes the schema.
const LISTS: [&str; 7] = [
    "/site?include=item_types,item_types.fields,item_types.fieldsets",
    "/menu-items",
    "/schema-menu-items",
    "/plugins",
    "/workflows",
    "/item-type-filters",
    "/upload-filters",
];

/// What a migration without a single step looks like, without its white space.
const NOTHING_TO_DO: &str = "exportdefaultasyncfunction(client:Client){}";

#[test]
fn a_script_written_from_two_environments_makes_them_equal() {
    let shop = Shop::hurried();
    // Every project that uses the tool has the ledger before it forks; here too.
    shop.write("migrations/1_begin.js", "module.exports = async () => {};");
    shop.done("migrations:run --in-place --allow-primary");
    let base = shop.program("autogenerate_base.mjs", &[]);
    shop.done("environments:fork main design");
    let design = shop.program("autogenerate_design.mjs", &[]);
    assert_eq!(design["fields"], 22, "one of every type and more");

    let script = shop.new_migration("release --ts --autogenerate=design");
    let text = std::fs::read_to_string(&script).unwrap();
    for call in [
        "site.update",
        "workflows.create",
        "plugins.destroy",
        "itemTypes.create",
        "fieldsets.create",
        "fields.create",
        "fields.destroy",
        "itemTypes.destroy",
        "itemTypes.update",
        "itemTypeFilters.create",
        "uploadFilters.update",
        "menuItems.create",
        "schemaMenuItems.create",
        "roles.updateCurrentEnvironmentPermissions",
    ] {
        assert!(
            text.contains(&format!("client.{call}(")),
            "no {call} in\n{text}"
        );
    }
    let run = shop.json("migrations:run --destination result");
    assert_eq!(run["environmentId"], "result");
    assert_eq!(run["runMigrationScripts"].as_array().unwrap().len(), 1);

    let again = shop.new_migration("again --ts --autogenerate=design:result");
    let again = std::fs::read_to_string(again).unwrap();
    let body: String = again.split_whitespace().collect();
    assert!(body.contains(NOTHING_TO_DO), "something is left: {again}");

    for list in LISTS {
        let [design, result] =
            ["design", "result"].map(|environment| read(&shop, environment, list));
        assert_eq!(
            differences(&design, &result),
            Vec::<String>::new(),
            "{list}"
        );
    }
    let home = format!("/items/{}", base["home"].as_str().unwrap());
    let [design, result] = ["design", "result"]
        .map(|environment| shop.server.read(environment, &home)["data"]["attributes"].clone());
    assert_eq!(design, result, "the records were reshaped alike");

    let stored = shop.close();
    let [design, result] = ["design", "result"].map(|id| schema(&stored.environment(id)));
    assert_eq!(differences(&design, &result), Vec::<String>::new());
    assert_eq!(design.len(), result.len());
    let role = stored.project.entity("role", "name", "Writers");
    for list in [
        "positive_item_type_permissions",
        "negative_upload_permissions",
    ] {
        let [design, result] = ["design", "result"].map(|id| entries(&role, list, id));
        assert_eq!(design, result, "{list}");
        assert!(!design.is_empty(), "{list}");
    }
}

/// The documents of a list by type and id; when an environment changed last is its own affair.
fn read(shop: &Shop, environment: &str, path: &str) -> BTreeMap<String, Value> {
    let document = shop.server.read(environment, path);
    let lists = [&document["data"], &document["included"]];
    let entities = lists.into_iter().flat_map(|list| {
        let one = || Vec::from_iter(list.is_object().then(|| list.clone()));
        list.as_array().cloned().unwrap_or_else(one)
    });
    entities
        .map(|mut entity| {
            if let Some(attributes) = entity["attributes"].as_object_mut() {
                attributes.shift_remove("last_data_change_at");
            }
            let name = format!(
                "{} {}",
                entity["type"].as_str().unwrap(),
                entity["id"].as_str().unwrap()
            );
            (name, entity)
        })
        .collect()
}

/// The stored schema by kind and id, and the environment's settings.
fn schema(environment: &Contents) -> BTreeMap<String, Value> {
    let entities = CARRIED.into_iter().flat_map(|kind| {
        let list = environment.entities(kind).into_iter();
        list.map(move |entity| (format!("{kind} {}", entity["id"].as_str().unwrap()), entity))
    });
    let settings = Value::Object(environment.settings());
    entities.chain([("site".to_owned(), settings)]).collect()
}

/// What is not the same in both, one line each.
fn differences(design: &BTreeMap<String, Value>, result: &BTreeMap<String, Value>) -> Vec<String> {
    let names = design
        .keys()
        .chain(result.keys().filter(|name| !design.contains_key(*name)));
    names
        .filter(|name| design.get(*name) != result.get(*name))
        .map(|name| {
            format!(
                "{name}\n  design {:?}\n  result {:?}",
                design.get(name),
                result.get(name)
            )
        })
        .collect()
}

/// The entries of a role about one environment, without its name, in a fixed order.
fn entries(role: &Value, list: &str, environment: &str) -> Vec<String> {
    let entries = role["attributes"][list].as_array().unwrap().iter();
    let own = entries.filter(|entry| entry["environment"] == environment);
    let mut lines: Vec<String> = own
        .map(|entry| {
            let mut entry: Map<String, Value> = entry.as_object().unwrap().clone();
            entry.retain(|key, value| key != "environment" && !value.is_null());
            entry.sort_keys();
            Value::Object(entry).to_string()
        })
        .collect();
    lines.sort();
    lines
}

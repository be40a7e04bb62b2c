//! `schema:generate` and `schema:inspect` over a model with a field of every type.

use std::collections::BTreeSet;
use std::process::Command;

use serde_json::Value;

use crate::shop::{self, Shop};

/// A project with such a model, and how the program that made it calls the parts.
fn rich() -> (Shop, Value) {
    let shop = Shop::hurried();
    let made = shop.program("rich_schema.mjs", &[]);
    (shop, made)
}

fn api_keys(list: &Value) -> Vec<&str> {
    let entities = list.as_array().unwrap().iter();
    entities
        .map(|one| one["api_key"].as_str().unwrap())
        .collect()
}

/// Api keys of the models an inspection is about.
fn inspected(list: &Value) -> Vec<&str> {
    let models = list.as_array().unwrap().iter();
    models
        .map(|one| one["itemType"]["api_key"].as_str().unwrap())
        .collect()
}

#[test]
fn the_generated_types_fit_the_client_and_what_is_stored() {
    let (shop, made) = rich();
    shop.done("schema:generate schema.ts");
    shop.done("schema:generate only.ts --item-types card");
    let generated = std::fs::read_to_string(shop.folder().join("schema.ts")).unwrap();
    let only = std::fs::read_to_string(shop.folder().join("only.ts")).unwrap();
    assert!(only.contains("type Card"), "{only}");
    assert!(only.contains("type Quote"), "what a card holds: {only}");
    assert!(!only.contains("type Story"), "{only}");

    // The types are used by a program that is right where it should be and wrong where it says so.
    let usage = std::fs::read_to_string(shop::programs().join("typed_usage.ts")).unwrap();
    shop.write("typed_usage.ts", &usage);
    shop.write("package.json", r#"{"type": "module"}"#);
    std::os::unix::fs::symlink(
        shop::root().join("node_modules"),
        shop.folder().join("node_modules"),
    )
    .unwrap();
    let compiled = Command::new("node")
        .arg(shop::installed("typescript/bin/tsc"))
        .args([
            "--noEmit",
            "--strict",
            "--skipLibCheck",
            "--target",
            "es2022",
        ])
        .args(["--module", "esnext", "--moduleResolution", "bundler"])
        .args(["--types", "node", "typed_usage.ts"])
        .current_dir(shop.folder())
        .output()
        .unwrap();
    let said = String::from_utf8(compiled.stdout).unwrap();
    assert!(compiled.status.success(), "{said}\n{generated}");

    let stored = shop.close().environment("main");
    for model in stored.entities("item_type") {
        let id = model["id"].as_str().unwrap();
        assert!(
            generated.contains(&format!("'{id}'")),
            "no {id} in {generated}"
        );
    }
    let story = made["models"]["story"].as_str().unwrap();
    let fields = stored.entities("field").into_iter();
    let types: BTreeSet<String> = fields
        .filter(|field| field["relationships"]["item_type"]["data"]["id"] == story)
        .map(|field| {
            field["attributes"]["field_type"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert_eq!(types.len(), 20, "every type there is");
    for field_type in types {
        let line = format!("type: '{field_type}';");
        assert!(generated.contains(&line), "no `{line}` in {generated}");
    }
}

#[test]
fn an_inspection_shows_what_is_stored() {
    let (shop, _) = rich();
    let all = shop.json("schema:inspect");
    assert_eq!(inspected(&all), ["quote", "card", "page", "tag", "story"]);
    let blocks = shop.json("schema:inspect --type=blocks_only");
    assert_eq!(inspected(&blocks), ["quote", "card"]);

    let story = shop.json(
        "schema:inspect story --fields-details=complete --include-fieldsets --include-nested-blocks --include-referenced-models",
    );
    let around: BTreeSet<&str> = inspected(&story).into_iter().collect();
    assert_eq!(
        around,
        BTreeSet::from(["story", "card", "quote", "page", "tag"])
    );
    let embedding = shop.json("schema:inspect quote --type=blocks_only --include-embedding-models");
    let embedding: BTreeSet<&str> = inspected(&embedding).into_iter().collect();
    assert!(embedding.contains("story"), "{embedding:?}");

    let toon = shop.done("schema:inspect tag");
    assert!(toon.contains("api_key: tag"), "{toon}");
    let nothing = shop.run("schema:inspect nothinglikeit");
    assert_eq!(nothing.code, 2);
    assert!(
        nothing.err.contains("No model or block matched"),
        "{}",
        nothing.err
    );

    let stored = shop.close().environment("main");
    assert_eq!(story[0]["itemType"]["api_key"], "story");
    let fields = &story[0]["fields"];
    assert_eq!(api_keys(fields).len(), 23);
    for field in fields.as_array().unwrap() {
        let kept = stored.entities("field");
        let kept = kept.iter().find(|kept| kept["id"] == field["id"]).unwrap();
        for attribute in [
            "label",
            "api_key",
            "field_type",
            "validators",
            "appearance",
            "default_value",
            "hint",
        ] {
            assert_eq!(
                field[attribute], kept["attributes"][attribute],
                "{attribute}"
            );
        }
    }
    let fieldsets = story[0]["fieldsets"].as_array().unwrap();
    assert_eq!(fieldsets.len(), 1);
    assert_eq!(
        fieldsets[0]["title"],
        stored.attributes("fieldset", "title")[0]
    );
}

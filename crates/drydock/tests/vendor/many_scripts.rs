//! A folder of migrations in every form the tool takes, which call every namespace a migration may write to
//! (`tests/fixtures/many_scripts`), run by the tool.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::shop::{self, Shop};
use crate::stored::Stored;

fn folder() -> PathBuf {
    shop::root().join("crates/drydock/tests/fixtures/many_scripts/migrations")
}

/// Runs the folder on a fork of a blank project; the names of the scripts, in the order in which they ran, and what is stored.
fn run() -> (Vec<String>, Stored) {
    let shop = Shop::hurried();
    let folder = folder();
    // One script sends a file by a path from where the tool is run.
    let assets = folder.with_file_name("assets");
    std::os::unix::fs::symlink(assets, shop.folder().join("assets")).unwrap();
    let line = [
        "migrations:run",
        "--json",
        "--destination",
        "result",
        "--migrations-dir",
    ];
    let words: Vec<&str> = line.into_iter().chain([folder.to_str().unwrap()]).collect();
    let out = shop.run_words(&words).done("migrations:run");
    let report = shop::document(&out).unwrap_or_else(|| panic!("no JSON: {out}"));
    let ran = report["runMigrationScripts"].as_array().unwrap().iter();
    let name = |path: &Value| {
        let path = PathBuf::from(path.as_str().unwrap());
        path.file_name().unwrap().to_str().unwrap().to_owned()
    };
    (ran.map(name).collect(), shop.close())
}

#[test]
fn a_folder_of_many_scripts_runs_and_gives_the_same_each_time() {
    let ((ran, stored), (_, again)) = std::thread::scope(|scope| {
        let other = scope.spawn(run);
        (run(), other.join().unwrap())
    });
    assert_eq!(ran.len(), 36, "{ran:?}");
    assert_eq!(ran.first().unwrap(), "1600000001_createAuthors.js");
    assert_eq!(
        ran.last().unwrap(),
        "9_textSort.js",
        "names are sorted as text"
    );

    let result = stored.environment("result");
    assert_eq!(result.ledger(), ran);
    assert!(
        stored.environment("main").models().is_empty(),
        "only the fork was touched"
    );
    let models = [
        "schema_migration",
        "author",
        "category",
        "quote",
        "column_layout",
        "picture_block",
        "article",
        "settings",
    ];
    assert_eq!(result.models(), models);
    let settings = result.entity("item_type", "api_key", "settings");
    assert_eq!(settings["attributes"]["hint"], "35 migrations came before");

    let authors = result.items("author");
    let names: Vec<&Value> = authors
        .iter()
        .map(|author| &author.current["name"])
        .collect();
    assert_eq!(names, ["Ada", "Grace"]);
    let articles = result.items("article");
    let states: Vec<(&Value, bool, Option<&str>)> = articles
        .iter()
        .map(|article| {
            (
                &article.current["slug"],
                article.published.is_some(),
                article.stage.as_deref(),
            )
        })
        .collect();
    let expected = [
        ("on-engines", true, "ready"),
        ("two", true, "ready"),
        ("three", true, "writing"),
        ("four", false, "writing"),
    ];
    let expected = expected.map(|(slug, published, stage)| (json!(slug), published, stage));
    for (state, (slug, published, stage)) in states.iter().zip(&expected) {
        assert_eq!(*state, (slug, *published, Some(*stage)));
    }
    let first = &articles[0].current;
    assert_eq!(
        first["title"],
        json!({"en": "On engines", "it": "Sulle macchine"})
    );
    assert_eq!(
        first["sections"][0]["attributes"]["words"],
        "Weaves patterns!"
    );
    assert_eq!(first["score"], 5);
    let names = result.attributes("upload", "filename");
    let expected = ["pixel.png", "harbour.txt", "harbour.mp4", "copy.png"];
    for name in expected {
        assert!(names.contains(&name.to_owned()), "{name}: {names:?}");
    }
    let locales = &result.settings()["locales"];
    assert_eq!(locales, &json!(["en", "it"]));
    assert_eq!(stored.project.attributes("webhook", "name"), ["Announce"]);
    let indexes = stored.project.attributes("search_index", "name");
    assert_eq!(indexes, ["All pages"]);
    assert!(
        stored
            .project
            .attributes("role", "name")
            .contains(&"Visitors".to_owned())
    );

    let [one, other] = [&stored, &again].map(|stored| stored.dump("result"));
    assert!(one.len() > 100, "{one:?}");
    let differing: Vec<_> = one
        .iter()
        .zip(&other)
        .filter(|(one, other)| one != other)
        .collect();
    assert_eq!((differing, one.len()), (Vec::new(), other.len()));
}

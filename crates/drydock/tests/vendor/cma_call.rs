//! `cma:call`: every endpoint that is implemented, through the tool's command class in one process; one of each resource as a
//! person would type it, a process each. Two hundred processes would take minutes and prove the same: what differs from call to
//! call is behind the class.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::shop::{self, Shop};
use crate::stored::Contents;

/// The endpoints drydock implements, by the client's namespaces: from the table that `tests/coverage.rs` keeps true.
fn implemented() -> BTreeMap<String, Vec<String>> {
    let page = std::fs::read_to_string(shop::root().join("docs/drydock-differences.md")).unwrap();
    let (_, table) = page.split_once("<!-- coverage:").unwrap();
    let (table, _) = table.split_once("<!-- end of coverage -->").unwrap();
    let quoted = |cell: &str| -> Vec<String> {
        let parts = cell.split('`').skip(1).step_by(2);
        parts.map(str::to_owned).collect()
    };
    table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.split('|').collect();
            (quoted(cells[1]).remove(0), quoted(cells[2]))
        })
        .filter(|(_, endpoints)| !endpoints.is_empty())
        .collect()
}

/// Names of everything of a kind.
fn names<'e>(entities: &'e [Value], attribute: &str) -> Vec<&'e str> {
    let names = entities.iter();
    names
        .map(|entity| entity["attributes"][attribute].as_str().unwrap_or("-"))
        .collect()
}

#[test]
fn every_implemented_endpoint_can_be_called() {
    let implemented = implemented();
    let wanted: Vec<String> = implemented
        .iter()
        .flat_map(|(resource, endpoints)| {
            endpoints
                .iter()
                .map(move |endpoint| format!("{resource}.{endpoint}"))
        })
        .collect();
    assert!(wanted.len() > 160, "the table is read: {wanted:?}");
    let shop = Shop::hurried();
    let report = shop.program("call_every_endpoint.cjs", &[&json!(wanted).to_string()]);
    assert_eq!(report["missed"], json!([]), "not called");
    assert_eq!(report["wrong"], json!([]));
    assert_eq!(report["calls"], wanted.len());

    // A session is ended by whoever began it, and not by the token of a command line.
    let typed_ones = implemented.keys().filter(|resource| *resource != "session");
    typed(&shop, typed_ones, &report["ids"]);

    let stored = shop.close();
    assert_eq!(stored.environments(), "main release*");
    let release = stored.environment("release");
    assert_eq!(
        release.models(),
        [
            "article",
            "quote",
            "article_copy_1",
            "announced",
            "only_here"
        ]
    );
    the_calls_left_their_marks_in(&stored.environment("main"));
    the_calls_left_their_marks_on(&stored.project);
}

/// What the schema, the records and the assets are after every call.
fn the_calls_left_their_marks_in(main: &Contents) {
    for (kind, attribute, expected) in [
        (
            "item_type",
            "api_key",
            &["article", "quote", "article_copy_1", "announced"][..],
        ),
        ("workflow", "name", &["Editing"]),
        ("fieldset", "title", &["Header", "Header"]),
        ("item_type_filter", "name", &["Newest"]),
        ("upload_filter", "name", &["All pictures"]),
        ("upload_collection", "label", &["Small things"]),
        ("upload", "filename", &["pixel.png", "note.txt"]),
        ("plugin", "name", &["Counter"]),
    ] {
        assert_eq!(names(&main.entities(kind), attribute), expected, "{kind}");
    }
    let menu = main.attributes("menu_item", "label");
    assert_eq!(
        menu,
        ["Article", "Article (copy #1)", "Handbook", "Announced"]
    );
    let folders = main.attributes("schema_menu_item", "label");
    assert!(folders.contains(&"Reading".to_owned()), "{folders:?}");
    let articles: Vec<String> = main
        .items("article")
        .iter()
        .map(|item| {
            let published = if item.published.is_some() {
                "published"
            } else {
                "draft"
            };
            let stage = item.stage.as_deref().unwrap_or("-");
            format!(
                "{} {published} {stage}",
                item.current["title"].as_str().unwrap()
            )
        })
        .collect();
    let expected = [
        "First published writing",
        "Second draft writing",
        "First, changed (duplicate) draft writing",
        "One published done",
        "Two draft done",
    ];
    assert_eq!(articles, expected);
}

/// What of the whole project is there after every call.
fn the_calls_left_their_marks_on(project: &Contents) {
    for (kind, attribute, expected) in [
        ("access_token", "name", "Front end"),
        ("webhook", "name", "Announce"),
        ("build_trigger", "name", "Website"),
        ("search_index", "name", "All pages"),
        ("site_invitation", "email", "somebody@example.org"),
        ("sso_user", "username", "kept@corp.example.org"),
        ("sso_group", "name", "Authors"),
    ] {
        let kept = project.attributes(kind, attribute);
        assert!(kept.contains(&expected.to_owned()), "{kind}: {kept:?}");
        assert!(!kept.contains(&"Spare".to_owned()), "{kind}: {kept:?}");
    }
    let roles = project.attributes("role", "name");
    assert_eq!(
        roles
            .iter()
            .filter(|name| name.starts_with("Authors"))
            .count(),
        2,
        "{roles:?}"
    );
    assert_eq!(
        project.attributes("user", "email").len(),
        0,
        "the user is gone"
    );
}

/// What to type after a resource's name for a call that leaves everything as it is.
fn words(resource: &str, ids: &Value) -> Vec<String> {
    let id = |name: &str| ids[name].as_str().unwrap_or("none").to_owned();
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    match resource {
        "site" | "publicInfo" | "maintenanceMode" | "ssoSettings" | "emojiSuggestions"
        | "whiteLabelSettings" => words(&["find"]),
        "fields" | "fieldsets" => words(&["list", &id("model")]),
        "itemVersions" => words(&["list", &id("item")]),
        "uploadTracks" => words(&["list", &id("upload")]),
        "jobResults" => words(&["find", &id("job")]),
        "uploadRequest" => words(&["create", "--data", "{filename: 'typed.txt'}"]),
        "scheduledPublication" => words(&[
            "create",
            &id("item"),
            "--data",
            "{publication_scheduled_at: '2091-01-01T00:00:00+00:00'}",
        ]),
        "scheduledUnpublishing" => words(&[
            "create",
            &id("item"),
            "--data",
            "{unpublishing_scheduled_at: '2092-01-01T00:00:00+00:00'}",
        ]),
        "searchResults" => words(&["list", "--params", "{filter: {query: 'anything'}}"]),
        "auditLogEvents" => words(&["query", "--data", "{detailed_log: false}"]),
        "usageCounters" => words(&["find", "cma_endpoint_requests"]),
        _ => words(&["list"]),
    }
}

/// One call of each of these resources on a command line, a few at a time.
fn typed<'r>(shop: &Shop, resources: impl Iterator<Item = &'r String>, ids: &Value) {
    let resources: Vec<&String> = resources.collect();
    for several in resources.chunks(4) {
        std::thread::scope(|scope| {
            for resource in several {
                scope.spawn(move || {
                    let mut line = vec!["cma:call".to_owned(), (*resource).clone()];
                    line.extend(words(resource, ids));
                    line.extend(["--environment".to_owned(), "main".to_owned()]);
                    let line: Vec<&str> = line.iter().map(String::as_str).collect();
                    let out = shop.run_words(&line).done(resource);
                    assert!(
                        serde_json::from_str::<Value>(&out).is_ok(),
                        "{resource} prints no JSON: {out}"
                    );
                });
            }
        });
    }
}

#[test]
fn what_cannot_be_called_is_said() {
    let shop = Shop::open();
    for (line, said) in [
        ("cma:call recipes list", "Resource \"recipes\" not found"),
        ("cma:call items cook", "Method \"cook\" not found"),
        ("cma:call items find", "Missing required parameters"),
        ("cma:call items create", "requires a request body"),
        ("cma:call items find none", "API Error: GET"),
    ] {
        let run = shop.run(line);
        assert_eq!(run.code, 2, "{line}: {}{}", run.out, run.err);
        let err: Vec<&str> = run
            .err
            .split_whitespace()
            .filter(|word| *word != "›")
            .collect();
        assert!(err.join(" ").contains(said), "{line}: {}", run.err);
    }
    assert!(shop.close().environment("main").models().is_empty());
}

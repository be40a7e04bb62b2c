//! A whole release and its rollback, in the browser, with the database looked at before and after.

use std::time::Duration;

use e2e::{
    Api, Backdrop, Failure, Name, Page, Panel, Role, Slipway, Snapshot, Stage, demo_migrations,
};
use fantoccini::key::Key;
use serde_json::Value;

/// Scripts make hundreds of requests, at the rate the CMS allows.
const SCRIPTS: Duration = Duration::from_secs(90);

#[tokio::test]
async fn a_release_goes_live_and_is_rolled_back() {
    // A fork is copied at once here; stretched, its percentage can be seen.
    let backdrop = Backdrop::demo_with(&["--job-delay", "700"]);
    Stage::play("release", backdrop, async |stage: &mut Stage| {
        let api = stage.api()?;
        let before = Snapshot::of(&api, "main").await?;
        assert!(before.count("item") > 300, "{}", before.count("item"));
        assert_eq!(ledger(&api, "main").await?.len(), 3);

        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        let sandbox = plan(&slipway).await?;
        assert_eq!(api.environments().await?, ["main*"]);

        freeze_over_editors(stage, &slipway).await?;
        assert!(api.frozen().await?);
        fork(&slipway).await?;
        assert_eq!(api.environments().await?, ["main*", sandbox.as_str()]);
        migrate(&slipway).await?;
        review(&slipway, &sandbox).await?;
        topics_replaced_tags(&api, &sandbox).await?;
        assert_eq!(api.primary().await?, "main");
        let untouched = Snapshot::of(&api, "main").await?.changes_since(&before);
        assert_eq!(untouched, Vec::<String>::new());

        promote(&slipway, &sandbox).await?;
        assert_eq!(api.primary().await?, sandbox);
        assert!(!api.frozen().await?);

        let record = edit_a_record(stage, &panel).await?;
        roll_back(&panel, &record, &panel.user("Editor")?.name.clone()).await?;
        assert_eq!(api.primary().await?, "main");
        assert!(!api.frozen().await?);
        let untouched = Snapshot::of(&api, "main").await?.changes_since(&before);
        assert_eq!(untouched, Vec::<String>::new());
        topics_replaced_tags(&api, &sandbox).await?;
        journal_tells_all(&api, &sandbox, &panel.user("Admin")?.name).await
    })
    .await;
}

#[tokio::test]
async fn a_viewer_sees_everything_and_changes_nothing() {
    let backdrop = Backdrop::demo_with(&["--rate-limit", "off"]);
    Stage::play("viewer", backdrop, async |stage: &mut Stage| {
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        let sandbox = slipway.create_and_fork(&demo_migrations()).await?;
        let page = slipway.press("Run 3 migrations").await?;
        let page = page.patient_for(SCRIPTS);
        page.find(Role::Button, "Promote…").await?;

        // Another person has another machine: what they see comes from the CMS.
        stage.change_browser().await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Viewer").await?;
        let slipway = Slipway::open(&panel).await?;
        let page = slipway.page().await?;
        let reason = page.disabled_reason(Role::Button, "New release").await?;
        assert!(!reason.is_empty());
        page.find(Role::Row, Name::containing(&sandbox)).await?;
        page.press(Role::Button, Name::containing("Open release"))
            .await?;

        for action in [
            "Promote…",
            "Start again on a fresh fork",
            "Abandon and reopen…",
        ] {
            let reason = page.disabled_reason(Role::Button, action).await?;
            assert!(
                reason.starts_with("Your role may not promote environments"),
                "{action}: {reason}"
            );
        }
        review(&slipway, &sandbox).await?;
        open_tab(&slipway.page().await?, "Log").await?;
        let log = page
            .within(Role::Table, Name::containing("Log of this release"))
            .await?;
        log.sees(&panel.user("Admin")?.name).await
    })
    .await;
}

/// Chooses the demo's folder, sees what is pending, and creates the release.
async fn plan(slipway: &Slipway) -> Result<String, Failure> {
    let page = slipway.plan(&demo_migrations()).await?;
    page.sees("3 of 6 pending, from migrations").await?;
    let pending = page
        .within(Role::Table, Name::containing("Pending scripts"))
        .await?;
    for script in ["createTopics.ts", "moveTagsToTopics.ts", "retireTags.ts"] {
        pending.find(Role::Row, Name::containing(script)).await?;
    }
    let checks = page.within(Role::List, "Checks").await?.text().await?;
    assert!(!checks.contains("In the way"), "{checks}");
    page.fill("Title", "Topics instead of tags").await?;
    let sandbox = page.value_of("Name of the sandbox environment").await?;
    page.press(Role::Button, "Create release").await?;
    page.find(Role::Heading, "Topics instead of tags").await?;
    Ok(sandbox)
}

/// The freeze waits for editors; it is had by force, and by patience.
async fn freeze_over_editors(stage: &Stage, slipway: &Slipway) -> Result<(), Failure> {
    stage.editors_at_work(true).await?;
    let page = slipway.press("Freeze primary").await?;
    page.sees("People are editing, so nothing was frozen.")
        .await?;
    page.sees("2 records are open for editing").await?;
    for editor in ["Daniel Okafor", "Chiara Lombardi"] {
        page.sees(&format!("{editor} · Article")).await?;
    }
    assert!(!stage.api()?.frozen().await?);

    // Changing one's mind changes nothing.
    slipway.press("Freeze anyway…").await?;
    let question = "Freeze although people are editing?";
    slipway.answer(question, "Cancel").await?;
    let page = slipway.page().await?;
    page.find(Role::Button, "Try to freeze again").await?;
    assert!(!stage.api()?.frozen().await?);

    page.press(Role::Checkbox, "Freeze as soon as they have finished")
        .await?;
    stage.editors_at_work(false).await?;
    page.sees("Editors are waiting.").await?;
    page.find(Role::Button, "Fork main").await?;
    let panel = slipway.panel().page().await?;
    panel
        .find(Role::Status, Name::containing("Maintenance mode is on."))
        .await
        .map(drop)
}

async fn fork(slipway: &Slipway) -> Result<(), Failure> {
    let page = slipway.press("Fork main").await?;
    let percent = page.percent_of("Fork").await?;
    assert!(percent < 100, "{percent} %");
    page.find(Role::Button, "Run 3 migrations").await.map(drop)
}

async fn migrate(slipway: &Slipway) -> Result<(), Failure> {
    let page = slipway.press("Run 3 migrations").await?;
    let log = page
        .within(
            Role::Log,
            Name::containing("1794906000_moveTagsToTopics.ts"),
        )
        .await?;
    log.sees("POST /items 201").await?;
    log.sees("Topic \"Glazing\" created.").await?;
    page.patient_for(SCRIPTS)
        .find(Role::Button, "Promote…")
        .await
        .map(drop)
}

async fn review(slipway: &Slipway, sandbox: &str) -> Result<(), Failure> {
    let page = slipway.page().await?;
    open_tab(&page, "Changes").await?;
    page.sees("1 field deleted").await?;
    open_tab(&page, "Drift").await?;
    page.sees("Nothing changed in main since the fork.").await?;

    open_tab(&page, "Preview").await?;
    let site = page.enter_frame(&format!("Demo site on {sandbox}")).await?;
    site.sees(sandbox).await?;
    site.find(Role::Link, Name::containing("Kiln & Clay"))
        .await?;

    let page = slipway.page().await?;
    page.fill("GraphQL query", "{ allCategories { name } }")
        .await?;
    page.press(Role::Button, "Run query").await?;
    page.sees("Both environments answer the same.").await?;
    page.fill("GraphQL query", "{ _allTopicsMeta { count } }")
        .await?;
    page.press(Role::Button, "Run query").await?;
    page.sees("Only one environment answered the query.")
        .await?;
    page.sees("\"count\": 12").await
}

async fn promote(slipway: &Slipway, sandbox: &str) -> Result<(), Failure> {
    let dialog = "Promote";
    slipway.press("Promote…").await?;
    let frame = slipway.dialog(dialog).await?;
    frame
        .sees("Nothing changed in main since the fork.")
        .await?;
    let reason = frame.disabled_reason(Role::Button, "Promote").await?;
    assert_eq!(reason, format!("Type “{sandbox} replaces main” first."));
    slipway
        .confirm_by_typing(dialog, &format!("{sandbox} replaces main"), "Promote")
        .await?;
    let page = slipway.press("Lift the freeze").await?;
    page.sees(&format!("{sandbox} is live.")).await?;
    let panel = slipway.panel().page().await?;
    panel.no_longer_sees("Maintenance mode is on.").await
}

/// Somebody works on in the new primary; the record's new title is returned.
async fn edit_a_record(stage: &Stage, panel: &Panel) -> Result<String, Failure> {
    let title = "Ada of Faenza";
    panel.sign_in_as("Editor").await?;
    panel.go_to("Content").await?;
    let page = panel.page().await?;
    page.within(Role::Navigation, "Models")
        .await?
        .press(Role::Link, Name::containing("Author"))
        .await?;
    let author = stage
        .api()?
        .get("items?filter[type]=author&page[limit]=1")
        .await?;
    let name = author["data"][0]["attributes"]["name"]
        .as_str()
        .unwrap_or_default();
    page.press(Role::Link, name).await?;
    page.fill(Name::containing("Name"), title).await?;
    page.press(Role::Button, "Save").await?;
    page.find(Role::Heading, title).await?;
    panel.go_to("Schema").await?;
    Ok(title.to_owned())
}

/// The rollback says whose work it takes offline.
async fn roll_back(panel: &Panel, record: &str, editor: &str) -> Result<(), Failure> {
    panel.sign_in_as("Admin").await?;
    let slipway = Slipway::open(panel).await?;
    let page = slipway.page().await?;
    let row = page
        .within(Role::Row, Name::containing("Topics instead of tags"))
        .await?;
    row.sees("1 record, 1 person").await?;
    row.press(Role::Button, "Roll back Topics instead of tags…")
        .await?;

    let dialog = "Roll back to main?";
    let frame = slipway.dialog(dialog).await?;
    frame
        .sees("1 record changed by 1 person since the promotion would no longer be live.")
        .await?;
    frame.sees(&format!("Who edited {editor}")).await?;
    frame.press(Role::Button, "See the record").await?;
    frame.find(Role::Row, Name::containing(record)).await?;
    frame.key(Key::Escape).await?;
    panel.page().await?.gone(Role::Dialog, dialog).await?;

    let page = slipway.page().await?;
    page.press(Role::Button, "Roll back Topics instead of tags…")
        .await?;
    slipway
        .confirm_by_typing(dialog, "main", "Roll back")
        .await?;
    let page = slipway.page().await?;
    page.sees("Rolled back").await
}

/// What the scripts were written for: every tag became a topic, and the field is gone.
async fn topics_replaced_tags(api: &Api, sandbox: &str) -> Result<(), Failure> {
    let (old, new) = (api.in_environment("main"), api.in_environment(sandbox));
    assert_eq!(ledger(api, "main").await?.len(), 3);
    assert_eq!(
        ledger(api, sandbox).await?[3..],
        [
            "1794819600_createTopics.ts",
            "1794906000_moveTagsToTopics.ts",
            "1794992400_retireTags.ts"
        ]
    );
    let topics = new.records("topic").await?;
    let tagged = old.records("article").await?;
    let moved = new.records("article").await?;
    assert_eq!(tagged.len(), moved.len());
    for before in &tagged {
        let after = moved.iter().find(|after| after["id"] == before["id"]);
        let after = after.ok_or_else(|| Failure::Untrue(format!("{} is gone", before["id"])))?;
        let (before, after) = (&before["attributes"], &after["attributes"]);
        assert!(after.get("tag").is_none(), "{after}");
        let named: Vec<&Value> = (after["topics"].as_array().into_iter().flatten())
            .filter_map(|id| topics.iter().find(|topic| topic["id"] == *id))
            .map(|topic| &topic["attributes"]["name"]["en"])
            .collect();
        let tag = before["tag"].as_str().unwrap_or_default();
        let subject = tag.trim().replace('-', " ").to_lowercase();
        let expected = if subject == "majolica" {
            "maiolica".to_owned()
        } else {
            subject
        };
        let found: Vec<String> = (named.iter().filter_map(|name| name.as_str()))
            .map(str::to_lowercase)
            .collect();
        let expected = if expected.is_empty() {
            Vec::new()
        } else {
            vec![expected]
        };
        assert_eq!(found, expected, "{}", before["title"]);
    }
    Ok(())
}

/// The sandbox itself keeps the release's whole story.
async fn journal_tells_all(api: &Api, sandbox: &str, driver: &str) -> Result<(), Failure> {
    let records = api
        .in_environment(sandbox)
        .records("slipway_release")
        .await?;
    let [record] = records.as_slice() else {
        return Err(Failure::Untrue(format!(
            "{} journal records",
            records.len()
        )));
    };
    let attributes = &record["attributes"];
    assert_eq!(attributes["title"], "Topics instead of tags");
    let journal = attributes["journal"].as_str().unwrap_or_default();
    let journal: Value = serde_json::from_str(journal)
        .map_err(|error| Failure::Untrue(format!("{error} in {journal}")))?;
    let told = |entry: &Value| {
        let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
        assert_eq!(entry["by"]["name"], driver, "{entry}");
        format!("{} {}", text("event"), text("step"))
            .trim()
            .to_owned()
    };
    let log: Vec<String> = journal["log"]
        .as_array()
        .into_iter()
        .flatten()
        .map(told)
        .collect();
    let done = [
        "planned",
        "started freeze",
        "failed freeze",
        "started freeze",
        "succeeded freeze",
        "started fork",
        "succeeded fork",
        "started migrate:0",
        "succeeded migrate:0",
        "started migrate:1",
        "succeeded migrate:1",
        "started migrate:2",
        "succeeded migrate:2",
        "approved",
        "started promote",
        "succeeded promote",
        "started unfreeze",
        "succeeded unfreeze",
        "roll_back_requested",
        "started freeze_again",
        "succeeded freeze_again",
        "started restore",
        "succeeded restore",
        "started thaw",
        "succeeded thaw",
    ];
    assert_eq!(log, done);
    Ok(())
}

/// The names of the scripts that ran in an environment, in order.
async fn ledger(api: &Api, environment: &str) -> Result<Vec<String>, Failure> {
    let records = api
        .in_environment(environment)
        .records("schema_migration")
        .await?;
    let mut names: Vec<String> = records
        .iter()
        .filter_map(|record| record["attributes"]["name"].as_str().map(str::to_owned))
        .collect();
    names.sort();
    Ok(names)
}

async fn open_tab(page: &Page, name: &str) -> Result<(), Failure> {
    page.press(Role::Tab, Name::containing(name)).await
}

//! What goes wrong: a clear message, a way on, and nothing lost.

use std::time::Duration;

use e2e::{
    Backdrop, Failure, Migrations, Name, Page, Panel, Role, Slipway, Snapshot, Stage,
    demo_migrations,
};

/// A server that makes nobody wait.
const QUICK: [&str; 2] = ["--rate-limit", "off"];

/// A frozen project is copied in a quarter of this time.
const SLOW_FORK: [&str; 2] = ["--job-delay", "4000"];

/// The silence after which a script counts as endless, and time to see it.
const WATCHDOG: Duration = Duration::from_secs(50);

async fn in_slipway(
    name: &str,
    arguments: &[&str],
    story: impl AsyncFnOnce(&mut Stage, &Slipway) -> Result<(), Failure>,
) {
    let arguments: Vec<&str> = QUICK.iter().chain(arguments).copied().collect();
    Stage::play(
        name,
        Backdrop::demo_with(&arguments),
        async |stage: &mut Stage| {
            let panel = Panel::open(stage).await?;
            panel.sign_in_as("Admin").await?;
            let slipway = Slipway::open(&panel).await?;
            story(stage, &slipway).await
        },
    )
    .await;
}

/// What the CMS says there is: the environments with a star at the primary one, and whether editors can work.
async fn state_of_the_project(stage: &Stage) -> Result<(Vec<String>, bool), Failure> {
    let api = stage.api()?;
    Ok((api.environments().await?, api.frozen().await?))
}

fn untouched() -> (Vec<String>, bool) {
    (vec!["main*".to_owned()], false)
}

#[tokio::test]
async fn a_script_that_fails_costs_only_the_sandbox() {
    let scripts = [
        (
            "await client.itemTypes.list(); throw new Error('No topic to be seen');",
            "1800000000_addTopics.js failed at line 1 with “Error: No topic to be seen”. It had made 1 request on the sandbox by then; primary is untouched.",
        ),
        (
            "await client.environments.promote('main');",
            "a migration may not change environments. The release forks, promotes and destroys them itself. Nothing was sent.",
        ),
        (
            "await client.maintenanceMode.deactivate();",
            "a migration may not change maintenance mode, which belongs to the release. Nothing was sent.",
        ),
        (
            "client.config.environment = 'main'; await client.itemTypes.create({ name: 'Topic', api_key: 'topic' });",
            "for environment `main`: this migration may only reach `",
        ),
        (
            "await fetch('https://example.com/topics.json');",
            "1800000000_addTopics.js failed at line 1 with “",
        ),
        (
            "await client.itemTypes.create({ name: 'Harbour', api_key: 'not a key' });",
            "1800000000_addTopics.js failed at line 1. The CMS refused POST /item-types with INVALID_FIELD (status 422). The attribute `api_key` has a value of the wrong form.",
        ),
    ];
    in_slipway("trouble-scripts", &[], async |stage, slipway| {
        let before = Snapshot::of(&stage.api()?, "main").await?;
        for (script, message) in scripts {
            let script = format!("module.exports = async (client) => {{ {script} }};\n");
            let folder = Migrations::of(&[("1800000000_addTopics.js", &script)])?;
            slipway.create_and_fork(&folder.path()).await?;
            let page = slipway.press("Run 1 migration").await?;
            page.sees("A script did not come to its end.").await?;
            page.sees(message).await?;
            page.sees("is partly migrated, and no script runs on it any more.")
                .await?;
            page.find(Role::Button, "Start again on a fresh fork")
                .await?;
            page.find(
                Role::Link,
                Name::containing("to see how far the script came"),
            )
            .await?;
            assert_eq!(
                page.names(Role::Button)
                    .await?
                    .iter()
                    .filter(|name| name.contains("Run "))
                    .count(),
                0
            );

            let main = Snapshot::of(&stage.api()?, "main").await?;
            assert_eq!(main.changes_since(&before), Vec::<String>::new());
            slipway.give_up().await?;
            assert_eq!(state_of_the_project(stage).await?, untouched());
            slipway.press("Releases").await?;
        }
        Ok(())
    })
    .await;
}

/// The official client throws it, from a file that the migration imports; the sandbox is marked wherever it is listed.
#[tokio::test]
async fn what_the_cms_refused_is_told_with_code_details_request_and_line() {
    in_slipway("trouble-refused", &[], async |_: &mut Stage, slipway| {
        let script = "const { save } = require('./lib/save');\n\nmodule.exports = async (client) => {\n  await client.itemTypes.list();\n  await save(client);\n};\n";
        let save = "exports.save = async (client) => {\n  const harbour = { name: 'Harbour', api_key: 'not a key' };\n  await client.itemTypes.create(harbour);\n};\n";
        let folder = Migrations::of(&[("1800000000_harbour.js", script)])?;
        std::fs::create_dir(folder.path().join("lib")).map_err(Failure::file(folder.path()))?;
        let file = folder.path().join("lib/save.js");
        std::fs::write(&file, save).map_err(Failure::file(&file))?;
        let sandbox = slipway.create_and_fork(&folder.path()).await?;
        let page = slipway.press("Run 1 migration").await?;
        let why = page
            .within(Role::Region, "Why 1800000000_harbour.js ended")
            .await?;
        for said in [
            "The attribute `api_key` has a value of the wrong form.",
            "INVALID_FIELD",
            "VALIDATION_FORMAT",
            &format!("POST /item-types in {sandbox}"),
            "lib/save.js:3, called from 1800000000_harbour.js:5",
            "It had made 2 calls and changed nothing.",
        ] {
            why.sees(said).await?;
        }
        slipway.press("Releases").await?;
        is_marked(&slipway.page().await?, &sandbox).await?;
        // What the page knows of it comes from the journal, for colleagues and after a reload.
        slipway.panel().page().await?.reload().await?;
        is_marked(&slipway.page().await?, &sandbox).await
    })
    .await;
}

/// Whether the sandbox, and nothing else, is marked as partly migrated in the list of environments, at script and call.
async fn is_marked(page: &Page, sandbox: &str) -> Result<(), Failure> {
    let all = page
        .within(Role::Table, Name::containing("Environments"))
        .await?;
    let row = all.within(Role::Row, Name::containing(sandbox)).await?;
    row.sees("Partly migrated").await?;
    row.sees("1800000000_harbour.js ended at call 2, POST /item-types")
        .await?;
    let rows = all.names(Role::Row).await?;
    // Badges are drawn in capitals, and named as they are drawn.
    let marked = rows
        .iter()
        .filter(|row| row.to_lowercase().contains("partly migrated"));
    assert_eq!(marked.count(), 1, "{rows:?}");
    Ok(())
}

#[tokio::test]
async fn a_script_without_end_is_stopped() {
    in_slipway("trouble-endless", &[], async |stage, slipway| {
        let script = "module.exports = async (client) => { await client.itemTypes.list(); for (;;) {} };\n";
        let folder = Migrations::of(&[("1800000000_forEver.js", script)])?;
        slipway.create_and_fork(&folder.path()).await?;
        let page = slipway.press("Run 1 migration").await?;
        page.patient_for(WATCHDOG)
            .sees("1800000000_forEver.js was stopped: for 30 seconds it sent no request, printed nothing and did not end. It may be in an endless loop.")
            .await?;
        slipway.give_up().await?;
        assert_eq!(state_of_the_project(stage).await?, untouched());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn what_cannot_run_is_refused_before_anything_is_frozen() {
    in_slipway("trouble-folders", &[], async |stage, slipway| {
        let page = slipway.press("New release").await?;
        let create = async |page: &Page| page.disabled_reason(Role::Button, "Create release").await;
        let choose =
            async |folder: &Migrations| page.pick_files("Choose a folder", &[&folder.path()]).await;
        assert_eq!(create(&page).await?, "Choose your migrations first.");

        let folder = Migrations::of(&[("README.md", "Ours.")])?;
        choose(&folder).await?;
        page.sees("None of 0 pending, from migrations").await?;
        assert!(
            create(&page)
                .await?
                .starts_with("Migrations: no script is pending")
        );

        let broken = "module.exports = async (client) => {\n  const names = [;\n};\n";
        let folder = Migrations::of(&[("1800000000_broken.js", broken)])?;
        choose(&folder).await?;
        page.sees("1 pending script cannot run.").await?;
        page.sees("1800000000_broken.js has a syntax error at line 2, column 18")
            .await?;
        assert_eq!(
            create(&page).await?,
            "A pending script cannot run; the list says why."
        );

        let folder = Migrations::of(&[("addTopics.ts", "")])?;
        choose(&folder).await?;
        page.sees("1 file is ignored because of its name.").await?;
        page.sees("begins with digits and ends with .js or .ts: addTopics.ts")
            .await?;
        assert!(
            create(&page)
                .await?
                .starts_with("Migrations: no script is pending")
        );

        page.pick_files("Choose a folder", &[&demo_migrations()])
            .await?;
        page.sees("3 of 6 pending, from migrations").await?;
        page.fill("Name of the sandbox environment", "main").await?;
        page.sees("An environment called main exists already. Choose another name.")
            .await?;
        assert!(
            create(&page)
                .await?
                .starts_with("Sandbox name: an environment called main exists already")
        );
        page.fill("Name of the sandbox environment", "Autumn!")
            .await?;
        assert!(create(&page).await?.starts_with("Sandbox name: "));
        page.fill("Name of the sandbox environment", "autumn")
            .await?;
        page.find(Role::Button, "Create release").await?;
        assert_eq!(state_of_the_project(stage).await?, untouched());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_name_taken_since_the_plan_is_left_alone() {
    in_slipway("trouble-name", &[], async |stage, slipway| {
        let sandbox = slipway.create(&demo_migrations()).await?;
        let api = stage.api()?;
        api.fork("main", &sandbox).await?;
        let theirs = Snapshot::of(&api, &sandbox).await?;
        slipway.press("Freeze primary").await?;
        let page = slipway.press("Fork main").await?;
        page.sees(&format!("An environment called {sandbox} exists and is not this release's copy of main. It was not touched.")).await?;
        slipway.give_up().await?;
        let now = Snapshot::of(&api, &sandbox).await?;
        assert_eq!(now.changes_since(&theirs), Vec::<String>::new());
        assert!(!api.frozen().await?);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_fork_outlives_its_page() {
    in_slipway("trouble-fork", &SLOW_FORK, async |stage, slipway| {
        let sandbox = slipway.create(&demo_migrations()).await?;
        slipway.press("Freeze primary").await?;
        let page = slipway.press("Fork main").await?;
        page.percent_of("Fork").await?;
        let api = stage.api()?;
        let copy = format!("environments/{sandbox}");
        let begun = api.get(&copy).await?["data"]["meta"]["created_at"].clone();
        slipway.panel().page().await?.reload().await?;
        let page = slipway.page().await?.patient_for(WATCHDOG);
        // The files went with the page, and the release says so.
        page.sees("scripts are never stored in the browser").await?;
        assert_eq!(
            page.disabled_reason(Role::Button, "Run 3 migrations")
                .await?,
            "Choose the migration files first."
        );
        page.pick_files("Choose the migrations folder", &[&demo_migrations()])
            .await?;
        page.find(Role::Button, "Run 3 migrations").await?;
        assert_eq!(api.environments().await?, ["main*", sandbox.as_str()]);
        assert_eq!(api.get(&copy).await?["data"]["meta"]["created_at"], begun);
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_script_whose_page_went_away_is_not_run_twice() {
    in_slipway("trouble-reload", &["--latency", "60"], async |stage, slipway| {
        let sandbox = slipway.create_and_fork(&demo_migrations()).await?;
        let page = slipway.press("Run 3 migrations").await?;
        page.find(Role::Log, Name::containing("1794819600_createTopics.ts")).await?;
        slipway.panel().page().await?.reload().await?;
        let page = slipway.page().await?;
        let message = format!("The page went away while 1794819600_createTopics.ts was running. How much of it was done on {sandbox} is not known; primary is untouched.");
        page.sees(&message).await?;

        // Another browser knows it from the sandbox.
        stage.change_browser().await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        slipway.page().await?.press(Role::Button, Name::containing("Open release")).await?;
        let page = slipway.page().await?;
        page.sees(&message).await?;
        page.press(Role::Button, "Start again on a fresh fork").await?;
        slipway.answer("Start again on a fresh fork?", "Destroy and fork again").await?;
        let page = slipway.page().await?;
        page.pick_files("Choose the migrations folder", &[&demo_migrations()]).await?;
        page.press(Role::Button, "Run 3 migrations").await?;
        page.patient_for(WATCHDOG).find(Role::Button, "Promote…").await?;
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_server_that_comes_back_is_asked_what_is_true() {
    in_slipway("trouble-server", &SLOW_FORK, async |stage, slipway| {
        slipway.create(&demo_migrations()).await?;
        slipway.press("Freeze primary").await?;
        let page = slipway.press("Fork main").await?;
        page.percent_of("Fork").await?;
        stage.kill_server().await?;
        page.sees("and no outcome was written down").await?;
        stage.restart_server().await?;
        // The page asks by itself: the copy died with the server, so it can be made again.
        let page = page.patient_for(WATCHDOG);
        page.press(Role::Button, "Fork main").await?;
        page.find(Role::Button, "Run 3 migrations").await?;
        assert!(stage.api()?.frozen().await?);
        slipway.give_up().await?;
        assert_eq!(state_of_the_project(stage).await?, untouched());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn without_a_token_it_says_how_to_grant_one() {
    in_slipway("trouble-token", &[], async |_, slipway| {
        let panel = slipway.panel();
        let open_settings = async || {
            panel.go_to("Settings").await?;
            let page = panel.page().await?;
            page.within(Role::Navigation, "Settings")
                .await?
                .press(Role::Link, "Plugins")
                .await?;
            page.press(Role::Link, Name::containing("Slipway")).await?;
            Ok::<_, Failure>(page)
        };
        let page = open_settings().await?;
        page.press(Role::Switch, "Access to the current user's token")
            .await?;
        page.sees("The plugin can no longer act as the user.")
            .await?;

        let slipway = Slipway::open(panel).await?;
        let page = slipway.page().await?;
        page.sees("grant currentUserAccessToken").await?;
        page.press(Role::Button, "Open the plugin’s settings")
            .await?;
        let page = panel.page().await?;
        page.press(Role::Switch, "Access to the current user's token")
            .await?;
        page.sees("The plugin can act as the user now.").await?;
        let slipway = Slipway::open(panel).await?;
        slipway
            .page()
            .await?
            .find(Role::Button, "New release")
            .await?;
        Ok(())
    })
    .await;
}

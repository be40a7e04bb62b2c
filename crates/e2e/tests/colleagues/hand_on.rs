//! What is handed on of a release, and what the list tells of what happened without Slipway.

use e2e::{Backdrop, Failure, Name, Page, Panel, Role, Slipway, Stage};
use serde_json::{Value, json};

use super::{FIRST, QUICK, SECOND, open_as, scripts};

const TITLE: &str = "Kilns and cellars";

/// The menu of what a release can be saved and copied as.
const EXPORT: &str = "Export this release";

/// A release as far as its review, in the panel of an admin; and the sandbox's name.
async fn until_review(stage: &Stage) -> Result<(Slipway, String), Failure> {
    let panel = Panel::open(stage).await?;
    panel.sign_in_as("Admin").await?;
    let slipway = Slipway::open(&panel).await?;
    let scripts = scripts()?;
    let page = slipway.plan(&scripts.path()).await?;
    page.sees("2 of 2 pending, from ").await?;
    page.fill("Title", TITLE).await?;
    let sandbox = page.value_of("Name of the sandbox environment").await?;
    page.press(Role::Button, "Create release").await?;
    slipway.press("Freeze primary").await?;
    slipway.press("Fork main").await?;
    let page = slipway.press("Run 2 migrations").await?;
    page.find(Role::Button, "Promote…").await?;
    Ok((slipway, sandbox))
}

async fn promote(slipway: &Slipway, sandbox: &str) -> Result<(), Failure> {
    slipway.press("Promote…").await?;
    slipway
        .confirm_by_typing("Promote", &format!("{sandbox} replaces main"), "Promote")
        .await?;
    let page = slipway.press("Lift the freeze").await?;
    page.sees(&format!("{sandbox} is live.")).await
}

/// What was copied last, as a person sees who pastes it.
async fn pasted(page: &Page) -> Result<String, Failure> {
    page.press(Role::Tab, "Preview").await?;
    page.paste_into("GraphQL query").await
}

/// The log of a release, a line each.
async fn log(page: &Page) -> Result<Vec<String>, Failure> {
    page.press(Role::Tab, Name::containing("Log")).await?;
    let log = Name::containing("Log of this release");
    page.within(Role::Table, log).await?.names(Role::Row).await
}

#[tokio::test]
async fn a_link_shows_a_colleague_the_same_release() {
    let backdrop = Backdrop::demo_with(&QUICK);
    Stage::play("link", backdrop, async |stage: &mut Stage| {
        let (slipway, sandbox) = until_review(stage).await?;
        let page = slipway.press("Copy the link to this release").await?;
        let link = pasted(&page).await?;
        let admin = stage.addresses()?.admin.clone();
        assert!(link.starts_with(&admin), "{link}");
        assert!(link.contains("?release="), "{link}");
        let told = log(&page).await?;
        assert!(told.len() > 8, "{told:?}");

        let viewer = slipway.panel().user("Viewer")?.name.clone();
        let guest = stage.invite().await?;
        let panel = open_as(stage, guest, &viewer).await?;
        panel.page().await?.open(&link).await?;
        let page = Slipway::in_front(&panel).page().await?;
        page.find(Role::Heading, TITLE).await?;
        page.sees(&format!("main → {sandbox}")).await?;
        assert_eq!(log(&page).await?, told);
        let reason = page.disabled_reason(Role::Button, "Promote…").await?;
        assert!(reason.starts_with("Your role may not"), "{reason}");

        // What happens to the release is seen behind the same link.
        promote(&slipway, &sandbox).await?;
        panel.page().await?.open(&link).await?;
        let page = Slipway::in_front(&panel).page().await?;
        page.sees(&format!("{sandbox} is live.")).await
    })
    .await;
}

#[tokio::test]
async fn a_release_is_saved_and_copied_in_every_form() {
    let backdrop = Backdrop::demo_with(&QUICK);
    Stage::play("export", backdrop, async |stage: &mut Stage| {
        let (slipway, sandbox) = until_review(stage).await?;
        promote(&slipway, &sandbox).await?;
        let page = slipway.page().await?;
        let mut files = Vec::new();
        for (form, ending) in [("JSON", "json"), ("Web page", "html")] {
            page.choose_from_menu(EXPORT, format!("Save as {form}").as_str())
                .await?;
            page.sees(&format!(".{ending} went to your downloads."))
                .await?;
            let file = stage.downloaded(ending).await?;
            page.choose_from_menu(EXPORT, format!("Copy as {form}").as_str())
                .await?;
            page.sees(&format!("{form} copied.")).await?;
            let copied = pasted(&page).await?;
            assert!(is_but_for_the_time(&copied, &file), "{copied}\n\n{file}");
            files.push(file);
        }
        let [json, web] = files.as_slice() else {
            return Err(Failure::Untrue(format!("{} files", files.len())));
        };
        tells_the_release(json, &sandbox)?;
        // Chromium asks before it keeps a script, and nobody can answer a browser without a window.
        page.choose_from_menu(EXPORT, "Copy as CLI commands")
            .await?;
        page.sees("CLI commands copied.").await?;
        lists_the_commands(&pasted(&page).await?, &sandbox);
        is_self_contained(stage, web, &sandbox).await
    })
    .await;
}

/// Whether two exports say the same, apart from the line that says when they were made.
fn is_but_for_the_time(one: &str, other: &str) -> bool {
    let lines = |text: &str| -> Vec<String> { text.trim().lines().map(str::to_owned).collect() };
    let (one, other) = (lines(one), lines(other));
    let different = one.iter().zip(&other).filter(|(one, other)| one != other);
    one.len() == other.len() && different.count() <= 1
}

fn tells_the_release(json: &str, sandbox: &str) -> Result<(), Failure> {
    let document: Value = serde_json::from_str(json)
        .map_err(|error| Failure::Untrue(format!("{error} in {json}")))?;
    let release = &document["release"];
    assert_eq!(document["format"], "slipway-release-export");
    let told = ["title", "source", "sandbox", "outcome"].map(|key| &release[key]);
    assert_eq!(json!(told), json!([TITLE, "main", sandbox, "promoted"]));
    let scripts = document["scripts"].as_array().into_iter().flatten();
    let names: Vec<&Value> = scripts.map(|script| &script["name"]).collect();
    assert_eq!(names, [FIRST, SECOND]);
    let log = document["log"].as_array().map_or(0, Vec::len);
    assert!(log > 12, "{json}");
    Ok(())
}

/// The commands of the vendor's CLI, in the order of the release.
fn lists_the_commands(script: &str, sandbox: &str) {
    let commands: Vec<&str> = script
        .lines()
        .filter(|line| line.contains("datocms ") && !line.starts_with('#'))
        .collect();
    let fork = format!("environments:fork --fast --force main {sandbox}");
    let promote = format!("environments:promote {sandbox}");
    let expected = [
        "maintenance:on",
        &fork,
        "migrations:run",
        &promote,
        "maintenance:off",
    ];
    assert_eq!(commands.len(), expected.len(), "{script}");
    for (command, expected) in commands.iter().zip(expected) {
        assert!(command.contains(expected), "{expected} in {script}");
    }
}

/// The saved page is read without the panel, and asks nobody for anything.
async fn is_self_contained(stage: &Stage, web: &str, sandbox: &str) -> Result<(), Failure> {
    let window = stage.page().leave_frames().await?;
    window.open("about:blank").await?;
    let write = "document.open(); document.write(arguments[0]); document.close()";
    window.script(write, vec![web.into()]).await?;
    window.find(Role::Heading, Name::containing(TITLE)).await?;
    for said in [sandbox, FIRST, SECOND, "Elena Moretti"] {
        window.sees(said).await?;
    }
    assert_eq!(window.requests().await?, Vec::<String>::new());
    Ok(())
}

#[tokio::test]
async fn what_was_promoted_outside_slipway_is_told_as_such() {
    let backdrop = Backdrop::demo_with(&QUICK);
    Stage::play("outside", backdrop, async |stage: &mut Stage| {
        let api = stage.api()?;
        api.fork("main", "hotfix").await?;
        api.put("environments/hotfix/promote", None).await?;
        let panel = Panel::open(stage).await?;
        panel.sign_in_as("Admin").await?;
        let slipway = Slipway::open(&panel).await?;
        let page = slipway.page().await?;
        page.sees("hotfix Primary Promoted outside Slipway after ")
            .await?;
        let past = page
            .within(Role::Table, Name::containing("Past releases"))
            .await?;
        past.sees("Promoted outside Slipway hotfix").await?;
        past.sees("No release on record tells of it.").await?;
        past.sees("Live").await?;
        past.find(Role::Button, "Roll back to main…").await?;
        let environments = page.within(Role::Table, "Environments").await?;
        environments.sees("main Rollback target").await?;

        // After a release of ours, what replaced it is newer, and the release does not claim to be live.
        let sandbox = release_from_hotfix(&slipway).await?;
        api.put("environments/main/promote", None).await?;
        panel.page().await?.reload().await?;
        let page = slipway.page().await?;
        page.sees("and main is primary since.").await?;
        let page = slipway.press("Releases").await?;
        page.sees("main Primary Promoted outside Slipway after ")
            .await?;
        page.sees(&format!("Before it, {sandbox} was primary."))
            .await?;
        page.sees("Superseded").await
    })
    .await;
}

/// A release to its end, from the environment that is primary by somebody else's doing; its sandbox's name.
async fn release_from_hotfix(slipway: &Slipway) -> Result<String, Failure> {
    let sandbox = slipway.create(&scripts()?.path()).await?;
    slipway.press("Freeze primary").await?;
    slipway.press("Fork hotfix").await?;
    slipway.press("Run 2 migrations").await?;
    slipway.press("Promote…").await?;
    let phrase = format!("{sandbox} replaces hotfix");
    slipway
        .confirm_by_typing("Promote", &phrase, "Promote")
        .await?;
    let page = slipway.press("Lift the freeze").await?;
    page.sees(&format!("{sandbox} is live.")).await?;
    Ok(sandbox)
}

//! Walks through every screen in both colour schemes and writes one picture each: `screenshots FOLDER`.
//!
//! Both walks are made at once, each on a server and in a browser of its own. What lasts only a moment, such as a
//! fork, is stretched by the server's options.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use e2e::{
    Backdrop, Failure, Migrations, Name, Page, Panel, Role, Scheme, ServerOptions, Slipway, Stage,
    Window, demo_migrations,
};
use fantoccini::key::Key;

/// The window of every picture.
const WINDOW: Window = Window {
    width: 1280,
    height: 860,
};
/// What lasts long by nature.
const LONG: Duration = Duration::from_mins(2);
/// Scripts that take long enough to be seen at work.
const UNHURRIED: [&str; 4] = ["--rate-limit", "off", "--latency", "60"];
/// A fork that takes long enough to be seen: a quarter of this.
const STRETCHED: [&str; 4] = ["--rate-limit", "off", "--job-delay", "12000"];

const SANDBOX: &str = "main-with-topics";
const TITLE: &str = "Topics instead of tags";

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("screenshots FOLDER");
        return ExitCode::from(2);
    };
    let (light, dark) =
        futures_util::join!(take(&folder, Scheme::Light), take(&folder, Scheme::Dark));
    for report in [&light, &dark]
        .into_iter()
        .filter_map(|walk| walk.as_ref().err())
    {
        eprintln!("{report}");
    }
    if light.is_ok() && dark.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Takes all pictures of one scheme.
async fn take(folder: &Path, scheme: Scheme) -> Result<(), String> {
    let walk = async |name: &str, arguments: &[&str], story: Walk| {
        let backdrop = Backdrop {
            server: Some(ServerOptions {
                arguments: arguments.iter().map(|&text| text.to_owned()).collect(),
                ..ServerOptions::default()
            }),
            window: WINDOW,
            ..Backdrop::default()
        };
        let name = format!("screenshots-{name}-{}", scheme.as_str());
        Stage::attempt(&name, backdrop, async |stage: &mut Stage| {
            stage.prefer(scheme).await?;
            let album = Album {
                stage,
                folder,
                scheme,
            };
            let panel = Panel::open(stage).await?;
            panel.sign_in_as("Admin").await?;
            match story {
                Walk::Release => a_release(&album, &panel).await,
                Walk::Fork => a_fork(&album, &panel).await,
            }
        })
        .await
    };
    walk("release", &UNHURRIED, Walk::Release).await?;
    walk("fork", &STRETCHED, Walk::Fork).await
}

/// The two walks, which need servers of different patience.
#[derive(Clone, Copy)]
enum Walk {
    Release,
    Fork,
}

/// Where pictures of one scheme go.
struct Album<'a> {
    stage: &'a Stage,
    folder: &'a Path,
    scheme: Scheme,
}

impl Album<'_> {
    async fn keep(&self, screen: &str) -> Result<(), Failure> {
        let file = self
            .folder
            .join(format!("{screen}-{}.png", self.scheme.as_str()));
        self.stage.picture(&file).await?;
        println!("{}", file.display());
        Ok(())
    }
}

/// A release from the first look to its rollback, and the panel around it.
async fn a_release(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    the_panel(album, panel).await?;
    let slipway = Slipway::open(panel).await?;
    slipway.page().await?.sees("No release yet").await?;
    album.keep("releases-blank").await?;
    planning(album, &slipway).await?;
    until_review(album, &slipway).await?;
    review(album, &slipway).await?;
    the_viewer(album, panel).await?;
    promotion(album, panel).await?;
    settings(album, panel).await
}

/// The panel itself, without a plugin, and the site.
async fn the_panel(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    let page = panel.page().await?;
    panel.go_to("Content").await?;
    page.within(Role::Navigation, "Models")
        .await?
        .press(Role::Link, "Articles")
        .await?;
    let records = page.within(Role::Table, "Records of Article").await?;
    album.keep("panel-content").await?;
    let titles = records.names(Role::Link).await?;
    let title = titles
        .first()
        .ok_or_else(|| Failure::Untrue("there is no article".to_owned()))?;
    records.press(Role::Link, title.as_str()).await?;
    page.find(Role::Button, "Save").await?;
    album.keep("panel-editor").await?;
    panel.go_to("Settings").await?;
    page.find(Role::Table, Name::any()).await?;
    album.keep("panel-environments").await?;

    let addresses = album.stage.addresses()?;
    page.open(&addresses.site).await?;
    page.sees("Kiln & Clay").await?;
    album.keep("site").await?;
    page.open(&addresses.admin).await?;
    page.find(Role::Navigation, "Main").await.map(drop)
}

async fn planning(album: &Album<'_>, slipway: &Slipway) -> Result<(), Failure> {
    let broken =
        "export default async function renameTopics(client: Client) {\n  const names = [;\n}\n";
    let folder = Migrations::of(&[
        (
            "1769421600_createIssues.ts",
            "export default async () => {};\n",
        ),
        ("1795100000_renameTopics.ts", broken),
        ("topicsDraft.ts", ""),
    ])?;
    let page = slipway.plan(&folder.path()).await?;
    page.sees("1 pending script cannot run.").await?;
    page.scroll_to(Role::Row, Name::containing("syntax error"))
        .await?;
    album.keep("new-release-blocked").await?;

    page.pick_files("Choose a folder", &[&demo_migrations()])
        .await?;
    page.sees("3 of 6 pending, from migrations").await?;
    page.fill("Title", TITLE).await?;
    page.fill("Name of the sandbox environment", SANDBOX)
        .await?;
    album.keep("new-release").await?;
    rehearsal(album, &page).await?;
    page.press(Role::Button, "Create release").await?;
    page.find(Role::Heading, TITLE).await.map(drop)
}

/// The scripts on a throw-away fork, at work and afterwards.
async fn rehearsal(album: &Album<'_>, page: &Page) -> Result<(), Failure> {
    page.press(Role::Button, "Rehearse the scripts").await?;
    page.sees("Running script 3 of 3").await?;
    page.scroll_to(Role::Button, "Stop the rehearsal").await?;
    album.keep("rehearsal-running").await?;
    let page = page.patient_for(LONG);
    page.find(Role::Region, "What the rehearsal showed").await?;
    page.scroll_to(Role::Heading, "Records").await?;
    album.keep("rehearsal").await?;
    page.scroll_to(Role::Table, Name::containing("Scripts of the rehearsal"))
        .await?;
    album.keep("rehearsal-scripts").await
}

/// Freeze, fork and the scripts.
async fn until_review(album: &Album<'_>, slipway: &Slipway) -> Result<(), Failure> {
    album.stage.editors_at_work(true).await?;
    let page = slipway.press("Freeze primary").await?;
    page.sees("2 records are open for editing").await?;
    album.keep("release-freeze").await?;
    album.stage.editors_at_work(false).await?;
    slipway.press("Try to freeze again").await?;
    let panel = slipway.panel();
    panel.page().await?.sees("Maintenance mode is on.").await?;
    let page = slipway.press("Fork main").await?.patient_for(LONG);
    page.press(Role::Button, "Run 3 migrations").await?;
    let log = page
        .within(
            Role::Log,
            Name::containing("1794906000_moveTagsToTopics.ts"),
        )
        .await?;
    log.patient_for(LONG)
        .sees("Topic \"Raku\" created.")
        .await?;
    album.keep("release-migrate").await?;
    page.find(Role::Button, "Promote…").await.map(drop)
}

async fn review(album: &Album<'_>, slipway: &Slipway) -> Result<(), Failure> {
    let page = slipway.page().await?;
    for (tab, evidence, screen) in [
        ("Changes", "All together", "release-review"),
        ("Drift", "Nothing changed in main", "release-drift"),
        ("Log", "Elena Moretti", "release-log"),
    ] {
        page.press(Role::Tab, Name::containing(tab)).await?;
        page.sees(evidence).await?;
        album.keep(screen).await?;
    }
    page.press(Role::Tab, "Preview").await?;
    let site = page.enter_frame(&format!("Demo site on {SANDBOX}")).await?;
    site.sees("Kiln & Clay").await?;
    album.keep("release-preview").await?;

    slipway.press("Promote…").await?;
    slipway
        .dialog("Promote")
        .await?
        .find(Role::Button, "Promote")
        .await?;
    album.keep("promote-dialog").await?;
    let dialog = slipway.dialog("Promote").await?;
    dialog.key(Key::Escape).await?;
    slipway
        .panel()
        .page()
        .await?
        .gone(Role::Dialog, "Promote")
        .await?;

    let panel = slipway.panel();
    panel.go_to("Content").await?;
    let page = panel.page().await?;
    page.find(Role::Table, "Records of Article").await?;
    album.keep("panel-maintenance").await
}

/// What somebody sees who may not release.
async fn the_viewer(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    panel.sign_in_as("Viewer").await?;
    let page = Slipway::open(panel).await?.page().await?;
    page.sees("sandboxes in use").await?;
    album.keep("viewer-releases").await?;
    page.press(Role::Button, Name::containing("Open release"))
        .await?;
    page.disabled_reason(Role::Button, "Promote…").await?;
    album.keep("viewer").await?;
    panel.sign_in_as("Admin").await
}

/// Promotion, somebody's work afterwards, and the rollback's dialog.
async fn promotion(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    let slipway = Slipway::open(panel).await?;
    let page = slipway.page().await?;
    page.sees("sandboxes in use").await?;
    album.keep("releases-under-way").await?;
    page.press(Role::Button, Name::containing("Open release"))
        .await?;
    slipway.press("Promote…").await?;
    slipway
        .confirm_by_typing("Promote", &format!("{SANDBOX} replaces main"), "Promote")
        .await?;
    let page = slipway.press("Lift the freeze").await?;
    page.sees(&format!("{SANDBOX} is live.")).await?;
    page.sees("Production site").await?;
    let around = panel.page().await?;
    around.no_longer_sees("Maintenance mode is on.").await?;
    album.keep("release-live").await?;

    panel.sign_in_as("Editor").await?;
    panel.go_to("Content").await?;
    let page = panel.page().await?;
    page.within(Role::Navigation, "Models")
        .await?
        .press(Role::Link, "Authors")
        .await?;
    let records = page.within(Role::Table, "Records of Author").await?;
    for name in records.names(Role::Link).await?.iter().take(3) {
        page.press(Role::Link, name.as_str()).await?;
        page.fill(Name::containing("Name"), &format!("{name} (guest)"))
            .await?;
        page.press(Role::Button, "Save").await?;
        page.find(Role::Heading, Name::containing("(guest)"))
            .await?;
        page.within(Role::Navigation, "Models")
            .await?
            .press(Role::Link, "Authors")
            .await?;
    }
    panel.go_to("Schema").await?;
    panel.sign_in_as("Admin").await?;
    let slipway = Slipway::open(panel).await?;
    let page = slipway.page().await?;
    page.sees("3 records, 1 person").await?;
    without_messages(panel).await?;
    let page = slipway.page().await?;
    album.keep("releases").await?;
    page.press(Role::Button, TITLE).await?;
    page.press(Role::Tab, Name::containing("Drift")).await?;
    page.sees("(guest)").await?;
    album.keep("release-drift-records").await?;
    slipway.press("Roll back…").await?;
    let dialog = "Roll back to main?";
    slipway
        .dialog(dialog)
        .await?
        .sees("3 records changed by 1 person")
        .await?;
    album.keep("rollback-dialog").await?;
    slipway.dialog(dialog).await?.key(Key::Escape).await?;
    panel.page().await?.gone(Role::Dialog, dialog).await
}

/// Waits until the panel's messages have gone, which would lie over the picture.
async fn without_messages(panel: &Panel) -> Result<(), Failure> {
    let page = panel.page().await?.patient_for(LONG);
    let messages = page.within(Role::Region, "Notifications").await?;
    messages.gone(Role::Button, Name::any()).await
}

/// The plugin's settings, and what is seen without the token.
async fn settings(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    panel.go_to("Settings").await?;
    let page = panel.page().await?;
    page.within(Role::Navigation, "Settings")
        .await?
        .press(Role::Link, "Plugins")
        .await?;
    page.press(Role::Link, Name::containing("Slipway")).await?;
    let form = panel.plugin("Settings of Slipway").await?;
    form.find(Role::Button, "Save settings").await?;
    album.keep("settings").await?;
    let page = panel.page().await?;
    page.press(Role::Switch, "Access to the current user's token")
        .await?;
    page.sees("The plugin can no longer act as the user.")
        .await?;
    without_messages(panel).await?;
    let page = Slipway::open(panel).await?.page().await?;
    page.sees("grant currentUserAccessToken").await?;
    album.keep("no-token").await
}

/// A fork with its percentage, and a script that fails on it.
async fn a_fork(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    let script = "import type { Client } from 'datocms/lib/cma-client-node';\n\n\
         export default async function renameTopics(client: Client): Promise<void> {\n\
         \u{20} const topic = await client.itemTypes.find('article');\n\
         \u{20} console.log(`Found ${topic.name}.`);\n\
         \u{20} const fields = await client.fields.list(topic);\n\
         \u{20} if (!fields.some((field) => field.api_key === 'topics')) {\n\
         \u{20}   throw new Error('Articles have no topics yet: run createTopics first.');\n\
         \u{20} }\n\
         }\n";
    let folder = Migrations::of(&[("1795100000_renameTopics.ts", script)])?;
    let slipway = Slipway::open(panel).await?;
    slipway.create(&folder.path()).await?;
    slipway.press("Freeze primary").await?;
    let page = slipway.press("Fork main").await?.patient_for(LONG);
    while page.percent_of("Fork").await? < 30 {}
    album.keep("release-fork").await?;
    page.press(Role::Button, "Run 1 migration").await?;
    page.sees("A script did not come to its end.").await?;
    album.keep("release-failed").await
}

//! Walks through every screen in both colour schemes and writes one picture each: `screenshots FOLDER`.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use e2e::{Backdrop, Failure, Name, Panel, Role, Scheme, Stage};

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("screenshots FOLDER");
        return ExitCode::from(2);
    };
    for scheme in [Scheme::Light, Scheme::Dark] {
        let name = format!("screenshots-{}", scheme.as_str());
        let walked = Stage::attempt(&name, Backdrop::demo(), async |stage: &mut Stage| {
            stage.prefer(scheme).await?;
            walk(&Album {
                stage,
                folder: &folder,
                scheme,
            })
            .await
        });
        if let Err(report) = walked.await {
            eprintln!("{report}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
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

async fn walk(album: &Album<'_>) -> Result<(), Failure> {
    let panel = Panel::open(album.stage).await?;
    the_panel(album, &panel).await
}

/// The panel itself, without a plugin.
async fn the_panel(album: &Album<'_>, panel: &Panel) -> Result<(), Failure> {
    let page = panel.page().await?;
    panel.go_to("Content").await?;
    page.within(Role::Navigation, "Models")
        .await?
        .press(Role::Link, "Articles")
        .await?;
    let records = page.within(Role::Table, "Records of Article").await?;
    album.keep("panel-records").await?;
    let titles = records.names(Role::Link).await?;
    let title = titles
        .first()
        .ok_or_else(|| Failure::Untrue("there is no article".to_owned()))?;
    records.press(Role::Link, title.as_str()).await?;
    page.find(Role::Button, "Save").await?;
    album.keep("panel-record").await?;
    panel.go_to("Settings").await?;
    page.find(Role::Table, Name::any()).await?;
    album.keep("panel-environments").await
}

//! The plugin inside the panel, as a person uses it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

use crate::{Failure, Name, Page, Panel, Role, server::root};

/// The title of the frame that holds the plugin's page.
pub(crate) const FRAME: &str = "Releases (Slipway)";

/// The plugin's page, its dialogs, and the panel around them.
#[derive(Debug, Clone)]
pub struct Slipway {
    panel: Panel,
}

/// A migrations folder of a test's own; gone when dropped.
#[derive(Debug)]
pub struct Migrations(TempDir);

impl Migrations {
    /// A folder called `migrations` with these files: name and text.
    pub fn of(files: &[(&str, &str)]) -> Result<Self, Failure> {
        let folder = Self(TempDir::new().map_err(Failure::file("a folder of migrations"))?);
        fs::create_dir(folder.path()).map_err(Failure::file(folder.path()))?;
        for (name, text) in files {
            let file = folder.path().join(name);
            fs::write(&file, text).map_err(Failure::file(&file))?;
        }
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> PathBuf {
        self.0.path().join("migrations")
    }
}

/// The demo project's migrations.
pub fn demo_migrations() -> PathBuf {
    root().join("demo/migrations")
}

impl Slipway {
    /// The plugin's page where the panel shows it already, as behind the link to a release.
    pub fn in_front(panel: &Panel) -> Self {
        Self {
            panel: panel.clone(),
        }
    }

    /// Goes to the plugin's tab.
    pub async fn open(panel: &Panel) -> Result<Self, Failure> {
        panel.go_to("Releases").await?;
        let slipway = Self {
            panel: panel.clone(),
        };
        slipway
            .page()
            .await?
            .find(Role::Heading, "Releases")
            .await?;
        Ok(slipway)
    }

    /// The panel around it.
    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// Looks into the frame of the plugin's page.
    pub async fn page(&self) -> Result<Page, Failure> {
        self.panel.plugin(FRAME).await
    }

    /// Looks into the frame of one of the plugin's dialogs, by the dialog's title.
    pub async fn dialog(&self, title: &str) -> Result<Page, Failure> {
        self.panel.plugin(title).await
    }

    /// Presses a button on the plugin's page.
    pub async fn press(&self, button: &str) -> Result<Page, Failure> {
        let page = self.page().await?;
        page.press(Role::Button, button).await?;
        Ok(page)
    }

    /// Answers one of the panel's own questions.
    pub async fn answer(&self, question: &str, answer: &str) -> Result<(), Failure> {
        let panel = self.panel.page().await?;
        panel
            .within(Role::Dialog, question)
            .await?
            .press(Role::Button, answer)
            .await?;
        panel.gone(Role::Dialog, question).await
    }

    /// Confirms one of the plugin's dialogs by typing, and waits until it is gone.
    pub async fn confirm_by_typing(
        &self,
        dialog: &str,
        phrase: &str,
        button: &str,
    ) -> Result<(), Failure> {
        let frame = self.dialog(dialog).await?;
        let label = format!("Type “{phrase}” to confirm");
        frame.fill(label.as_str(), phrase).await?;
        frame.press(Role::Button, button).await?;
        self.panel.page().await?.gone(Role::Dialog, dialog).await
    }

    /// Opens the page of a new release and chooses a migrations folder there.
    pub async fn plan(&self, migrations: &Path) -> Result<Page, Failure> {
        let page = self.press("New release").await?;
        page.find(Role::Heading, "New release").await?;
        page.pick_files("Choose a folder", &[migrations]).await?;
        Ok(page)
    }

    /// Plans a release of a migrations folder, and returns the sandbox's name.
    pub async fn create(&self, migrations: &Path) -> Result<String, Failure> {
        self.create_allowing(migrations, &[]).await
    }

    /// The same, with consents given in the plan: what scripts may handle of the whole project ("webhooks").
    pub async fn create_allowing(
        &self,
        migrations: &Path,
        consents: &[&str],
    ) -> Result<String, Failure> {
        let page = self.plan(migrations).await?;
        page.sees(" pending, from ").await?;
        for resource in consents {
            let label = format!("Allow it to handle {resource}");
            page.press(Role::Checkbox, Name::containing(&label)).await?;
        }
        let sandbox = page.value_of("Name of the sandbox environment").await?;
        page.press(Role::Button, "Create release").await?;
        page.find(Role::Button, "Freeze primary").await?;
        Ok(sandbox)
    }

    /// Gives the release up, in whatever step it is.
    pub async fn give_up(&self) -> Result<(), Failure> {
        let page = self.page().await?;
        page.press(Role::Button, Name::containing("Abandon and reopen"))
            .await?;
        self.answer("Give up this release?", "Give up").await?;
        let page = self.page().await?;
        page.sees("This release was given up.").await
    }

    /// Plans a release and takes it to where its scripts can run.
    pub async fn create_and_fork(&self, migrations: &Path) -> Result<String, Failure> {
        let sandbox = self.create(migrations).await?;
        self.freeze_and_fork().await?;
        Ok(sandbox)
    }

    /// Takes a planned release to where its scripts can run.
    pub async fn freeze_and_fork(&self) -> Result<(), Failure> {
        self.press("Freeze primary").await?;
        let page = self.press("Fork main").await?;
        page.find(Role::Button, Name::containing("Run "))
            .await
            .map(drop)
    }
}

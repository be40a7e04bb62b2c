//! The admin panel as a person uses it: who they are, which environment they look at, which area.

use fantoccini::key::Key;

use crate::{Failure, Name, Page, Role, Stage};

/// The admin panel, opened.
#[derive(Debug, Clone)]
pub struct Panel {
    page: Page,
    users: Vec<User>,
}

/// Someone the panel can be used as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Full name.
    pub name: String,
    /// Name of the role.
    pub role: String,
    /// The access token that acts as this user.
    pub token: String,
}

impl Panel {
    /// Opens the panel on its first page, as the user it chooses itself.
    pub async fn open(stage: &Stage) -> Result<Self, Failure> {
        let address = stage.addresses()?.admin.clone();
        Self::open_at(stage, stage.page(), &address).await
    }

    /// Opens the panel in a window, which may be a guest's, at an address of it.
    pub async fn open_at(stage: &Stage, page: Page, address: &str) -> Result<Self, Failure> {
        let answer = stage.at_admin()?.get("panel.json").await?;
        let user = |user: &serde_json::Value| {
            let text = |key: &str| user[key].as_str().map(str::to_owned);
            Some(User {
                name: text("name")?,
                role: text("role")?,
                token: text("token")?,
            })
        };
        let users = answer["users"]
            .as_array()
            .and_then(|users| users.iter().map(user).collect());
        let users =
            users.ok_or_else(|| Failure::Untrue(format!("panel.json names no users: {answer}")))?;
        let panel = Self { page, users };
        panel.page.open(address).await?;
        panel.page.find(Role::Navigation, "Main").await?;
        Ok(panel)
    }

    /// The panel's own page, out of every frame.
    pub async fn page(&self) -> Result<Page, Failure> {
        self.page.leave_frames().await
    }

    /// Everyone it can be used as.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// Someone of this role.
    pub fn user(&self, role: &str) -> Result<&User, Failure> {
        let found = self.users.iter().find(|user| user.role == role);
        found
            .ok_or_else(|| Failure::Untrue(format!("nobody is {role}; there are {:?}", self.users)))
    }

    /// Uses the panel as someone of this role from now on.
    pub async fn sign_in_as(&self, role: &str) -> Result<(), Failure> {
        self.sign_in(self.user(role)?).await
    }

    /// Uses the panel as this person from now on.
    pub async fn sign_in(&self, user: &User) -> Result<(), Failure> {
        let page = self.page().await?;
        let signed_in = format!("User menu, signed in as {}", user.name);
        if page.names(Role::Button).await?.contains(&signed_in) {
            return Ok(());
        }
        page.press(Role::Button, Name::containing("User menu"))
            .await?;
        page.choose("Signed in as", &format!("{} ({})", user.name, user.role))
            .await?;
        page.find(Role::Button, signed_in.as_str()).await?;
        // The menu stays open over the page until it is left.
        page.key(Key::Escape).await?;
        page.gone(Role::Combobox, "Signed in as").await
    }

    /// Looks at another environment, by what the switcher says.
    pub async fn enter_environment(&self, label: &str) -> Result<(), Failure> {
        self.page().await?.choose("Environment", label).await
    }

    /// Goes to an area of the panel, such as `Content`, or to a plugin's tab.
    pub async fn go_to(&self, area: &str) -> Result<(), Failure> {
        let page = self.page().await?;
        page.within(Role::Navigation, "Main")
            .await?
            .press(Role::Link, Name::containing(area))
            .await
    }

    /// Looks into a plugin's frame, by its title.
    pub async fn plugin(&self, title: &str) -> Result<Page, Failure> {
        self.page().await?.enter_frame(title).await
    }
}

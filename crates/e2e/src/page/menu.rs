//! Menus: a button, and the things to do that it opens.

use super::{Name, Page};
use crate::{failure::Failure, role::Role};

impl Page {
    /// Opens a menu and chooses from it.
    ///
    /// A page that moves at that moment, because a banner above it goes, lets the pointer hit something else, and a click
    /// elsewhere closes a menu. A person then opens it again, and so does this.
    pub async fn choose_from_menu(
        &self,
        menu: impl Into<Name<'_>>,
        item: impl Into<Name<'_>>,
    ) -> Result<(), Failure> {
        let (menu, item) = (menu.into(), item.into());
        self.press(Role::Button, menu).await?;
        let what = format!("{item} to be chosen from the menu {menu}");
        self.until(&what, async || {
            if self.all(Role::MenuItem, Name::any()).await?.is_empty()
                && let Err(closed) = self.try_to_press(Role::Button, menu).await?
            {
                return Ok(Err(format!(
                    "the menu is closed, and of its button: {closed}"
                )));
            }
            self.try_to_press(Role::MenuItem, item).await
        })
        .await
    }
}

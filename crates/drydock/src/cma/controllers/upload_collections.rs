//! Folders of assets.

use super::menu_items::routes_of;
use crate::schema::menus::Menu;
use crate::state::App;

/// The routes of this resource.
pub(crate) fn routes() -> axum::Router<App> {
    routes_of("/upload-collections", Menu::Collections)
}

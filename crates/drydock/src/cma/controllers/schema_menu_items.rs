//! The list of models in the schema settings. Entries of models come and go with them; only groups are made by hand.

use super::menu_items::routes_of;
use crate::schema::menus::Menu;
use crate::state::App;

/// The routes of this resource.
pub(crate) fn routes() -> axum::Router<App> {
    routes_of("/schema-menu-items", Menu::Schema)
}

//! Saved views of assets.

use super::item_type_filters::routes_of;
use crate::state::App;
use crate::store::entity::Kind;

/// The routes of this resource.
pub(crate) fn routes() -> axum::Router<App> {
    routes_of("/upload-filters", Kind::UploadFilter)
}

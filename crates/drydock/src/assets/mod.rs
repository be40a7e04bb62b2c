//! Files of assets. The facts about them are documents of an environment (`upload`); the files themselves lie in one folder
//! of the project, under names that are never given twice, so that a fork copies no file.
//!
//! A file comes in three steps, as at the real service: an upload request reserves a name and an address, the bytes are put
//! there, and creating the upload reads what they are.

pub(crate) mod folder;
pub(crate) mod inspect;
pub(crate) mod metadata;
pub(crate) mod name;
pub(crate) mod preview;
mod routes;
pub(crate) mod touched;
mod transform;
pub(crate) mod upload;

pub(crate) use folder::Folder;
pub(crate) use name::FileName;
pub(crate) use routes::{MAX_FILE, routes};

//! Records: field types, validators, filters, ordering and publication.
//!
//! A request becomes a document (`document`, `blocks`: names, locales, shapes, defaults), the document is judged (`rules`,
//! `checks`), stored as a version (`write`), perhaps made public (`publish`), and shown (`present`). `list` finds them.

pub(crate) mod assets;
pub(crate) mod blocks;
pub(crate) mod checks;
mod dast;
pub(crate) mod document;
mod files;
pub(crate) mod filter;
pub(crate) mod judge;
pub(crate) mod list;
mod markup;
pub(crate) mod order;
pub(crate) mod present;
pub(crate) mod publish;
pub(crate) mod references;
pub(crate) mod reshape;
pub(crate) mod retype;
mod rules;
mod shown;
pub(crate) mod touched;
pub(crate) mod value;
pub(crate) mod workflows;
pub(crate) mod write;

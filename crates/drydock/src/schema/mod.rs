//! The rules of item types and fields.
//!
//! `model` is the typed view the records use; `item_types`, `fields`, `fieldsets` and `menus` change the stored entities, inside the
//! caller's transaction.

pub(crate) mod api_key;
mod appearance;
pub(crate) mod entity_id;
pub(crate) mod field_type;
pub(crate) mod fields;
pub(crate) mod fieldsets;
pub(crate) mod item_types;
pub(crate) mod menus;
pub(crate) mod model;
mod siblings;
pub(crate) mod validators;
pub(crate) mod violation;

//! The management API: one controller a resource, mounted by [`router`].

pub(crate) mod controllers;
pub(crate) mod router;

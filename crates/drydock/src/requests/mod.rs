//! What the management API takes: a description of the body of every call, and its refusal of any other.
//!
//! The description is a table of our own of what the vendor's documentation says. One file holds the calls of a group of
//! resources, in the words of `document` and `shape`:
//!
//! ```text
//! post("/upload-collections", "upload_collection", 0).takes(
//!     one("upload_collection")
//!         .with_an_id_of_choice()
//!         .attributes(&[required("label", TEXT), optional("position", INTEGER)])
//!         .optional_relationships(&[to_one("parent", &["upload_collection"]).or_none()]),
//! )
//! ```
//!
//! `refusal` holds a body against it, before any controller sees the body. The facts come from the types the vendor
//! publishes today, and where these say less (which numbers are whole) from the schema the service served in 2022;
//! `tests/requests` compares the table with both. A call that is not in the table takes any document.

mod access;
mod assets;
mod content;
mod document;
mod models;
mod navigation;
mod project;
mod refusal;
mod shape;

pub use document::{Body, Entity, Id, Presence, Relationship, Request, Section, Target};
pub use refusal::MOST_MESSAGES;
pub use shape::{Key, Kind, Shape};

/// Every call that is described.
pub fn all() -> impl Iterator<Item = &'static Request> {
    [
        access::REQUESTS,
        assets::REQUESTS,
        content::REQUESTS,
        models::REQUESTS,
        navigation::REQUESTS,
        project::REQUESTS,
    ]
    .into_iter()
    .flatten()
}

/// The description of a call: its method, and its path with or without names for the placeholders, as in `/items/:item` or
/// `/items/{id}`.
pub fn find(method: &str, path: &str) -> Option<&'static Request> {
    all().find(|request| request.method == method && same_path(request.path, path))
}

/// Whether two templates are the same but for the names of their placeholders.
fn same_path(ours: &str, theirs: &str) -> bool {
    let is_placeholder = |segment: &str| segment.starts_with([':', '{', '$']);
    let (mut ours, mut theirs) = (ours.split('/'), theirs.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(ours), Some(theirs))
                if ours == theirs || (is_placeholder(ours) && is_placeholder(theirs)) => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_call_is_found_whatever_its_placeholders_are_called() {
        let path = |method: &str, path: &str| find(method, path).map(|request| request.path);
        assert_eq!(path("PUT", "/items/{id}"), Some("/items/:item"));
        assert_eq!(path("PUT", "/items/${itemId}"), Some("/items/:item"));
        assert_eq!(
            path("POST", "/items/{id}/validate"),
            Some("/items/:item/validate")
        );
        assert_eq!(path("POST", "/items/validate"), Some("/items/validate"));
        assert_eq!(path("GET", "/items/{id}"), None);
        assert_eq!(path("PUT", "/items/{id}/publish/more"), None);
        assert_eq!(path("PUT", "/items/validate"), None);
    }

    #[test]
    fn no_call_is_described_twice_and_no_key_is_named_twice() {
        let mut calls = HashSet::new();
        for request in all() {
            assert!(
                calls.insert((request.method, request.path)),
                "{} {}",
                request.method,
                request.path
            );
            for entity in request.body.entities() {
                let mut names = HashSet::new();
                for key in entity.attributes.keys {
                    assert!(
                        names.insert(key.name),
                        "{} {}: {}",
                        request.method,
                        request.path,
                        key.name
                    );
                }
            }
        }
    }
}

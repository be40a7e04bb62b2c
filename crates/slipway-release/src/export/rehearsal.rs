//! A rehearsal as a JSON document and as one page.
//!
//! Both say first what a rehearsal is not: a promise. Both list what it could not show.

mod html;
mod json;
#[cfg(test)]
mod tests;

use datocms_client::Timestamp;

use super::Export;
use crate::rehearsal::{Rehearsal, Stale};
pub(super) use json::estimate as predicted;

/// What an export of a rehearsal is made from.
#[derive(Debug, Clone, Copy)]
pub struct RehearsalSource<'a> {
    /// The rehearsal.
    pub rehearsal: &'a Rehearsal,
    /// What makes it stale at the moment of the export.
    pub stale: &'a [Stale],
    /// The project's name.
    pub project: &'a str,
    /// When the export is made.
    pub at: Timestamp,
}

/// The forms a rehearsal can be exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RehearsalForm {
    /// One self-contained page, to read and to print.
    Html,
    /// One JSON document, for programs; `docs/release-export.md` describes it.
    Json,
}

/// Writes a rehearsal down.
pub fn export_rehearsal(source: RehearsalSource<'_>, form: RehearsalForm) -> Export {
    let (extension, media_type, text) = match form {
        RehearsalForm::Html => ("html", "text/html;charset=utf-8", html::page(source)),
        RehearsalForm::Json => ("json", "application/json", json::document(source)),
    };
    Export {
        file_name: format!("{}.{extension}", source.rehearsal.fork),
        media_type,
        text,
    }
}

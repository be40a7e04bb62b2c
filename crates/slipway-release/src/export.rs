//! A release as something to keep or to hand on: a JSON document, a page of its own, and the commands
//! of the vendor's CLI that would do the same; and a rehearsal as a document and as a page.
//!
//! All of them are written by pure functions from what is on record. They are for people and
//! programs outside Slipway; none of them is the journal, and none is read back.

mod commands;
mod html;
mod json;
mod markup;
mod rehearsal;

use datocms_client::Timestamp;

use crate::release::Release;

pub use self::{
    commands::{Line, commands},
    rehearsal::{RehearsalForm, RehearsalSource, export_rehearsal},
};

/// What an export is made from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The release.
    pub release: &'a Release,
    /// The project's name.
    pub project: &'a str,
    /// The release's address in the panel, where it is known.
    pub link: Option<&'a str>,
    /// When the export is made.
    pub at: Timestamp,
}

/// The forms a release can be exported in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One self-contained page, to read and to print.
    Html,
    /// One JSON document, for programs; `docs/release-export.md` describes it.
    Json,
    /// A shell script of the vendor's CLI's commands.
    Commands,
}

/// A file made of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// The file's name.
    pub file_name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// What is in it.
    pub text: String,
}

impl Form {
    /// The ending of the file's name.
    fn extension(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Json => "json",
            Self::Commands => "sh",
        }
    }

    fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html;charset=utf-8",
            Self::Json => "application/json",
            Self::Commands => "text/x-shellscript;charset=utf-8",
        }
    }
}

/// Writes a release down.
pub fn export(source: Source<'_>, form: Form) -> Export {
    let plan = source.release.plan();
    Export {
        file_name: format!("release-{}-{}.{}", plan.sandbox, plan.id, form.extension()),
        media_type: form.media_type(),
        text: match form {
            Form::Html => html::page(source),
            Form::Json => json::document(source),
            Form::Commands => commands::script(source),
        },
    }
}

#[cfg(test)]
mod half_run_tests;
#[cfg(test)]
mod tests;

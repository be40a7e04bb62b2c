//! The log as text: what is kept in the browser and in the sandbox's journal record.
//!
//! The wire types are private; bad text dies here as a [`CorruptJournal`] that names the line.

pub(crate) mod done;
pub(crate) mod imports;
pub(crate) mod script_end;
mod wire;

use crate::{
    event::Entry,
    release::{BrokenLog, Release},
};

/// The version this code writes. Older ones are read for as long as they exist.
const VERSION: u32 = 1;

/// Why a text is not the journal of a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CorruptJournal {
    /// It is not JSON of the journal's shape.
    #[error("the journal cannot be read: {0}")]
    Unreadable(String),
    /// It was written by a later Slipway.
    #[error(
        "the journal was written by a newer Slipway (format {found}, this one reads up to {VERSION})"
    )]
    Newer {
        /// The format it claims.
        found: u32,
    },
    /// A line of it makes no sense.
    #[error("line {line} of the journal makes no sense: {reason}")]
    Line {
        /// Counted from one.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// Its lines do not follow from one another.
    #[error(transparent)]
    Broken(#[from] BrokenLog),
}

/// Writes a log as one JSON document.
pub fn encode(log: &[Entry]) -> String {
    let lines: Vec<serde_json::Value> = log.iter().map(wire::write).collect();
    serde_json::json!({ "version": VERSION, "log": lines }).to_string()
}

/// Reads a release back from its journal.
pub fn decode(text: &str) -> Result<Release, CorruptJournal> {
    let unreadable = |error: serde_json::Error| CorruptJournal::Unreadable(error.to_string());
    let probe: wire::Version = serde_json::from_str(text).map_err(unreadable)?;
    if probe.version > VERSION {
        return Err(CorruptJournal::Newer {
            found: probe.version,
        });
    }
    let document: wire::Document = serde_json::from_str(text).map_err(unreadable)?;
    let log = document
        .log
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            wire::read(line).map_err(|reason| CorruptJournal::Line {
                line: index + 1,
                reason,
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Release::replay(log)?)
}

/// Whether two copies are of one release's journal: both begin with the same plan. A plan is written once, before anything
/// runs, and nothing that comes later changes it; neither do the consents in it.
pub fn same_plan(left: &Release, right: &Release) -> bool {
    left.log().first() == right.log().first()
}

/// Of the project's copy of a release's journal and a page's or browser's own, the one to believe: our
/// own where it only goes on from the project's; where the two part ways, another page drove it meanwhile. A copy with
/// another plan is no page's: somebody edited the record, and what it says is believed in nothing.
pub fn reconcile(project: Release, own: Release) -> Release {
    if own.log().starts_with(project.log()) || !same_plan(&project, &own) {
        own
    } else {
        project
    }
}

#[cfg(test)]
mod tests;

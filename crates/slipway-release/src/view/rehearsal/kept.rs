//! The rehearsals that a browser keeps, as a list to choose from.

use datocms_client::EnvironmentId;

use crate::{
    rehearsal::{End, Fate, Freshness, Rehearsal, Stale},
    view::{time, words::count},
};

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// The fork it ran on; its name is the rehearsal's.
    pub fork: EnvironmentId,
    /// When it began: "2026-11-22 14:02:07 UTC".
    pub when: String,
    /// Who rehearsed.
    pub by: String,
    /// How it ended, in a few words.
    pub ended: String,
    /// What became of its fork, in a word or two.
    pub became: &'static str,
    /// Whether it still holds.
    pub freshness: Freshness,
}

/// A rehearsal as a row. `stale` is what [`Rehearsal::staleness`] says.
pub fn kept(rehearsal: &Rehearsal, stale: &[Stale]) -> KeptRow {
    KeptRow {
        fork: rehearsal.fork.clone(),
        when: time::utc(rehearsal.began),
        by: rehearsal.by.name.clone(),
        ended: ended(rehearsal),
        became: match &rehearsal.fate {
            Fate::Destroyed => "Destroyed",
            Fate::Kept => "Kept",
            Fate::Left { .. } => "Left behind",
            Fate::Unknown => "Not known",
        },
        freshness: Freshness::of(stale),
    }
}

fn ended(rehearsal: &Rehearsal) -> String {
    let name = |script: Option<usize>| {
        let rehearsed = script.and_then(|index| rehearsal.scripts.get(index));
        rehearsed.map(|rehearsed| rehearsed.script.name.as_str())
    };
    match &rehearsal.end {
        End::AllRan => format!(
            "{} ran",
            count(rehearsal.scripts.len(), "script", "scripts")
        ),
        End::Failed { script, .. } => match name(*script) {
            Some(name) => format!("Failed at {name}"),
            None => "Failed".to_owned(),
        },
        End::Cancelled { script, .. } => match name(*script) {
            Some(name) => format!("Stopped at {name}"),
            None => "Stopped".to_owned(),
        },
        End::Unfinished => "No end is on record".to_owned(),
    }
}

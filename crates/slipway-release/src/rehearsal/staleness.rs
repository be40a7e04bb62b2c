//! Whether a rehearsal still tells something about what is about to run.

use datocms_client::EnvironmentId;

use super::{Estimate, Rehearsal};
use crate::{
    approval::Digest,
    plan::{Comparison, PlannedScript},
    view::words::list,
};

/// Why a rehearsal no longer tells what would happen. `Display` is a whole sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Stale {
    /// A file is another than the one that was rehearsed.
    #[error("{name} was changed since the rehearsal.")]
    Changed {
        /// The script.
        name: String,
    },
    /// A file that scripts import is another than the one that was rehearsed.
    #[error("{path}, which {} {}, was changed since the rehearsal.", list(.scripts), imports(.scripts))]
    Import {
        /// The file, relative to the migrations folder.
        path: String,
        /// The scripts that import it.
        scripts: Vec<String>,
    },
    /// What a script imports was rehearsed along with it, and cannot be read now.
    #[error("What {name} imports cannot be read any more as it was in the rehearsal.")]
    ImportsUnread {
        /// The script.
        name: String,
    },
    /// A script was not rehearsed.
    #[error("{name} was not rehearsed: it came since.")]
    New {
        /// The script.
        name: String,
    },
    /// A script that was rehearsed is not pending any more.
    #[error("{name} was rehearsed, and is not among the pending scripts any more.")]
    Gone {
        /// The script.
        name: String,
    },
    /// The same scripts, and another order.
    #[error("The scripts run in another order than in the rehearsal.")]
    Order,
    /// Nobody knows, for there are no scripts to compare.
    #[error(
        "No migrations are chosen, so it is not known whether they are still the ones that were rehearsed."
    )]
    ScriptsUnknown,
    /// Another environment is primary.
    #[error("The rehearsal ran on a fork of {was}, and {is} is primary now.")]
    Source {
        /// What was copied.
        was: EnvironmentId,
        /// What would be copied now.
        is: EnvironmentId,
    },
    /// Models or fields of primary were changed.
    #[error("The models or fields of {source_environment} were changed since the rehearsal.")]
    Schema {
        /// The environment that was copied.
        source_environment: EnvironmentId,
    },
    /// Nobody knows.
    #[error(
        "Whether the models and fields of {source_environment} are still the same could not be found out."
    )]
    SchemaUnknown {
        /// The environment that was copied.
        source_environment: EnvironmentId,
    },
}

/// Whether a rehearsal still tells something, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// It does.
    Fresh,
    /// Nothing is known to have changed, and not everything is known.
    Unknown,
    /// It does not.
    OutOfDate,
}

impl Freshness {
    /// By what [`Rehearsal::staleness`] says.
    pub fn of(stale: &[Stale]) -> Self {
        if stale.is_empty() {
            Self::Fresh
        } else if stale.iter().any(Stale::is_known) {
            Self::OutOfDate
        } else {
            Self::Unknown
        }
    }

    /// In a word or two, for a badge.
    pub fn label(self) -> &'static str {
        match self {
            Self::Fresh => "Fresh",
            Self::Unknown => "Not known",
            Self::OutOfDate => "Out of date",
        }
    }
}

impl Stale {
    /// Whether something is known to have changed; else only that it may have.
    fn is_known(&self) -> bool {
        match self {
            Self::Changed { .. }
            | Self::Import { .. }
            | Self::New { .. }
            | Self::Gone { .. }
            | Self::Order
            | Self::Source { .. }
            | Self::Schema { .. } => true,
            Self::ImportsUnread { .. } | Self::ScriptsUnknown | Self::SchemaUnknown { .. } => false,
        }
    }
}

fn imports(scripts: &[String]) -> &'static str {
    match scripts {
        [_] => "imports",
        _ => "import",
    }
}

impl Rehearsal {
    /// Everything that makes the rehearsal stale, the scripts first; empty while it is fresh.
    ///
    /// `scripts` are the pending ones in the order they would run, `None` where none were chosen; `source` is what is
    /// primary now, and `schema` the digest of its schema, `None` where that could not be read.
    pub fn staleness(
        &self,
        scripts: Option<&[PlannedScript]>,
        source: &EnvironmentId,
        schema: Option<Digest>,
    ) -> Vec<Stale> {
        let mut stale = match scripts {
            Some(scripts) => self.stale_scripts(scripts),
            None => vec![Stale::ScriptsUnknown],
        };
        if *source != self.source {
            stale.push(Stale::Source {
                was: self.source.clone(),
                is: source.clone(),
            });
        }
        stale.extend(stale_schema(&self.source, self.schema, schema));
        stale
    }

    fn stale_scripts(&self, scripts: &[PlannedScript]) -> Vec<Stale> {
        let rehearsed: Vec<&PlannedScript> =
            self.scripts.iter().map(|known| &known.script).collect();
        let mut stale = Vec::new();
        for script in scripts {
            let name = script.name.clone();
            match rehearsed.iter().find(|known| known.name == script.name) {
                None => stale.push(Stale::New { name }),
                Some(known) => match known.compare(script) {
                    Comparison::Same => {}
                    Comparison::Edited => stale.push(Stale::Changed { name }),
                    Comparison::ImportEdited(path) => note_import(&mut stale, path, name),
                    Comparison::ImportsUnread => stale.push(Stale::ImportsUnread { name }),
                },
            }
        }
        for known in &rehearsed {
            if !scripts.iter().any(|script| script.name == known.name) {
                let name = known.name.clone();
                stale.push(Stale::Gone { name });
            }
        }
        let names = |script: &PlannedScript| script.name.clone();
        let still: Vec<String> = (rehearsed.iter().copied().map(names))
            .filter(|name| scripts.iter().any(|script| script.name == *name))
            .collect();
        let now: Vec<String> = (scripts.iter().map(names))
            .filter(|name| rehearsed.iter().any(|known| known.name == *name))
            .collect();
        if still != now {
            stale.push(Stale::Order);
        }
        stale
    }
}

impl Estimate {
    /// Why it no longer holds for a release from this environment; `None` while it does. `schema` is the digest of what is
    /// there now, `None` where that could not be read.
    pub fn staleness(&self, source: &EnvironmentId, schema: Option<Digest>) -> Option<Stale> {
        stale_schema(source, self.schema, schema)
    }
}

fn stale_schema(source: &EnvironmentId, was: Option<Digest>, is: Option<Digest>) -> Option<Stale> {
    let source_environment = source.clone();
    match (was, is) {
        (Some(was), Some(is)) if was == is => None,
        (Some(_), Some(_)) => Some(Stale::Schema { source_environment }),
        (None, _) | (_, None) => Some(Stale::SchemaUnknown { source_environment }),
    }
}

/// A file that several scripts import is told once.
fn note_import(stale: &mut Vec<Stale>, file: String, script: String) {
    let told = stale.iter_mut().find_map(|known| match known {
        Stale::Import { path, scripts } if *path == file => Some(scripts),
        Stale::Changed { .. }
        | Stale::Import { .. }
        | Stale::ImportsUnread { .. }
        | Stale::New { .. }
        | Stale::Gone { .. }
        | Stale::Order
        | Stale::ScriptsUnknown
        | Stale::Source { .. }
        | Stale::Schema { .. }
        | Stale::SchemaUnknown { .. } => None,
    });
    match told {
        Some(scripts) => scripts.push(script),
        None => stale.push(Stale::Import {
            path: file,
            scripts: vec![script],
        }),
    }
}

//! A person's leave for one script to handle one kind of thing of the whole project.

use crate::policy::Resource;

/// Leave for a script to handle what belongs to the whole project, which no rollback takes back.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Consent {
    /// The script's name, as the plan has it.
    pub script: String,
    /// What it may handle.
    pub resource: Resource,
}

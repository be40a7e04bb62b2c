//! Where a script downloads from: said in the plan, for what a script knows can leave with an address that it asks for.

use crate::view::words;

/// What a script may download from, as far as its text says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Download {
    /// The script's name, as the plan has it.
    pub script: String,
    /// The hosts that are written out in its files, in order. No other is asked for anything.
    pub hosts: Vec<String>,
    /// Whether the script names a method that downloads. Otherwise it only might: what it calls is known at run time.
    pub is_named: bool,
}

impl Download {
    /// What a person reads after the script's name.
    pub fn sentence(&self) -> String {
        let hosts = words::list(&self.hosts);
        match (self.is_named, self.hosts.is_empty()) {
            (true, false) => format!("Downloads from {hosts}."),
            (true, true) => {
                "Downloads, but no address is written out in its files: what it asks for will be refused. Write the addresses out in the script.".to_owned()
            }
            (false, _) => format!("May download from {hosts}."),
        }
    }
}

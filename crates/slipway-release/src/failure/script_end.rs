//! How far a script came that did not come to its end, and what ended it. It goes into the journal, where colleagues and
//! exports read it, so all of it is bounded.

use crate::{event::ScriptSummary, failure::rejection::Rejection, failure::shortened};

/// Places told of one failure at most.
const PLACES: usize = 6;
/// Characters of a file's path at most.
const FILE: usize = 200;
/// Characters of a request's path at most.
pub(crate) const REQUEST: usize = 300;

/// What is known of a script's end. The fork is partly migrated from then on.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ScriptEnd {
    /// What it had done on the sandbox by then.
    pub done: ScriptSummary,
    /// The last request it made, whatever came of it; `None` where it made none.
    pub last: Option<Request>,
    /// Where in the team's files it ended, the innermost place first, then who called it. Empty where the browser did
    /// not say.
    pub places: Vec<Place>,
    /// What the CMS refused it, where that ended it.
    pub rejection: Option<Rejection>,
}

/// A request of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Its method, in capitals.
    pub method: String,
    /// Its path with the query, as it was encoded.
    pub path: String,
}

/// A line of one of the team's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file's path, as the person chose it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

impl Request {
    /// A request as it is kept.
    pub fn new(method: &str, path: &str) -> Self {
        Self {
            method: shortened(method, REQUEST).to_ascii_uppercase(),
            path: shortened(path, REQUEST),
        }
    }
}

impl ScriptEnd {
    /// These places, as many as are kept.
    #[must_use]
    pub fn at(mut self, places: Vec<Place>) -> Self {
        self.places = places
            .into_iter()
            .take(PLACES)
            .map(|place| Place {
                file: shortened(&place.file, FILE),
                ..place
            })
            .collect();
        self
    }
}

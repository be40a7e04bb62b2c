//! Who calls, by what they called with: worked out once for as long as nobody's rights change.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use super::context::Caller;
use crate::store::{StoreError, project};

/// What stands for a caller.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Credential {
    /// A user, by id.
    User(String),
    /// The secret of an access token.
    Token(String),
}

/// The callers that were seen since a user, a role or a token of the project last changed.
#[derive(Default)]
pub(crate) struct Callers(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    revision: i64,
    callers: HashMap<Credential, Caller>,
}

impl Callers {
    /// The caller; `find` looks for one that was not seen yet. `None` where there is no such user or token.
    pub(crate) fn caller(
        &self,
        connection: &Connection,
        credential: Credential,
        find: impl FnOnce(&Credential) -> Result<Option<Caller>, StoreError>,
    ) -> Result<Option<Caller>, StoreError> {
        let revision = project::entities_revision(connection)?;
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.revision != revision {
            *seen = Seen {
                revision,
                callers: HashMap::new(),
            };
        }
        if let Some(caller) = seen.callers.get(&credential) {
            return Ok(Some(caller.clone()));
        }
        let found = find(&credential)?;
        if let Some(caller) = &found {
            seen.callers.insert(credential, caller.clone());
        }
        Ok(found)
    }
}

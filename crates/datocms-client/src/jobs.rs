//! Jobs started in an earlier life of the page.

use std::rc::Rc;

use serde_json::Value;

use crate::connection::{Call, Connection};
use crate::{ApiError, JobId, Timer, Transport};

/// Calls about asynchronous jobs.
///
/// Calls that become a job are followed by themselves; these are for a job id that a journal kept.
pub struct Jobs<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

impl<T: Transport, C: Timer> Jobs<T, C> {
    /// Looks at a job once. `None`: still running, or forgotten by the server, which answers both the same way.
    /// `Some(Err)`: it ended with that failure.
    pub async fn peek(&self, job: &JobId) -> Result<Option<Result<(), ApiError>>, ApiError> {
        let call = Call::get(&["job-results", job.as_str()])?;
        match self.connection.document(call).await {
            Err(ApiError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
            Ok(document) => {
                let origin = Call::write(http::Method::POST, &["job", job.as_str()])?;
                let outcome = crate::connection::finished(&origin, document.data);
                Ok(Some(outcome.map(|_: Value| ())))
            }
        }
    }
}

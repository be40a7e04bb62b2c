//! Jobs started in an earlier life of the page.

use std::rc::Rc;

use http::Method;

use crate::call::Call;
use crate::connection::{Connection, finished};
use crate::wire::JobResult;
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
        match self.connection.document::<JobResult>(call).await {
            Err(ApiError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
            Ok(document) => {
                // Judged as a write: reading the result changes nothing, but what it reports on did.
                let reported = Call::write(Method::GET, &["job-results", job.as_str()])?;
                Ok(Some(finished(&reported, document.data).map(|_payload| ())))
            }
        }
    }
}

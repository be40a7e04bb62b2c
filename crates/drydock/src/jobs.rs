//! Jobs: calls that answer 202, and whose outcome is read at `/job-results/:id`.
//!
//! The work itself is done before the 202 leaves, and its outcome is stored with the moment from which it can be read: a
//! killed server has nothing half-done. Forks, which take long, do their work later (`cma::controllers::environments`).

use serde_json::Value;

use crate::faults::{JobFate, JobFault};
use crate::http::answer::{self, Answer};
use crate::http::error::ApiError;
use crate::http::middleware::fault_details;
use crate::state::App;
use crate::store::project::{self, JobRow};

/// Runs `work`, stores its outcome, answers with the job. A fault may have another end in store for it.
pub(crate) fn run(
    app: &App,
    fate: Option<JobFate>,
    work: impl FnOnce() -> Result<(u16, Value), ApiError>,
) -> Answer {
    let outcome = match fate.map(|fate| fate.action) {
        None | Some(JobFault::ForkStuck { .. }) => Some(outcome(work())),
        Some(JobFault::Fail { .. }) => Some(outcome(failure(fate).and_then(|()| work()))),
        Some(JobFault::Stall) => None,
        Some(JobFault::StallAfter) => {
            // How it went is what nobody gets to know.
            let _untold = work();
            None
        }
    };
    let id = app.new_id();
    let job = JobRow {
        outcome,
        ready_at: app.now().plus(app.options().job_delay),
    };
    app.project().write(|tx| project::put_job(tx, &id, &job))?;
    answer::job(&id)
}

/// The error with which a fault makes a job fail.
pub(crate) fn failure(fate: Option<JobFate>) -> Result<(), ApiError> {
    match fate.map(|fate| fate.action) {
        Some(JobFault::Fail { code, status }) => Err(ApiError::new(status, code, fault_details())),
        None | Some(JobFault::Stall | JobFault::StallAfter | JobFault::ForkStuck { .. }) => Ok(()),
    }
}

/// Stores a job that is still running.
pub(crate) fn begin(app: &App) -> Result<String, ApiError> {
    let id = app.new_id();
    let job = JobRow {
        outcome: None,
        ready_at: app.now(),
    };
    app.project().write(|tx| project::put_job(tx, &id, &job))?;
    Ok(id)
}

/// Stores the outcome of a job that was begun.
pub(crate) fn finish(
    app: &App,
    id: &str,
    result: Result<(u16, Value), ApiError>,
) -> Result<(), ApiError> {
    let job = ended(app, result);
    app.project()
        .write(|tx| project::put_job(tx, id, &job))
        .map_err(ApiError::from)
}

/// A job that ends now, for whoever stores it together with what it did.
pub(crate) fn ended(app: &App, result: Result<(u16, Value), ApiError>) -> JobRow {
    JobRow {
        outcome: Some(outcome(result)),
        ready_at: app.now(),
    }
}

fn outcome(result: Result<(u16, Value), ApiError>) -> (u16, Value) {
    result.unwrap_or_else(|error| (error.status.as_u16(), error.document()))
}

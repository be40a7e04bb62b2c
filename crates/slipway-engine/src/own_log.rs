//! Whether a script's request would change the log of a release: asked before it is sent.

use datocms_client::{ApiError, EnvironmentId, RawRequest, Timer, Transport};
use http::{Method, StatusCode};
use serde_json::Value;
use slipway_release::{
    ReleaseId,
    policy::{
        Reason, Refusal,
        own_log::{OwnLog, Touch},
    },
};

use crate::{
    engine::Engine,
    ports::{Ports, ScriptRequest},
};

impl<T, C, P> Engine<T, C, P>
where
    T: Transport + 'static,
    C: Timer + Clone + 'static,
    P: Ports,
{
    /// The refusal of a request that would change a log in `environment`; `None` for any other. `release`: whose script asks,
    /// if it is a release's. What the request does not say of itself is looked up, once for each such request.
    ///
    /// Errors: it could not be looked up. Then the request must not be sent.
    pub(crate) async fn keeps_out_of_logs(
        &self,
        request: &ScriptRequest,
        environment: &EnvironmentId,
        release: Option<&ReleaseId>,
    ) -> Result<Option<Refusal>, ApiError> {
        if request.method.eq_ignore_ascii_case("GET") {
            return Ok(None);
        }
        let own = OwnLog {
            api_key: self.models.journal.clone(),
            model: self.known_journal_model(environment).await?,
            record: release.and_then(|release| self.record_of(environment, release)),
        };
        let touches = match own.touch(&request.method, &request.path, request.body.as_deref()) {
            Touch::No => false,
            Touch::Yes => true,
            Touch::If(path) => own.has(&self.look_up(&path, environment).await?),
        };
        Ok(touches.then(|| Refusal {
            method: request.method.to_ascii_uppercase(),
            path: request.path.clone(),
            reason: Reason::OwnLog,
        }))
    }

    /// An entity as the CMS tells it; `null` where there is none.
    async fn look_up(&self, path: &str, environment: &EnvironmentId) -> Result<Value, ApiError> {
        let unreadable = |reason: String| ApiError::Unreadable {
            request: format!("GET {path}"),
            reason,
        };
        let asked =
            RawRequest::new(Method::GET, path).map_err(|error| unreadable(error.to_string()))?;
        let answer = self.cma.raw(asked.in_environment(environment)).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(Value::Null),
            status if status.is_success() => {
                serde_json::from_slice(&answer.body).map_err(|error| unreadable(error.to_string()))
            }
            status => Err(unreadable(format!("the CMS answered {status}"))),
        }
    }
}

//! Environments: project-wide, so no `X-Environment` is ever sent.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{understand, understand_all};
use crate::call::Call;
use crate::connection::{Accepted, Connection};
use crate::retry::Repeat;
use crate::{ApiError, EnvironmentId, JobId, Query, Timer, Timestamp, Transport};

/// Calls about environments.
pub struct Environments<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// A copy of the project's content.
#[derive(Debug, Clone, PartialEq)]
pub struct Environment {
    /// Its name.
    pub id: EnvironmentId,
    /// Whether it can be used.
    pub status: EnvironmentStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// When anything in it last changed: the cheap detector of drift. `None` when the server does not say.
    pub last_data_change_at: Option<Timestamp>,
    /// Whether it is the source of a fast fork under way, which makes it read-only.
    pub read_only_mode: bool,
    /// Whether it is the live one.
    pub primary: bool,
    /// The environment it was copied from, as far as the server still knows.
    pub forked_from: Option<String>,
}

/// Whether an environment can be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum EnvironmentStatus {
    /// The copy is under way.
    Creating {
        /// How much is copied, `0.0..=100.0`, when the server says.
        percentage: Option<f64>,
    },
    /// It can be used.
    Ready,
    /// It is going away.
    Destroying,
}

/// How to fork.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ForkOptions {
    /// Copy faster; the source is read-only meanwhile.
    pub fast: bool,
    /// With `fast`: start although people are editing.
    pub force: bool,
    /// Answer at once with the environment being created instead of a job that ends with the copy.
    pub immediate_return: bool,
}

/// A fork that the server accepted.
#[derive(Debug, Clone, PartialEq)]
pub enum Forking {
    /// The copy is under way, most likely: follow it with [`Environments::forked`], or look for the environment.
    Job(JobId),
    /// The environment, which may still be [`Creating`](EnvironmentStatus::Creating).
    Environment(Environment),
}

impl<T: Transport, C: Timer> Environments<T, C> {
    /// The environments that the caller may access, primary among them if it may.
    pub async fn list(&self) -> Result<Vec<Environment>, ApiError> {
        let call = Call::get(&["environments"])?;
        let request = call.label();
        let document = self
            .connection
            .document::<Vec<WireEnvironment>>(call)
            .await?;
        understand_all(&request, document.data)
    }

    /// One environment.
    pub async fn find(&self, id: &EnvironmentId) -> Result<Environment, ApiError> {
        self.one(Call::get(&["environments", id.as_str()])?).await
    }

    /// One environment, `None` when there is none of that name.
    pub async fn find_optional(&self, id: &EnvironmentId) -> Result<Option<Environment>, ApiError> {
        match self.find(id).await {
            Ok(environment) => Ok(Some(environment)),
            Err(ApiError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Copies `source` into a new environment.
    ///
    /// The request is never sent twice: when no answer comes this is [`ApiError::InDoubt`], and only a look at the
    /// project can tell whether the copy runs. A name in use is [`ApiError::NameTaken`].
    pub async fn fork(
        &self,
        source: &EnvironmentId,
        new: &EnvironmentId,
        options: ForkOptions,
    ) -> Result<Forking, ApiError> {
        let query = Query::new()
            .with_switch("immediate_return", options.immediate_return)
            .with_switch("fast", options.fast)
            .with_switch("force", options.force);
        let mut call = Call::write(Method::POST, &["environments", source.as_str(), "fork"])?
            .with_query(&query)
            .with_body(&named(new));
        call.repeat = Repeat::Never;
        call.new_name = Some(new.clone());
        match self.connection.accepted::<WireEnvironment>(&call).await? {
            Accepted::Job(job) => Ok(Forking::Job(job)),
            Accepted::Document(document) => Ok(Forking::Environment(understand(
                &call.label(),
                document.data,
            )?)),
        }
    }

    /// Waits for the fork behind a job to end, and gives the new environment.
    pub async fn forked(
        &self,
        source: &EnvironmentId,
        job: &JobId,
    ) -> Result<Environment, ApiError> {
        let call = Call::write(Method::POST, &["environments", source.as_str(), "fork"])?;
        let document = self
            .connection
            .follow::<WireEnvironment>(&call, job)
            .await?;
        understand(&call.label(), document.data)
    }

    /// Makes an environment the primary one. The former primary stays, as a sandbox, with its name and content.
    pub async fn promote(&self, id: &EnvironmentId) -> Result<Environment, ApiError> {
        self.one(Call::write(
            Method::PUT,
            &["environments", id.as_str(), "promote"],
        )?)
        .await
    }

    /// Gives an environment another name. Whoever addresses it by the old one finds nothing.
    pub async fn rename(
        &self,
        id: &EnvironmentId,
        new: &EnvironmentId,
    ) -> Result<Environment, ApiError> {
        let mut call = Call::write(Method::PUT, &["environments", id.as_str(), "rename"])?
            .with_body(&named(new));
        call.new_name = Some(new.clone());
        self.one(call).await
    }

    /// Destroys a sandbox, irreversibly, and waits until it is gone.
    pub async fn destroy(&self, id: &EnvironmentId) -> Result<(), ApiError> {
        self.connection
            .nothing(Call::write(Method::DELETE, &["environments", id.as_str()])?)
            .await
    }

    async fn one(&self, call: Call) -> Result<Environment, ApiError> {
        let request = call.label();
        let document = self.connection.document::<WireEnvironment>(call).await?;
        understand(&request, document.data)
    }
}

fn named(id: &EnvironmentId) -> Value {
    json!({ "data": { "type": "environment", "id": id.as_str() } })
}

#[derive(Deserialize)]
struct WireEnvironment {
    id: String,
    meta: WireMeta,
}

#[derive(Deserialize)]
struct WireMeta {
    status: String,
    created_at: String,
    #[serde(default)]
    last_data_change_at: Option<String>,
    #[serde(default)]
    read_only_mode: bool,
    primary: bool,
    #[serde(default)]
    forked_from: Option<String>,
    #[serde(default)]
    fork_completion_percentage: Option<f64>,
}

impl TryFrom<WireEnvironment> for Environment {
    type Error = String;

    fn try_from(wire: WireEnvironment) -> Result<Self, Self::Error> {
        let WireEnvironment { id, meta } = wire;
        let status = match meta.status.as_str() {
            "creating" => EnvironmentStatus::Creating {
                percentage: meta.fork_completion_percentage,
            },
            "ready" => EnvironmentStatus::Ready,
            "destroying" => EnvironmentStatus::Destroying,
            other => {
                return Err(format!(
                    "`{other}` is not a known status of an environment (`{id}`)"
                ));
            }
        };
        let moment = |text: &str| text.parse::<Timestamp>().map_err(|error| error.to_string());
        Ok(Self {
            id: id
                .parse()
                .map_err(|error: crate::InvalidEnvironmentId| error.to_string())?,
            status,
            created_at: moment(&meta.created_at)?,
            last_data_change_at: meta
                .last_data_change_at
                .as_deref()
                .map(moment)
                .transpose()?,
            read_only_mode: meta.read_only_mode,
            primary: meta.primary,
            forked_from: meta.forked_from,
        })
    }
}

//! What a migration may ask of the CMS.
//!
//! Every request of a script is classified here before the page performs it, by one table over all endpoints of the
//! management API. Most things live inside an environment and are safe on a sandbox; some belong to the whole project, so
//! no rollback takes a change back and a person has to consent; and environments, maintenance mode and logins are never a
//! migration's business. What is not in the table is not sent.

pub mod endpoints;
pub mod own_log;
mod refusal;
mod resource;
mod secrets;

use datocms_client::EnvironmentId;
use serde_json::Value;

pub use endpoints::{Ban, Endpoint, Reach};
pub use refusal::{Reason, Refusal};
pub use resource::{Resource, UnknownResource};
pub use secrets::withhold;

/// One request of a script, as it is to be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The HTTP method, in any case.
    pub method: &'a str,
    /// The path, with no host and no query.
    pub path: &'a str,
    /// The `X-Environment` header that the script set, if any. Without one the caller pins it to the sandbox.
    pub environment: Option<&'a str>,
    /// The body's text.
    pub body: Option<&'a str>,
}

/// What is to be done with a script's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Perform it, pinned to the sandbox.
    Perform,
    /// Perform it where a person consented to this script's handling of this; ask where nobody was asked yet.
    NeedsConsent(Resource),
    /// Refuse it and tell the script why.
    Refuse(Refusal),
}

/// The attributes of `site` that are the environment's own (reference sections 3.1 and 5.5); the rest is the project's.
const ENVIRONMENT_SETTINGS: [&str; 6] = [
    "no_index",
    "favicon",
    "global_seo",
    "theme",
    "locales",
    "timezone",
];

/// Classifies one request of a script that runs on `sandbox`.
pub fn judge(asked: Asked<'_>, sandbox: &EnvironmentId) -> Verdict {
    let method = asked.method.to_ascii_uppercase();
    let refuse = |reason| {
        Verdict::Refuse(Refusal {
            method: method.clone(),
            path: asked.path.to_owned(),
            reason,
        })
    };
    if let Some(other) = asked
        .environment
        .filter(|environment| *environment != sandbox.as_str())
    {
        return refuse(Reason::AnotherEnvironment {
            asked: other.to_owned(),
            sandbox: sandbox.clone(),
        });
    }
    let endpoint = Some(asked.path)
        .filter(|path| is_plain(path))
        .and_then(|path| endpoints::of_request(&method, path));
    match endpoint.map(|endpoint| endpoint.reach) {
        None => refuse(Reason::Unknown),
        Some(Reach::Settings(resource)) if is_of_the_project(asked.body) => {
            Verdict::NeedsConsent(resource)
        }
        Some(Reach::Environment | Reach::Look | Reach::Settings(_)) => Verdict::Perform,
        Some(Reach::Consent(resource)) => Verdict::NeedsConsent(resource),
        Some(Reach::Forbidden(ban)) => refuse(Reason::Banned(ban)),
    }
}

/// Whether a change of `site` says anything beyond the environment's own settings. What cannot be read may.
pub(crate) fn is_of_the_project(body: Option<&str>) -> bool {
    let Some(Ok(body)) = body.map(serde_json::from_str::<Value>) else {
        return true;
    };
    let is_own = |attributes: &Value| {
        attributes
            .as_object()
            .is_some_and(|attributes| attributes.keys().all(|key| is_setting_of_environment(key)))
    };
    let data = &body["data"];
    !(data["meta"].is_null() && is_own(&data["attributes"]))
}

/// Whether an attribute of `site` is the environment's own.
pub(crate) fn is_setting_of_environment(attribute: &str) -> bool {
    ENVIRONMENT_SETTINGS.contains(&attribute)
}

/// No dots, no encoded slashes, no backslashes: nothing that a server could read as another path.
fn is_plain(path: &str) -> bool {
    path.starts_with('/')
        && path.split('/').skip(1).all(|segment| {
            !segment.is_empty()
                && segment
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
        })
}

#[cfg(test)]
mod tests;

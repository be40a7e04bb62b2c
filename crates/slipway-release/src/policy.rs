//! What a migration may ask of the CMS.
//!
//! Every request of a script is classified here before the page performs it. The table follows the
//! API's own split (reference sections 3.1 and 9.4): most resources live inside an environment and
//! are safe on a sandbox; some belong to the whole project, so no rollback takes them back; and the
//! environments and maintenance mode are the release's own business.

use datocms_client::EnvironmentId;

/// What is to be done with a script's request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Perform it, pinned to the sandbox.
    Perform,
    /// Refuse it and tell the script why.
    Refuse(Refusal),
}

/// Why a request is refused. `Display` is what the script's error says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It would fork, promote, rename or destroy an environment.
    #[error(
        "Slipway refused `{method} {path}`: a migration may not change environments. The release forks, promotes and destroys them itself. Nothing was sent."
    )]
    Environments {
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
    },
    /// It would turn maintenance mode on or off.
    #[error(
        "Slipway refused `{method} {path}`: a migration may not change maintenance mode, which belongs to the release. Nothing was sent."
    )]
    Maintenance {
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
    },
    /// It names another environment than the release's sandbox.
    #[error(
        "Slipway refused `{method} {path}` for environment `{asked}`: this migration may only reach `{sandbox}`. Nothing was sent."
    )]
    AnotherEnvironment {
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
        /// The environment in the request's header.
        asked: String,
        /// The release's sandbox.
        sandbox: EnvironmentId,
    },
    /// It would change something that belongs to the whole project.
    #[error(
        "Slipway refused `{method} {path}`: {resource} belong to the whole project, so a rollback would not take the change back. Do it by hand, outside the migration. Nothing was sent."
    )]
    ProjectWide {
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
        /// What it would change, in the plural: "webhooks".
        resource: &'static str,
    },
    /// It is no request of the management API as we know it.
    #[error(
        "Slipway refused `{method} {path}`: it is no call of the management API that a migration may make. Nothing was sent."
    )]
    Unknown {
        /// The request's method.
        method: String,
        /// The request's path.
        path: String,
    },
}

/// Where the things behind a path's first segment live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// Inside an environment: a fork has its own.
    Environment,
    /// In the project, named in the plural.
    Project(&'static str),
    /// Environments themselves.
    Environments,
    /// Maintenance mode.
    Maintenance,
}

/// The first path segments of the management API, by where their things live.
const SCOPES: [(&str, Scope); 45] = [
    ("access_tokens", Scope::Project("API tokens")),
    ("audit-log-events", Scope::Project("audit log queries")),
    ("build-events", Scope::Project("build events")),
    ("build-triggers", Scope::Project("build triggers")),
    ("daily-site-usages", Scope::Project("usage figures")),
    ("editing-sessions", Scope::Environment),
    ("emoji-suggestions", Scope::Environment),
    ("environments", Scope::Environments),
    ("fields", Scope::Environment),
    ("fieldsets", Scope::Environment),
    ("item-type-filters", Scope::Environment),
    ("item-types", Scope::Environment),
    ("items", Scope::Environment),
    ("job-results", Scope::Environment),
    ("maintenance-mode", Scope::Maintenance),
    ("menu-items", Scope::Environment),
    ("plugins", Scope::Environment),
    ("public-info", Scope::Project("public facts")),
    ("roles", Scope::Project("roles")),
    ("schema-menu-items", Scope::Environment),
    ("search-index-events", Scope::Project("search index events")),
    ("search-indexes", Scope::Project("search indexes")),
    ("search-results", Scope::Environment),
    ("session", Scope::Project("sessions")),
    ("sessions", Scope::Project("sessions")),
    ("site", Scope::Environment),
    ("site-invitations", Scope::Project("invitations")),
    ("sso-groups", Scope::Project("single sign-on groups")),
    ("sso-settings", Scope::Project("single sign-on settings")),
    ("sso-users", Scope::Project("single sign-on users")),
    ("subscription-features", Scope::Project("plan features")),
    ("subscription-limits", Scope::Project("plan limits")),
    ("upload-collections", Scope::Environment),
    ("upload-filters", Scope::Environment),
    ("upload-requests", Scope::Environment),
    ("upload-smart-tags", Scope::Environment),
    ("upload-tags", Scope::Environment),
    ("uploads", Scope::Environment),
    ("usage-log-counters", Scope::Project("usage figures")),
    ("users", Scope::Project("collaborators")),
    ("versions", Scope::Environment),
    ("webhook_calls", Scope::Project("webhook calls")),
    ("webhooks", Scope::Project("webhooks")),
    (
        "white-label-settings",
        Scope::Project("white-label settings"),
    ),
    ("workflows", Scope::Environment),
];

/// Classifies one request of a script that runs on `sandbox`.
///
/// `path` has no host and no query; `environment` is the `X-Environment` header the script set, if
/// any. A request without one is pinned to the sandbox by the caller.
pub fn judge(
    method: &str,
    path: &str,
    environment: Option<&str>,
    sandbox: &EnvironmentId,
) -> Verdict {
    let method = method.to_ascii_uppercase();
    let reads = method == "GET";
    let (owned_method, owned_path) = (method.clone(), path.to_owned());
    if let Some(asked) = environment.filter(|asked| *asked != sandbox.as_str()) {
        return Verdict::Refuse(Refusal::AnotherEnvironment {
            method: owned_method,
            path: owned_path,
            asked: asked.to_owned(),
            sandbox: sandbox.clone(),
        });
    }
    let known_method = matches!(method.as_str(), "GET" | "POST" | "PUT" | "DELETE");
    let refusal = match scope(path).filter(|_| known_method && is_plain(path)) {
        None => Refusal::Unknown {
            method: owned_method,
            path: owned_path,
        },
        Some(Scope::Environment) => return Verdict::Perform,
        Some(_) if reads => return Verdict::Perform,
        Some(Scope::Environments) => Refusal::Environments {
            method: owned_method,
            path: owned_path,
        },
        Some(Scope::Maintenance) => Refusal::Maintenance {
            method: owned_method,
            path: owned_path,
        },
        Some(Scope::Project(resource)) => Refusal::ProjectWide {
            method: owned_method,
            path: owned_path,
            resource,
        },
    };
    Verdict::Refuse(refusal)
}

fn scope(path: &str) -> Option<Scope> {
    let first = path.strip_prefix('/')?.split('/').next()?;
    SCOPES
        .iter()
        .find(|(segment, _)| *segment == first)
        .map(|(_, scope)| *scope)
}

/// No dots, no encoded slashes, no backslashes: nothing that a server could read as another path.
fn is_plain(path: &str) -> bool {
    path.split('/').skip(1).all(|segment| {
        !segment.is_empty()
            && segment
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn verdict(method: &str, path: &str, environment: Option<&str>) -> Verdict {
        judge(method, path, environment, &"rel-1".parse().unwrap())
    }

    #[rstest]
    #[case("GET", "/items")]
    #[case("POST", "/items")]
    #[case("PUT", "/items/It1/publish")]
    #[case("POST", "/item-types/article/fields")]
    #[case("DELETE", "/fields/article::title")]
    #[case("GET", "/job-results/12")]
    #[case("PUT", "/site")]
    #[case("GET", "/roles/7")]
    #[case("GET", "/environments")]
    #[case("GET", "/maintenance-mode")]
    fn what_lives_in_the_sandbox_or_only_reads_is_performed(
        #[case] method: &str,
        #[case] path: &str,
    ) {
        assert_eq!(verdict(method, path, None), Verdict::Perform);
        assert_eq!(verdict(method, path, Some("rel-1")), Verdict::Perform);
    }

    #[rstest]
    #[case("PUT", "/environments/rel-1/promote", "may not change environments")]
    #[case("DELETE", "/environments/main", "may not change environments")]
    #[case("PUT", "/maintenance-mode/deactivate", "maintenance mode")]
    #[case("POST", "/webhooks", "webhooks belong to the whole project")]
    #[case("PUT", "/roles/7", "roles belong to the whole project")]
    #[case("POST", "/access_tokens", "API tokens belong to the whole project")]
    #[case("PATCH", "/items/1", "no call of the management API")]
    #[case("GET", "/nonsense", "no call of the management API")]
    #[case("GET", "/items/../environments", "no call of the management API")]
    #[case("POST", "/items/%2e%2e/environments", "no call of the management API")]
    #[case("GET", "//evil.example/items", "no call of the management API")]
    #[case("GET", "items", "no call of the management API")]
    #[case("GET", "/", "no call of the management API")]
    fn everything_else_is_refused_with_the_reason(
        #[case] method: &str,
        #[case] path: &str,
        #[case] reason: &str,
    ) {
        let Verdict::Refuse(refusal) = verdict(method, path, None) else {
            panic!("{method} {path} was allowed");
        };
        let said = refusal.to_string();
        assert!(said.contains(reason), "{said}");
        assert!(said.contains("Nothing was sent"), "{said}");
    }

    #[test]
    fn another_environment_is_refused_even_for_reading() {
        let Verdict::Refuse(refusal) = verdict("GET", "/items", Some("main")) else {
            panic!("allowed");
        };
        assert!(refusal.to_string().contains("`main`"));
        assert!(refusal.to_string().contains("only reach `rel-1`"));
    }
}

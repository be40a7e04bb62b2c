//! What belongs to the whole project and needs a person's consent before a migration touches it.

/// A kind of thing that belongs to the whole project: a fork shares it with primary, and no rollback takes a change back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Resource {
    /// API tokens.
    AccessTokens,
    /// The audit log, which tells everybody's requests.
    AuditLog,
    /// Build triggers, with the credentials of the hosting and their log.
    BuildTriggers,
    /// The people with a login of their own.
    Collaborators,
    /// Invitations that nobody has taken up yet; their links open the project.
    Invitations,
    /// What `site` says of the project and not of an environment: its name, two-factor login, opt-ins.
    ProjectSettings,
    /// Roles.
    Roles,
    /// Search indexes.
    SearchIndexes,
    /// Groups that single sign-on brings along.
    SsoGroups,
    /// The settings of single sign-on.
    SsoSettings,
    /// People that single sign-on brings along.
    SsoUsers,
    /// Webhooks, with the credentials of whom they call, and their deliveries.
    Webhooks,
    /// The looks of the panel.
    WhiteLabel,
}

/// Every resource with its JSON:API type, which stands for it in a journal, and its name in the plural.
const ALL: [(Resource, &str, &str); 13] = [
    (Resource::AccessTokens, "access_token", "API tokens"),
    (Resource::AuditLog, "audit_log_event", "audit log entries"),
    (Resource::BuildTriggers, "build_trigger", "build triggers"),
    (Resource::Collaborators, "user", "collaborators"),
    (Resource::Invitations, "site_invitation", "invitations"),
    (
        Resource::ProjectSettings,
        "site",
        "the settings of the project",
    ),
    (Resource::Roles, "role", "roles"),
    (Resource::SearchIndexes, "search_index", "search indexes"),
    (Resource::SsoGroups, "sso_group", "single sign-on groups"),
    (
        Resource::SsoSettings,
        "sso_settings",
        "the settings of single sign-on",
    ),
    (Resource::SsoUsers, "sso_user", "single sign-on users"),
    (Resource::Webhooks, "webhook", "webhooks"),
    (
        Resource::WhiteLabel,
        "white_label_settings",
        "white-label settings",
    ),
];

/// A word that stands for no resource.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is nothing of the project that needs a consent")]
pub struct UnknownResource(String);

impl Resource {
    /// Every resource.
    pub fn all() -> impl Iterator<Item = Self> {
        ALL.into_iter().map(|(resource, _, _)| resource)
    }

    /// Its type in the management API, which also stands for it in a journal.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// What a person calls it, in the plural: "API tokens".
    pub fn plural(self) -> &'static str {
        self.row().2
    }

    fn row(self) -> (Self, &'static str, &'static str) {
        // Each variant has its row: a test says so.
        ALL.into_iter()
            .find(|(resource, _, _)| *resource == self)
            .unwrap_or(ALL[0])
    }
}

impl std::str::FromStr for Resource {
    type Err = UnknownResource;

    fn from_str(key: &str) -> Result<Self, UnknownResource> {
        ALL.iter()
            .find(|(_, known, _)| *known == key)
            .map(|(resource, _, _)| *resource)
            .ok_or_else(|| UnknownResource(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_resource_has_a_row_and_is_found_by_its_key() {
        for (place, resource) in Resource::all().enumerate() {
            assert_eq!(resource as usize, place, "{resource:?}");
            assert_eq!(resource.key().parse(), Ok(resource));
        }
        assert_eq!(Resource::WhiteLabel as usize + 1, ALL.len());
        assert_eq!(
            "environment".parse::<Resource>().unwrap_err().to_string(),
            "`environment` is nothing of the project that needs a consent"
        );
    }
}

//! The management API client.

use std::fmt;
use std::rc::Rc;

use crate::connection::Connection;
use crate::resources::build_triggers::BuildTriggers;
use crate::resources::editing_sessions::EditingSessions;
use crate::resources::environments::Environments;
use crate::resources::fields::Fields;
use crate::resources::identity::Users;
use crate::resources::item_types::ItemTypes;
use crate::resources::items::Items;
use crate::resources::maintenance::Maintenance;
use crate::resources::plugins::Plugins;
use crate::resources::roles::Roles;
use crate::resources::site::SiteCalls;
use crate::resources::subscription_limits::SubscriptionLimits;
use crate::{BaseUrl, EnvironmentId, Jobs, Patience, RateLimit, Timer, Token, Transport, Waits};

/// The management API of one project, which the token selects.
///
/// Clones are cheap and share the rate limit.
pub struct Cma<T, C> {
    connection: Rc<Connection<T, C>>,
}

/// The content of one environment: a named one, or whichever is primary when the request arrives.
pub struct Scope<T, C> {
    connection: Rc<Connection<T, C>>,
    environment: Option<EnvironmentId>,
}

impl<T: Transport, C: Timer> Cma<T, C> {
    /// A client with the documented [rate limit](RateLimit::CMA).
    pub fn new(transport: T, timer: C, base_url: BaseUrl, token: Token) -> Self {
        Self::with_rate_limit(transport, timer, base_url, token, RateLimit::CMA)
    }

    /// A client that starts from another rate limit; the server's headers still correct it.
    pub fn with_rate_limit(
        transport: T,
        timer: C,
        base_url: BaseUrl,
        token: Token,
        limit: RateLimit,
    ) -> Self {
        let version = &[("x-api-version", "3")];
        Self {
            connection: Rc::new(Connection::new(
                transport, timer, base_url, token, limit, version,
            )),
        }
    }

    /// The same client with other limits to what it waits for. It shares the rate limit with this one.
    #[must_use]
    pub fn patient(&self, patience: Patience) -> Self {
        Self {
            connection: Rc::new(self.connection.patient(patience)),
        }
    }

    /// The same client, whose waits are told to an observer, instead of to that of this one. It shares the rate limit with
    /// this one.
    #[must_use]
    pub fn watched(&self, observer: Rc<dyn Waits>) -> Self {
        Self {
            connection: Rc::new(self.connection.watched_by(observer)),
        }
    }

    /// The content of a named environment.
    pub fn environment(&self, id: &EnvironmentId) -> Scope<T, C> {
        Scope {
            connection: self.connection.clone(),
            environment: Some(id.clone()),
        }
    }

    /// The content of whichever environment is primary: no `X-Environment` header is sent.
    pub fn primary(&self) -> Scope<T, C> {
        Scope {
            connection: self.connection.clone(),
            environment: None,
        }
    }

    /// Environments themselves: list, fork, promote, rename, destroy.
    pub fn environments(&self) -> Environments<T, C> {
        Environments {
            connection: self.connection.clone(),
        }
    }

    /// Maintenance mode: the freeze of primary.
    pub fn maintenance(&self) -> Maintenance<T, C> {
        Maintenance {
            connection: self.connection.clone(),
        }
    }

    /// Who is editing what.
    pub fn editing_sessions(&self) -> EditingSessions<T, C> {
        EditingSessions {
            connection: self.connection.clone(),
        }
    }

    /// The caller and the project's users.
    pub fn users(&self) -> Users<T, C> {
        Users {
            connection: self.connection.clone(),
        }
    }

    /// The project's roles.
    pub fn roles(&self) -> Roles<T, C> {
        Roles {
            connection: self.connection.clone(),
        }
    }

    /// Build triggers.
    pub fn build_triggers(&self) -> BuildTriggers<T, C> {
        BuildTriggers {
            connection: self.connection.clone(),
        }
    }

    /// What the plan allows.
    pub fn subscription_limits(&self) -> SubscriptionLimits<T, C> {
        SubscriptionLimits {
            connection: self.connection.clone(),
        }
    }

    /// Jobs that an earlier session started.
    pub fn jobs(&self) -> Jobs<T, C> {
        Jobs {
            connection: self.connection.clone(),
        }
    }

    pub(crate) fn connection(&self) -> &Connection<T, C> {
        &self.connection
    }
}

impl<T: Transport, C: Timer> Scope<T, C> {
    /// The environment addressed, `None` for whichever is primary.
    pub fn id(&self) -> Option<&EnvironmentId> {
        self.environment.as_ref()
    }

    /// Records.
    pub fn items(&self) -> Items<T, C> {
        Items {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }

    /// Models and blocks.
    pub fn item_types(&self) -> ItemTypes<T, C> {
        ItemTypes {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }

    /// Fields of models.
    pub fn fields(&self) -> Fields<T, C> {
        Fields {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }

    /// Installed plugins.
    pub fn plugins(&self) -> Plugins<T, C> {
        Plugins {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }

    /// Project settings, as seen from this environment.
    pub fn site(&self) -> SiteCalls<T, C> {
        SiteCalls {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }
}

impl<T, C> Clone for Cma<T, C> {
    fn clone(&self) -> Self {
        Self {
            connection: self.connection.clone(),
        }
    }
}

impl<T, C> Clone for Scope<T, C> {
    fn clone(&self) -> Self {
        Self {
            connection: self.connection.clone(),
            environment: self.environment.clone(),
        }
    }
}

impl<T, C> fmt::Debug for Cma<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cma")
            .field("base_url", &self.connection.shared.base.as_str())
            .finish_non_exhaustive()
    }
}

impl<T, C> fmt::Debug for Scope<T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scope")
            .field("environment", &self.environment)
            .finish_non_exhaustive()
    }
}

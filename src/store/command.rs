//! What the pages can ask for.

use datocms_client::EnvironmentId;
use slipway_release::{Consent, ReleaseId, view::action::Action};

use crate::ports::folder::Chosen;

/// Something a person asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Look at the project again.
    Look,
    /// Take these files as the migrations folder.
    Choose(Chosen),
    /// Take this folder of the chosen one for the migrations folder; relative, empty for the chosen one itself.
    UseDirectory(String),
    /// Choose the folder again that this browser remembers; asks the person for leave.
    UseRemembered,
    /// Fetch the migrations that a manifest lists.
    FetchManifest {
        /// The manifest's address.
        url: String,
    },
    /// Let a pending script handle something of the whole project, or not.
    Allow {
        /// Which script, and what.
        consent: Consent,
        /// Whether it may.
        allowed: bool,
    },
    /// Run the pending scripts on a throw-away copy of primary.
    Rehearse {
        /// Whether the copy stays afterwards.
        keep_fork: bool,
    },
    /// Stop the rehearsal that runs in this page.
    StopRehearsal,
    /// Destroy a copy that a rehearsal left behind; asks first.
    DestroyFork {
        /// Which.
        fork: EnvironmentId,
    },
    /// Put a plan on record and open its page.
    Begin {
        /// What people call the release.
        title: String,
        /// The sandbox's name, checked before.
        sandbox: EnvironmentId,
    },
    /// Press one of a release's buttons. Dialogs are opened where the action needs one.
    Press {
        /// Which release.
        release: ReleaseId,
        /// Which button.
        action: Action,
    },
    /// Show the question of the running script again.
    AnswerScript,
    /// Stop the running script between two requests.
    StopScript,
    /// Count what a promotion or rollback of a release would leave behind.
    CountDrift {
        /// Which release.
        release: ReleaseId,
    },
    /// Roll back a promotion that happened outside Slipway.
    RollBackForeign {
        /// The present primary.
        current: EnvironmentId,
        /// What shall be primary again.
        previous: EnvironmentId,
    },
    /// Lift a freeze that no release holds; asks first.
    LiftFreeze,
    /// List the build triggers.
    ListBuildTriggers,
    /// Fire a build trigger.
    FireBuildTrigger {
        /// Its id.
        id: String,
    },
    /// Run a delivery query against primary and the sandbox of a release.
    RunQuery {
        /// Which release.
        release: ReleaseId,
        /// The query's text.
        query: String,
        /// Whether drafts are included.
        drafts: bool,
    },
    /// Show a page: the list, a new release, or one release.
    Open(Place),
    /// Show the plugin's settings.
    OpenSettings,
    /// The person has read what went wrong.
    DismissTrouble,
    /// Send a request that waits no more; it reports what it met last.
    StopWaiting {
        /// Which wait.
        id: u64,
    },
}

/// The plugin page's places; they live in the query of the panel's address, so a link can be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The list of releases.
    Releases,
    /// Planning a new one.
    NewRelease,
    /// One release.
    Release(ReleaseId),
    /// A release by what cannot be its id, as it stands in the address: the list, which says so.
    Nowhere(String),
}

impl Place {
    /// The place a query names (`?release=…`, `?new`); the list where it names none.
    pub fn from_query(query: &str) -> Self {
        let query = query.trim_start_matches('?');
        query
            .split('&')
            .find_map(|pair| match pair.split_once('=').unwrap_or((pair, "")) {
                ("new", _) => Some(Self::NewRelease),
                ("release", id) => Some(
                    ReleaseId::parse(id)
                        .map_or_else(|_| Self::Nowhere(id.to_owned()), Self::Release),
                ),
                _ => None,
            })
            .unwrap_or(Self::Releases)
    }

    /// The query that names this place, with its question mark; empty for the list.
    pub fn to_query(&self) -> String {
        match self {
            Self::Releases => String::new(),
            Self::NewRelease => "?new".to_owned(),
            Self::Release(id) => format!("?release={id}"),
            Self::Nowhere(id) => format!("?release={id}"),
        }
    }
}

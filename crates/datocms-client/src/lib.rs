//! Typed clients of the `DatoCMS` management API (CMA) and content delivery API (CDA).
//!
//! Network, time and randomness come through two ports, [`Transport`] and [`Timer`], so the same code runs in a
//! browser frame and in native tests. Everything with a policy is here and nowhere above: paths and headers, the
//! JSON:API envelopes, paging, asynchronous jobs, the [rate limit](RateLimit), which requests may be
//! [sent again](ApiError#what-is-sent-again), [how long](Patience) an answer is waited for, and what a failure means to the
//! caller ([`ApiError`]). What a client waits for it [tells](Waits) whoever wants to show it.
//!
//! The client never compares a time of day of its own with one of the server's: it measures durations, and the moments the
//! server writes ([`Timestamp`]) are passed on as they are. The two clocks may be as far apart as they like.
//!
//! Start at [`Cma`]: project-wide calls hang off it directly (`cma.environments()`), calls that address the content
//! of one environment off a [`Scope`] (`cma.primary().items()`, `cma.environment(&id).item_types()`).
//!
//! Wire types stay inside this crate. What callers get are plain structs that do not serialize.

mod base_url;
mod call;
mod cda;
mod cma;
mod connection;
mod error;
mod exchange;
mod failure;
mod id;
#[cfg(feature = "in-process")]
pub mod in_process;
mod jobs;
mod limiter;
mod patience;
mod port;
mod query;
mod race;
mod raw;
mod resources;
mod retry;
mod timestamp;
mod token;
mod waits;
mod wire;

pub use base_url::{BaseUrl, InvalidBaseUrl};
pub use cda::{Cda, GraphQlAnswer, GraphQlError};
pub use cma::{Cma, Scope};
pub use error::ApiError;
pub use id::{EnvironmentId, InvalidEnvironmentId, JobId, entity_id};
pub use jobs::Jobs;
pub use limiter::RateLimit;
pub use patience::Patience;
pub use port::{Timer, Transport, TransportError};
pub use query::Query;
pub use raw::{InvalidPath, RawAnswer, RawRequest};
pub use resources::build_triggers::{BuildTrigger, BuildTriggers};
pub use resources::editing_sessions::{EditingSession, EditingSessions};
pub use resources::environments::{
    Environment, EnvironmentStatus, Environments, ForkOptions, Forking,
};
pub use resources::fields::{Field, Fields, NewField};
pub use resources::identity::{Actor, ActorKind, Caller, User, Users};
pub use resources::item_types::{ItemType, ItemTypes, NewItemType};
pub use resources::items::{
    Item, ItemPage, ItemPages, ItemStatus, ItemVersion, Items, ItemsQuery, NewItem, RecordVersion,
};
pub use resources::maintenance::{Maintenance, MaintenanceMode};
pub use resources::plugins::{Plugin, Plugins};
pub use resources::roles::{EnvironmentsAccess, ItemTypePermission, Permissions, Role, Roles};
pub use resources::site::{SchemaEntity, Site, SiteCalls, SiteSchema};
pub use resources::subscription_limits::{SubscriptionLimit, SubscriptionLimits};
pub use timestamp::{InvalidTimestamp, Timestamp};
pub use token::{InvalidToken, Token};
pub use waits::{Cancel, Wait, WaitReason, Waits};

//! A local CMS with the same APIs: CMA and CDA over `SQLite`, a demo project, faults on demand.
//!
//! [`Drydock::open`] prepares the storage, [`Drydock::router`] and [`Drydock::plugin_router`] are the two origins
//! as plain axum routers (tests call them in process), [`Drydock::serve`] puts them on sockets.
//! What it does differently from the real service is listed in `docs/drydock-differences.md`.

mod agenda;
mod assets;
mod audit;
mod blank;
mod cda;
mod check;
mod clock;
mod cma;
pub mod command;
mod demo;
mod drydock;
mod events;
mod faults;
mod handover;
mod http;
mod jobs;
mod options;
mod outgoing;
mod panel;
mod password;
mod records;
pub mod requests;
mod revalidation;
mod roles;
mod schedules;
mod schema;
mod scim;
mod search;
mod serve;
mod signature;
mod site;
mod state;
mod store;
mod usage;

pub use crate::check::{Checked, Mismatch, ResponseSchemas, SchemasError};
pub use crate::clock::{Clock, ManualClock, Timestamp};
pub use crate::drydock::{Drydock, OpenError, Tokens};
pub use crate::faults::{Action, Fault, FaultError, FaultId, Faults, JobFault};
pub use crate::http::NoAnswer;
pub use crate::options::{Options, Project, RateLimit, Storage};
pub use crate::outgoing::{TlsError, TrustAnchors};
pub use crate::password::UserPassword;
pub use crate::serve::{Addresses, ServeError};
pub use crate::signature::{InvalidWebhookSecret, WebhookSecret};
pub use crate::store::{Frozen, StoreError};

//! What happened, for whoever wants to know: webhooks, and the log on standard error.

use serde_json::Value;

use crate::cda::cache_tags;
use crate::cma::controllers::webhook_calls;
use crate::state::App;
use crate::store::entity::{self, Kind};

/// Something that happened, in the words of webhooks.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the words of the wire")]
pub(crate) struct Event {
    /// `item`, `item_type`, `environment`, `maintenance_mode`, …; `site` is none that webhooks hear of.
    pub entity_type: &'static str,
    /// `create`, `update`, `promote`, `change`, …
    pub event_type: &'static str,
    /// The environment it happened in, or happened to.
    pub environment: String,
    /// The entity as it is now.
    pub entity: Value,
    /// The entity as it was, for updates.
    pub previous: Option<Value>,
    /// Entities it refers to, such as the model of a record.
    pub related: Vec<Value>,
}

/// Whether there is any webhook. Most projects have none, and then nothing need be put together for them.
pub(crate) fn is_heard(app: &App) -> bool {
    let any = app
        .project()
        .read(|connection| entity::any(connection, Kind::Webhook));
    // What is wrong with the database is said where it is asked in earnest.
    any.unwrap_or(true)
}

/// Tells the webhooks. Call it after the change is committed, never inside a transaction: deliveries are recorded.
pub(crate) fn emit(app: &App, event: Event) {
    let invalidation = cache_tags::invalidation(&event);
    for event in std::iter::once(event).chain(invalidation) {
        webhook_calls::on_event(app, &event);
    }
}

/// Writes a line to the log: standard error. Never give it a token.
#[expect(clippy::print_stderr, reason = "this is the log")]
pub(crate) fn log(line: &str) {
    eprintln!("drydock: {line}");
}

//! Who is editing what. The vendor calls this part of the API private; it may change.

use std::rc::Rc;

use http::Method;
use serde::Deserialize;

use super::identity::Actor;
use super::understand_all;
use crate::call::Call;
use crate::connection::Connection;
use crate::wire::{Linkage, ToOne};
use crate::{ApiError, Timer, Timestamp, Transport};

/// Calls about editing sessions.
pub struct EditingSessions<T, C> {
    pub(crate) connection: Rc<Connection<T, C>>,
}

/// Somebody has a record open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditingSession {
    /// Its id.
    pub id: String,
    /// When the person last did something.
    pub last_activity_at: Timestamp,
    /// Since when the record is locked, if it is: somebody typed into it.
    pub locked_at: Option<Timestamp>,
    /// The record's id; `None` when no record is open.
    pub item: Option<String>,
    /// The id of the record's model.
    pub item_type: Option<String>,
    /// Who.
    pub editor: Option<Actor>,
}

impl<T: Transport, C: Timer> EditingSessions<T, C> {
    /// All of them.
    pub async fn list(&self) -> Result<Vec<EditingSession>, ApiError> {
        let call = Call::get(&["editing-sessions"])?;
        let request = call.label();
        let document = self.connection.document::<Vec<WireSession>>(call).await?;
        understand_all(&request, document.data)
    }

    /// Ends a session: the person loses the lock on the record.
    pub async fn destroy(&self, id: &str) -> Result<(), ApiError> {
        self.connection
            .nothing(Call::write(Method::DELETE, &["editing-sessions", id])?)
            .await
    }
}

#[derive(Deserialize)]
struct WireSession {
    id: String,
    attributes: WireAttributes,
    #[serde(default)]
    relationships: WireRelationships,
}

#[derive(Deserialize)]
struct WireAttributes {
    last_activity_at: String,
    #[serde(default)]
    locked_at: Option<String>,
}

#[derive(Default, Deserialize)]
struct WireRelationships {
    #[serde(default)]
    active_item: ToOne,
    #[serde(default)]
    active_item_type: ToOne,
    #[serde(default)]
    editor: ToOne,
}

impl TryFrom<WireSession> for EditingSession {
    type Error = String;

    fn try_from(wire: WireSession) -> Result<Self, Self::Error> {
        let WireSession {
            id,
            attributes,
            relationships,
        } = wire;
        let moment = |text: &str| text.parse::<Timestamp>().map_err(|error| error.to_string());
        Ok(Self {
            id,
            last_activity_at: moment(&attributes.last_activity_at)?,
            locked_at: attributes.locked_at.as_deref().map(moment).transpose()?,
            item: relationships.active_item.id(),
            item_type: relationships.active_item_type.id(),
            editor: relationships
                .editor
                .data
                .map(|editor: Linkage| Actor::from(editor)),
        })
    }
}

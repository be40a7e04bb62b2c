//! Editing sessions: who has which record open. They live in memory, and end when nothing is heard of them for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::{get, put};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::http::answer::{self, Answer};
use crate::http::body::JsonApi;
use crate::http::context::Ctx;
use crate::http::error::ApiError;
use crate::http::permission::{ItemAction, ItemSubject};
use crate::state::App;

/// How long a session lasts without activity. The vendor does not say; the panel's heartbeat is far shorter.
const EXPIRY: Duration = Duration::from_mins(2);

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/editing-sessions", get(index))
        .route("/editing-sessions/{id}", put(update).delete(destroy))
}

/// Somebody at a record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) environment: String,
    /// `{"type", "id"}`.
    pub(crate) editor: Value,
    /// The record, with its model, once one was entered.
    pub(crate) item: Option<(String, String)>,
    pub(crate) last_activity: Timestamp,
    pub(crate) locked_at: Option<Timestamp>,
}

impl Session {
    fn alive(&self, now: Timestamp) -> bool {
        now.since(self.last_activity) < EXPIRY
    }

    fn to_json(&self) -> Value {
        let part = |kind: &str, id: Option<&String>| match id {
            Some(id) => json!({"data": {"type": kind, "id": id}}),
            None => json!({"data": null}),
        };
        json!({
            "type": "editing_session",
            "id": self.id,
            "attributes": {
                "last_activity_at": self.last_activity.iso(),
                "locked_at": self.locked_at.map(Timestamp::iso),
            },
            "relationships": {
                "active_item": part("item", self.item.as_ref().map(|(item, _)| item)),
                "active_item_type": part("item_type", self.item.as_ref().map(|(_, item_type)| item_type)),
                "editor": {"data": self.editor},
            },
        })
    }
}

/// All sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions(Mutex<Vec<Session>>);

impl Sessions {
    fn lock(&self) -> MutexGuard<'_, Vec<Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a session, or replaces the one with this id.
    pub(crate) fn put(&self, session: Session) {
        let mut sessions = self.lock();
        match sessions.iter_mut().find(|other| other.id == session.id) {
            Some(other) => *other = session,
            None => sessions.push(session),
        }
    }

    /// The sessions in an environment, without those that expired.
    pub(crate) fn list(&self, environment: &str, now: Timestamp) -> Vec<Session> {
        let mut sessions = self.lock();
        sessions.retain(|session| session.alive(now));
        sessions
            .iter()
            .filter(|session| session.environment == environment)
            .cloned()
            .collect()
    }

    /// Whether somebody edits in the environment: a session that stands at a record.
    pub(crate) fn any_in(&self, environment: &str, now: Timestamp) -> bool {
        self.list(environment, now)
            .iter()
            .any(|session| session.item.is_some())
    }

    /// Who has locked the record, if anybody.
    pub(crate) fn lock_holder(
        &self,
        environment: &str,
        item: &str,
        now: Timestamp,
    ) -> Option<Session> {
        self.list(environment, now).into_iter().find(|session| {
            session.locked_at.is_some()
                && session
                    .item
                    .as_ref()
                    .is_some_and(|(locked, _)| locked == item)
        })
    }

    /// Ends a session.
    pub(crate) fn remove(&self, environment: &str, id: &str) -> Option<Session> {
        let mut sessions = self.lock();
        let at = sessions
            .iter()
            .position(|session| session.id == id && session.environment == environment)?;
        Some(sessions.remove(at))
    }

    /// Moves sessions along with an environment that gets a new name.
    pub(crate) fn rename(&self, from: &str, to: &str) {
        for session in self
            .lock()
            .iter_mut()
            .filter(|session| session.environment == from)
        {
            to.clone_into(&mut session.environment);
        }
    }

    /// Ends the sessions in an environment that is destroyed.
    pub(crate) fn clear(&self, environment: &str) {
        self.lock()
            .retain(|session| session.environment != environment);
    }
}

async fn index(ctx: Ctx) -> Answer {
    let sessions = ctx.app.sessions().list(&ctx.env.id, ctx.app.now());
    answer::list(sessions.iter().map(Session::to_json).collect())
}

/// What the body's type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Enter,
    TakeOver,
    Lock,
    Unlock,
}

impl Move {
    fn parse(kind: &str) -> Option<Self> {
        match kind {
            "editing_session_enter_item" => Some(Self::Enter),
            "editing_session_take_over_item" => Some(Self::TakeOver),
            "editing_session_lock_item" => Some(Self::Lock),
            "editing_session_unlock_item" => Some(Self::Unlock),
            _ => None,
        }
    }
}

/// Enters, locks, unlocks or takes over a record; the session comes into being with the first call.
async fn update(ctx: Ctx, Path(id): Path<String>, JsonApi(data): JsonApi) -> Answer {
    let what = data["type"].as_str().and_then(Move::parse);
    let what =
        what.ok_or_else(|| ApiError::invalid_format("unknown kind of editing session update"))?;
    let now = ctx.app.now();
    let known = ctx
        .app
        .sessions()
        .list(&ctx.env.id, now)
        .into_iter()
        .find(|session| session.id == id);
    let mine = ctx.caller.reference();
    if known.as_ref().is_some_and(|session| session.editor != mine) {
        return Err(ApiError::insufficient_permissions(
            "to be the editor of this session",
        ));
    }
    let known_item = known.as_ref().and_then(|session| session.item.clone());
    let locked = known.as_ref().and_then(|session| session.locked_at);
    let (item, locked_at) = match what {
        Move::Unlock => (known_item, None),
        Move::Enter | Move::TakeOver | Move::Lock => {
            let item = item_of(&ctx, &data)?;
            let holder = ctx
                .app
                .sessions()
                .lock_holder(&ctx.env.id, &item.0, now)
                .filter(|other| other.id != id);
            match (what, holder) {
                (Move::TakeOver, holder) => {
                    let subject = ItemSubject {
                        item_type: &item.1,
                        ..ItemSubject::default()
                    };
                    ctx.require_item_action(ItemAction::TakeOver, &subject)?;
                    if let Some(holder) = holder {
                        ctx.app.sessions().put(Session {
                            item: None,
                            locked_at: None,
                            ..holder
                        });
                    }
                    (Some(item), Some(now))
                }
                (Move::Lock, Some(_)) => {
                    return Err(ApiError::unprocessable("ITEM_LOCKED", json!({})));
                }
                (Move::Lock, None) => {
                    ctx.writable()?;
                    (Some(item), Some(now))
                }
                (Move::Enter | Move::Unlock, _) => {
                    let still = known_item.as_ref() == Some(&item);
                    (Some(item), locked.filter(|_| still))
                }
            }
        }
    };
    let session = Session {
        id,
        environment: ctx.env.id.clone(),
        editor: mine,
        item,
        last_activity: now,
        locked_at,
    };
    ctx.app.sessions().put(session.clone());
    answer::entity(StatusCode::OK, session.to_json())
}

/// The record the body names, with its model.
fn item_of(ctx: &Ctx, data: &Value) -> Result<(String, String), ApiError> {
    let item = data["relationships"]["item"]["data"]["id"].as_str();
    let item = item.ok_or_else(|| ApiError::invalid_format("`relationships.item` is missing"))?;
    let row = ctx
        .env
        .db
        .read(|connection| crate::store::items::find(connection, item))?;
    let row = row.ok_or_else(ApiError::not_found)?;
    Ok((row.id, row.item_type))
}

/// Ends a session; one's own, or anybody's with the permission to manage users.
async fn destroy(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let sessions = ctx.app.sessions().list(&ctx.env.id, ctx.app.now());
    let session = sessions
        .into_iter()
        .find(|session| session.id == id)
        .ok_or_else(ApiError::not_found)?;
    if session.editor != ctx.caller.reference() {
        ctx.require(crate::http::permission::Permission::ManageUsers)?;
    }
    ctx.app.sessions().remove(&ctx.env.id, &id);
    answer::entity(StatusCode::OK, session.to_json())
}

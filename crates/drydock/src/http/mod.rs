//! What all controllers share: who calls ([`context`], [`callers`]), what comes in ([`body`], [`query`]), what goes out
//! ([`answer`], [`error`]), what roles allow ([`permission`], [`content_part`]), what happens around every call
//! ([`middleware`]), and what it leaves behind ([`trail`]).

pub(crate) mod answer;
pub(crate) mod body;
pub(crate) mod callers;
pub(crate) mod content_part;
pub(crate) mod context;
pub(crate) mod error;
pub(crate) mod middleware;
pub(crate) mod permission;
pub(crate) mod query;
pub(crate) mod rate;
pub(crate) mod trail;

/// Marks a response that never reaches the caller: [`crate::Drydock::serve`] closes the connection instead of sending it. Code
/// that calls the router in process finds it among the response's extensions and treats the call as unanswered.
#[derive(Debug, Clone, Copy)]
pub struct NoAnswer;

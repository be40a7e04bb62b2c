//! What can go wrong, by what the caller can do about it.

use crate::message::Rejection;

/// Why a call has no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CallError {
    /// The method ran and failed, or the other side does not know it after all.
    #[error("{0}")]
    Rejected(Rejection),
    /// The other side did not list this method in its handshake. Nothing was sent.
    #[error("the other window has no method `{0}`")]
    UnknownMethod(String),
    /// The handshake has not happened yet. Nothing was sent.
    #[error("the other window has not connected yet")]
    NotConnected,
    /// The connection ended before the answer came. If the call had been sent, it may have run.
    #[error("the connection to the other window has ended")]
    Destroyed,
    /// The frame loaded another document before it answered. The call may have run.
    #[error("the frame was reloaded before it answered")]
    Reloaded,
    /// The browser refused to post the call. Nothing was sent.
    #[error("the call could not be posted: {0}")]
    NotSent(Rejection),
    /// The method ran, and its answer is not something JSON can say (a cycle, a `BigInt`, nested too deeply), or does not
    /// say how the call ended.
    #[error("the answer of the other window cannot be read")]
    Unreadable,
}

/// Why a connection could not be started.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectError {
    /// The page is not in a frame, so there is no parent to talk to.
    #[error("this page is not inside a frame")]
    NotInIframe,
    /// There is no `window`: a worker, or not a browser at all.
    #[error("there is no window here")]
    NoWindow,
    /// The frame has neither `src` nor `srcdoc`, so its origin cannot be derived; state it with
    /// [`ChildOrigin::Exact`](crate::parent::ChildOrigin::Exact).
    #[error("the frame has neither `src` nor `srcdoc`: its origin is unknown")]
    NoFrameSource,
    /// The `src` of the frame is not a URL.
    #[error("the frame's `src` is not a URL: `{0}`")]
    InvalidFrameSource(String),
    /// The browser refused an operation every page may do.
    #[error("the browser refused to {action}: {reason}")]
    Refused {
        /// What was tried.
        action: &'static str,
        /// What the browser said.
        reason: String,
    },
}

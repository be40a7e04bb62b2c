//! A frame that is opened ahead, for the script that follows.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures_util::future::{FutureExt, LocalBoxFuture};
use slipway_engine::ports::ScriptFailure;

use super::SandboxFiles;
use super::frame::Frame;

/// At most one frame, ready or on its way. No script has run in it, so nothing of one is in it.
#[derive(Default)]
pub(super) struct Spare(RefCell<Option<Ahead>>);

enum Ahead {
    Opening(LocalBoxFuture<'static, Result<Frame, ScriptFailure>>),
    Open(Frame),
}

impl Spare {
    /// Begins to open one, unless there is one. [`Spare::go_on`] does the work.
    pub(super) fn open(&self, files: &Rc<SandboxFiles>) {
        let files = Rc::clone(files);
        let opening = async move { Frame::open(&files).await };
        let mut ahead = self.0.borrow_mut();
        ahead.get_or_insert_with(|| Ahead::Opening(opening.boxed_local()));
    }

    /// Goes on opening it for as long as this is polled; there is nothing to wait for.
    pub(super) fn go_on(&self, cx: &mut Context<'_>) -> Poll<Infallible> {
        let mut ahead = self.0.borrow_mut();
        if let Some(Ahead::Opening(opening)) = &mut *ahead
            && let Poll::Ready(opened) = opening.as_mut().poll(cx)
        {
            // What stands in its way is told when it stands in the way of a script.
            *ahead = opened.ok().map(Ahead::Open);
        }
        Poll::Pending
    }

    /// The frame, when there is one that works.
    pub(super) async fn take(&self) -> Option<Frame> {
        let ahead = self.0.take()?;
        let mut frame = match ahead {
            Ahead::Opening(opening) => opening.await.ok()?,
            Ahead::Open(frame) => frame,
        };
        frame.is_well().then_some(frame)
    }

    /// Closes it: no script follows after all.
    pub(super) fn close(&self) {
        drop(self.0.take());
    }
}

impl fmt::Debug for Spare {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spare").finish_non_exhaustive()
    }
}

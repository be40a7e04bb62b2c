//! A frame that is opened ahead, for the script that follows.

use std::cell::RefCell;
use std::rc::Rc;

use futures_channel::oneshot;
use wasm_bindgen_futures::spawn_local;

use super::SandboxFiles;
use super::frame::Frame;

/// At most one frame, ready or on its way. No script has run in it, so nothing of one is in it.
#[derive(Debug, Default)]
pub(super) struct Spare(RefCell<Option<oneshot::Receiver<Frame>>>);

impl Spare {
    /// Begins to open one, unless there is one.
    pub(super) fn open(&self, files: &Rc<SandboxFiles>) {
        let mut spare = self.0.borrow_mut();
        if spare.is_some() {
            return;
        }
        let (sender, receiver) = oneshot::channel();
        *spare = Some(receiver);
        let files = Rc::clone(files);
        spawn_local(async move {
            // What stands in its way is told when it stands in the way of a script. Where nobody waits any more the frame is
            // closed.
            if let Ok(frame) = Frame::open(&files).await {
                drop(sender.send(frame));
            }
        });
    }

    /// The frame, when there is one that works.
    pub(super) async fn take(&self) -> Option<Frame> {
        let coming = self.0.borrow_mut().take()?;
        let mut frame = coming.await.ok()?;
        frame.is_well().then_some(frame)
    }

    /// Closes it: no script follows after all.
    pub(super) fn close(&self) {
        drop(self.0.borrow_mut().take());
    }
}

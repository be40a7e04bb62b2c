//! A gate before the CMS: with two pages at work, a schedule decides whose call goes next.

use std::cell::RefCell;

use tokio::sync::oneshot;

/// Who waits for permission to send, in the order they came.
#[derive(Default)]
pub(crate) struct Gate(RefCell<Vec<(usize, oneshot::Sender<()>)>>);

impl Gate {
    /// Waits until the schedule lets this page send.
    pub(crate) async fn pass(&self, seat: usize) {
        let (open, opened) = oneshot::channel();
        self.0.borrow_mut().push((seat, open));
        // A gate that is gone holds nobody back.
        let _gone = opened.await;
    }

    /// The pages that wait; a page with two calls under way is there twice.
    pub(crate) fn waiting(&self) -> Vec<usize> {
        let mut waiting = self.0.borrow_mut();
        waiting.retain(|(_, open)| !open.is_closed());
        waiting.iter().map(|(seat, _)| *seat).collect()
    }

    /// Lets one of those that wait through, by its place among [`Gate::waiting`].
    pub(crate) fn let_through(&self, place: usize) {
        let (_, open) = self.0.borrow_mut().remove(place);
        // A page that ended meanwhile does not mind.
        let _ended = open.send(());
    }
}

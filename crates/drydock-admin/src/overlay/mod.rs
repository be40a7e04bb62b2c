//! What floats above a page: toasts, questions, and the modals of plugins. Whoever
//! opens one waits for its value; closing without a choice is a value too.

mod confirm;
mod dialog;
mod modal;
pub(crate) mod options;
mod toasts;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use serde_json::Value;
use yew::prelude::*;

use crate::router::WrapperProps;

pub(crate) use confirm::ConfirmDialog;
pub(crate) use dialog::Dialog;
pub(crate) use modal::ModalDialog;
pub(crate) use options::{Choice, Confirm, Intent, Modal, Toast, ToastKind};
pub(crate) use toasts::Toasts;

/// The place where an opener waits. Settling twice does nothing the second time.
#[derive(Debug, Clone)]
struct Waiting(Rc<RefCell<Option<oneshot::Sender<Value>>>>);

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Waiting {
    fn new() -> (Self, oneshot::Receiver<Value>) {
        let (sender, receiver) = oneshot::channel();
        (Self(Rc::new(RefCell::new(Some(sender)))), receiver)
    }

    fn settle(&self, value: Value) {
        if let Some(sender) = self.0.borrow_mut().take() {
            // The opener may be gone; then nobody minds.
            let _unheard = sender.send(value);
        }
    }
}

/// What is floating.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Floating {
    /// A short message at the edge.
    Toast(Toast),
    /// A question with a few answers.
    Confirm(Confirm),
    /// A frame of a plugin.
    Modal(Modal),
}

/// Something floating and who waits for it.
#[derive(Debug, Clone, PartialEq)]
struct Open {
    id: u32,
    what: Floating,
    waiting: Waiting,
}

/// Everything that floats, the newest last.
#[derive(Debug, Clone, PartialEq, Default)]
struct Overlay(Vec<Open>);

enum Change {
    Opened(Box<Open>),
    Closed(u32),
    PageLeft,
}

impl Reducible for Overlay {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut open = self.0.clone();
        match change {
            Change::Opened(new) => open.push(*new),
            Change::Closed(id) => open.retain(|each| each.id != id),
            Change::PageLeft => open.retain(|each| match &each.what {
                Floating::Toast(toast) => !toast.dismiss_on_page_change,
                Floating::Confirm(_) | Floating::Modal(_) => true,
            }),
        }
        Rc::new(Self(open))
    }
}

/// The overlay as components and plugin frames use it.
#[derive(Clone, PartialEq)]
pub(crate) struct OverlayContext {
    store: UseReducerHandle<Overlay>,
    next_id: Rc<Cell<u32>>,
}

impl OverlayContext {
    /// Says that something worked.
    pub(crate) fn notice(&self, message: impl Into<String>) {
        self.say(ToastKind::Notice, message.into());
    }

    /// Says that something did not work.
    pub(crate) fn alert(&self, message: impl Into<String>) {
        self.say(ToastKind::Alert, message.into());
    }

    fn say(&self, kind: ToastKind, message: String) {
        let _unawaited = self.open(Floating::Toast(Toast::new(kind, message)));
    }

    /// Shows a toast and waits until it is gone: the value of its button, or `null`.
    pub(crate) async fn toast(&self, toast: Toast) -> Value {
        wait(self.open(Floating::Toast(toast))).await
    }

    /// Asks and waits for the value of the answer.
    pub(crate) async fn confirm(&self, confirm: Confirm) -> Value {
        wait(self.open(Floating::Confirm(confirm))).await
    }

    /// Asks whether to do something that cannot be taken back.
    pub(crate) async fn confirm_destructive(
        &self,
        title: &str,
        content: &str,
        action: &str,
    ) -> bool {
        self.confirm(Confirm::destructive(title, content, action))
            .await
            == Value::Bool(true)
    }

    /// Opens a plugin's modal and waits for what it resolves to; `null` when closed.
    pub(crate) async fn modal(&self, modal: Modal) -> Value {
        wait(self.open(Floating::Modal(modal))).await
    }

    /// Takes something down with a value for whoever waits.
    pub(crate) fn close(&self, id: u32, value: Value) {
        if let Some(open) = self.store.0.iter().find(|each| each.id == id) {
            open.waiting.settle(value);
        }
        self.store.dispatch(Change::Closed(id));
    }

    /// Takes down what belongs to the page being left.
    pub(crate) fn page_left(&self) {
        self.store.dispatch(Change::PageLeft);
    }

    fn open(&self, what: Floating) -> oneshot::Receiver<Value> {
        let id = self.next_id.get();
        self.next_id.set(id + 1);
        let (waiting, receiver) = Waiting::new();
        self.store
            .dispatch(Change::Opened(Box::new(Open { id, what, waiting })));
        receiver
    }
}

/// What was dropped without a value was closed.
async fn wait(receiver: oneshot::Receiver<Value>) -> Value {
    receiver.await.unwrap_or(Value::Null)
}

/// The overlay of the tree this component stands in.
#[hook]
pub(crate) fn use_overlay() -> OverlayContext {
    #[expect(
        clippy::expect_used,
        reason = "a tree without its providers is a programming error"
    )]
    use_context().expect("wrap the tree in <OverlayProvider>")
}

/// Lends [`OverlayContext`] to the tree below.
#[component]
pub(crate) fn OverlayProvider(props: &WrapperProps) -> Html {
    let store = use_reducer_eq(Overlay::default);
    let next_id = use_memo((), |()| Cell::new(0));
    let context = OverlayContext { store, next_id };
    html! {
        <ContextProvider<OverlayContext> context={context}>
            { props.children.clone() }
        </ContextProvider<OverlayContext>>
    }
}

/// Draws what floats.
#[component]
pub(crate) fn OverlayLayer() -> Html {
    let overlay = use_overlay();
    let closer = |id: u32| {
        let overlay = overlay.clone();
        Callback::from(move |value: Value| overlay.close(id, value))
    };
    let dialogs = overlay.store.0.iter().map(|open| match &open.what {
        Floating::Toast(_) => Html::default(),
        Floating::Confirm(confirm) => html! {
            <ConfirmDialog key={open.id} confirm={confirm.clone()} on_settle={closer(open.id)} />
        },
        Floating::Modal(modal) => html! {
            <ModalDialog key={open.id} modal={modal.clone()} on_settle={closer(open.id)} />
        },
    });
    let toasts = overlay.store.0.iter().filter_map(|open| match &open.what {
        Floating::Toast(toast) => Some((open.id, toast.clone())),
        Floating::Confirm(_) | Floating::Modal(_) => None,
    });
    let on_settle = {
        let overlay = overlay.clone();
        Callback::from(move |(id, value)| overlay.close(id, value))
    };
    html! {
        <>
            { for dialogs }
            <Toasts toasts={toasts.collect::<Vec<_>>()} {on_settle} />
        </>
    }
}

//! Addresses of the panel: the vendor's admin paths, so that what a plugin passes
//! to `navigateTo` works here as it does there. A path is environment-specific
//! through the prefix `/environments/<id>`; without it the primary is meant.

mod place;

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_utils::window;
use wasm_bindgen::JsValue;
use yew::prelude::*;

pub(crate) use place::{Area, Page, Place};

/// What a page can do with addresses: know the present one and go to another.
#[derive(Clone, PartialEq)]
pub(crate) struct Router {
    /// Where the panel is.
    pub(crate) place: Rc<Place>,
    go: Callback<(String, Step)>,
    guard: Rc<Guard>,
}

/// Whether "back" leads to the address being left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Push,
    Replace,
}

/// Who wants to be asked before the page is left: given the way on, they may take it
/// later, or not at all.
#[derive(Default)]
struct Guard(RefCell<Option<Callback<Callback<()>>>>);

impl PartialEq for Guard {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Router {
    /// Goes to an address inside the panel, taken as it is. A page with something
    /// to lose is asked first.
    pub(crate) fn go(&self, address: impl Into<String>) {
        let (go, address) = (self.go.clone(), address.into());
        let on = Callback::from(move |()| go.emit((address.clone(), Step::Push)));
        let guard = self.guard.0.borrow().clone();
        match guard {
            Some(guard) => guard.emit(on),
            None => on.emit(()),
        }
    }

    /// Goes to an address without leaving the present one in the history, and without asking.
    pub(crate) fn replace(&self, address: impl Into<String>) {
        self.go.emit((address.into(), Step::Replace));
    }

    /// Goes to a page in the environment being viewed.
    pub(crate) fn open(&self, page: &Page) {
        self.go(self.address(page));
    }

    /// The address of a page in the environment being viewed.
    pub(crate) fn address(&self, page: &Page) -> String {
        page.address(self.place.environment.as_deref())
    }
}

/// While `unsaved`, asks `guard` before another page of the panel is shown, and lets
/// the browser ask before the panel is left.
#[hook]
pub(crate) fn use_guard(unsaved: bool, guard: Callback<Callback<()>>) {
    let router = use_router();
    use_effect_with(unsaved, move |unsaved| {
        let slot = router.guard.clone();
        let leaving = unsaved.then(|| {
            slot.0.replace(Some(guard));
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window(), "beforeunload", options, |event| {
                event.prevent_default();
            })
        });
        move || {
            drop(leaving);
            slot.0.replace(None);
        }
    });
}

/// The router of the tree this component stands in.
#[hook]
pub(crate) fn use_router() -> Router {
    #[expect(
        clippy::expect_used,
        reason = "a tree without its providers is a programming error"
    )]
    use_context().expect("wrap the tree in <RouterProvider>")
}

/// Properties of components that only wrap others.
#[derive(Properties, PartialEq)]
pub(crate) struct WrapperProps {
    /// What is wrapped.
    #[prop_or_default]
    pub(crate) children: Html,
}

/// Follows the browser's history and lends [`Router`] to the tree below.
#[component]
pub(crate) fn RouterProvider(props: &WrapperProps) -> Html {
    let place = use_state(|| Rc::new(current_place()));
    use_effect_with((), {
        let place = place.setter();
        move |()| {
            let listener = EventListener::new(&window(), "popstate", move |_| {
                place.set(Rc::new(current_place()));
            });
            move || drop(listener)
        }
    });
    let go = use_callback((), {
        let place = place.setter();
        move |(address, step): (String, Step), ()| {
            let history = window().history();
            let url = Some(address.as_str());
            let moved = history.and_then(|history| match step {
                Step::Push => history.push_state_with_url(&JsValue::NULL, "", url),
                Step::Replace => history.replace_state_with_url(&JsValue::NULL, "", url),
            });
            // The browser refuses only addresses of another origin; then we stay.
            if moved.is_ok() {
                place.set(Rc::new(current_place()));
            }
        }
    });
    let guard = use_memo((), |()| Guard::default());
    let router = Router {
        place: (*place).clone(),
        go,
        guard,
    };
    html! { <ContextProvider<Router> context={router}>{ props.children.clone() }</ContextProvider<Router>> }
}

fn current_place() -> Place {
    let location = window().location();
    // Reading the parts of one's own address cannot fail; an empty part is what is left if it did.
    let part = |part: Result<String, _>| part.unwrap_or_default();
    let address = [
        part(location.pathname()),
        part(location.search()),
        part(location.hash()),
    ]
    .concat();
    Place::parse(&address)
}

//! Reports the height of the content to the CMS.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Function;
use serde_json::Value;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, HtmlElement, MutationObserver, MutationObserverInit, ResizeObserver};

use crate::host::Host;

/// Measures, and says so when the height differs from what was last said: an observer that reports what its own
/// report has changed would never come to rest.
pub(crate) struct Resizer {
    reporter: Rc<Reporter>,
    observers: RefCell<Option<Observers>>,
}

struct Reporter {
    host: Host,
    last: Cell<Option<f64>>,
}

struct Observers {
    resize: ResizeObserver,
    mutation: MutationObserver,
    /// Called by both; dropped with them.
    _callback: Closure<dyn Fn()>,
}

impl Resizer {
    pub(crate) fn new(host: Host) -> Self {
        Self {
            reporter: Rc::new(Reporter {
                host,
                last: Cell::new(None),
            }),
            observers: RefCell::new(None),
        }
    }

    pub(crate) fn update(&self) {
        self.reporter.report();
    }

    /// A second start changes nothing.
    pub(crate) fn start(&self) {
        self.update();
        let mut observers = self.observers.borrow_mut();
        if observers.is_none() {
            *observers = Observers::observe(Rc::clone(&self.reporter));
        }
    }

    pub(crate) fn stop(&self) {
        if let Some(observers) = self.observers.take() {
            observers.resize.disconnect();
            observers.mutation.disconnect();
        }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.observers.borrow().is_some()
    }
}

impl Drop for Resizer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Observers {
    /// `None` where there is no document to observe.
    fn observe(reporter: Rc<Reporter>) -> Option<Self> {
        let (document, body) = document()?;
        let callback = Closure::<dyn Fn()>::new(move || reporter.report());
        let function: &Function = callback.as_ref().unchecked_ref();
        let resize = ResizeObserver::new(function).ok()?;
        let mutation = MutationObserver::new(function).ok()?;
        let init = MutationObserverInit::new();
        init.set_attributes(true);
        init.set_child_list(true);
        init.set_subtree(true);
        init.set_character_data(true);
        mutation.observe_with_options(&body, &init).ok()?;
        resize.observe(&document.document_element()?);
        Some(Self {
            resize,
            mutation,
            _callback: callback,
        })
    }
}

impl Reporter {
    fn report(&self) {
        let Some(height) = measure() else { return };
        if self.last.replace(Some(height)) == Some(height) {
            return;
        }
        let sent = (self.host.call)("setHeight", vec![Value::from(height)]);
        // The answer says nothing; a host that cannot resize the frame shows scrollbars.
        spawn_local(async move { drop(sent.await) });
    }
}

/// The height of the content in CSS pixels, which can be a fraction: the tallest of the body's own measures and
/// the lowest edge of anything in it, since positioned elements do not stretch the body.
fn measure() -> Option<f64> {
    let (document, body) = document()?;
    let root = document.document_element()?;
    let own = [
        f64::from(body.scroll_height()),
        f64::from(body.offset_height()),
        root.get_bounding_client_rect().height(),
    ];
    let elements = body.get_elements_by_tag_name("*");
    let edges = (0..elements.length())
        .filter_map(|index| elements.item(index))
        .map(|element| element.get_bounding_client_rect().bottom());
    Some(own.into_iter().chain(edges).fold(0.0, f64::max))
}

fn document() -> Option<(Document, HtmlElement)> {
    let document = web_sys::window()?.document()?;
    let body = document.body()?;
    Some((document, body))
}

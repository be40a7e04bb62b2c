//! The panel in this page, and the plugin in its frames, as a test sees them.

use drydock_admin::Panel;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Function, JSON, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, BlobPropertyBag, Document, Element, HtmlElement, HtmlIFrameElement, Url, Window,
};

use crate::server::Server;

const PLUGIN: &str = include_str!("plugin.html");
/// Milliseconds between two looks, and how many looks anything may take.
const LOOK: u32 = 10;
const LOOKS: u32 = 2_000;

/// The panel with the plugin's page open in it.
pub(crate) struct Harness {
    panel: Panel,
    root: Element,
    plugin_url: String,
    address_before: String,
    _server: Server,
}

impl Harness {
    /// Opens the plugin's page at `/p/p1/pages/harbour`, with a query and a fragment, for a plugin with these
    /// permissions.
    pub(crate) async fn open(permissions: &[&str]) -> (Self, Plugin) {
        let plugin_url = page_of(PLUGIN);
        let server = Server::start(&plugin_url, permissions);
        let storage = window().local_storage().unwrap().unwrap();
        storage.clear().unwrap();
        let address_before = window().location().href().unwrap();
        go("/p/p1/pages/harbour?berth=7#log");
        let root = document().create_element("div").unwrap();
        document().body().unwrap().append_child(&root).unwrap();
        let harness = Self {
            panel: Panel::mount(root.clone()),
            root,
            plugin_url,
            address_before,
            _server: server,
        };
        let page = harness
            .plugin("iframe[title='Harbour (Harbour master)']")
            .await;
        (harness, page)
    }

    /// The one element that a selector means, once it is there.
    pub(crate) async fn find(&self, selector: &str) -> HtmlElement {
        let found = || self.root.query_selector(selector).unwrap();
        until(selector, || found().is_some()).await;
        assert_eq!(self.count(selector), 1, "{selector}");
        found().unwrap().unchecked_into()
    }

    /// How many elements a selector means.
    pub(crate) fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    /// The plugin in a frame, once it has been told its settings.
    pub(crate) async fn plugin(&self, frame: &str) -> Plugin {
        let found = || {
            let frame = self.root.query_selector(frame).unwrap()?;
            let plugin = Plugin(frame.unchecked_into());
            plugin.has_settings().then_some(plugin)
        };
        until(frame, || found().is_some()).await;
        found().unwrap()
    }

    /// The button with this text.
    pub(crate) async fn button(&self, text: &str) -> HtmlElement {
        let found = || {
            let buttons = self.root.query_selector_all("button").unwrap();
            (0..buttons.length())
                .map(|index| buttons.item(index).unwrap().unchecked_into::<HtmlElement>())
                .find(|button| button.inner_text() == text)
        };
        until(text, || found().is_some()).await;
        found().unwrap()
    }

    /// Everything the panel shows.
    pub(crate) fn markup(&self) -> String {
        self.root.inner_html()
    }

    /// Takes everything away, so that the next test finds the page as this one did.
    pub(crate) fn close(self) {
        self.panel.unmount();
        self.root.remove();
        go(&self.address_before);
        Url::revoke_object_url(&self.plugin_url).unwrap();
    }
}

/// The plugin in one frame.
pub(crate) struct Plugin(HtmlIFrameElement);

impl Plugin {
    /// The frame as the panel's page has it.
    pub(crate) fn frame(&self) -> &HtmlIFrameElement {
        &self.0
    }

    /// Every settings object the plugin was given, in order.
    pub(crate) fn told(&self) -> Vec<Value> {
        self.list("told")
    }

    /// The settings object that was given last.
    pub(crate) fn settings(&self) -> Value {
        self.told().pop().unwrap()
    }

    /// Every message of the panel, in order.
    pub(crate) fn heard(&self) -> Vec<Value> {
        self.list("heard")
    }

    /// Calls a method of the panel at once; the result can be awaited later.
    pub(crate) fn ask(&self, method: &str, argument: Value) -> Answer {
        let argument = JSON::parse(&argument.to_string()).unwrap();
        let answer = self
            .function("ask")
            .call2(&JsValue::NULL, &method.into(), &argument);
        Answer(answer.unwrap().unchecked_into())
    }

    /// Sends a message, whatever it is, to the panel: the value of a JavaScript expression.
    pub(crate) fn say(&self, expression: &str) {
        let message = Function::new_no_args(&format!("return {expression}"));
        let message = message.call0(&JsValue::NULL).unwrap();
        self.function("say")
            .call1(&JsValue::NULL, &message)
            .unwrap();
    }

    /// Waits until the latest settings are such.
    pub(crate) async fn is_told(&self, what: &str, such: impl Fn(&Value) -> bool) {
        until(what, || such(&self.settings())).await;
    }

    fn has_settings(&self) -> bool {
        let window = self.0.content_window();
        let told = window.map(|window| Reflect::get(&window, &"told".into()).unwrap());
        told.is_some_and(|told| told.is_array() && told.unchecked_ref::<Array>().length() > 0)
    }

    fn function(&self, name: &str) -> Function {
        self.global(name).unchecked_into()
    }

    fn list(&self, name: &str) -> Vec<Value> {
        let list = json(&self.global(name)).unwrap();
        list.as_array().unwrap().clone()
    }

    fn global(&self, name: &str) -> JsValue {
        Reflect::get(&self.0.content_window().unwrap(), &name.into()).unwrap()
    }
}

/// A call under way.
pub(crate) struct Answer(Promise);

impl Answer {
    /// What the panel answered, `None` for `undefined`; or what it failed with, an error as its name.
    pub(crate) async fn come(self) -> Result<Option<Value>, String> {
        match JsFuture::from(self.0).await {
            Ok(value) => Ok(json(&value)),
            Err(error) => Err(Reflect::get(&error, &"name".into())
                .unwrap()
                .as_string()
                .unwrap()),
        }
    }
}

/// Waits for a condition, and fails by its name when it does not come.
pub(crate) async fn until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..LOOKS {
        if condition() {
            return;
        }
        TimeoutFuture::new(LOOK).await;
    }
    panic!("this did not come: {what}");
}

pub(crate) fn window() -> Window {
    web_sys::window().unwrap()
}

pub(crate) fn document() -> Document {
    window().document().unwrap()
}

fn go(address: &str) {
    let history = window().history().unwrap();
    history
        .replace_state_with_url(&JsValue::NULL, "", Some(address))
        .unwrap();
}

/// The address of a page with this markup, of our own origin.
fn page_of(markup: &str) -> String {
    let kind = BlobPropertyBag::new();
    kind.set_type("text/html");
    let parts = Array::of1(&markup.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &kind).unwrap();
    Url::create_object_url_with_blob(&blob).unwrap()
}

fn json(value: &JsValue) -> Option<Value> {
    let text = JSON::stringify(value).unwrap().as_string()?;
    Some(serde_json::from_str(&text).unwrap())
}

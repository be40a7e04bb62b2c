//! The plugin in a real frame: this module is loaded a second time inside it, where it calls [`run_plugin`], and
//! the test plays the CMS around it.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::cell::RefCell;
use std::future::ready;
use std::rc::Rc;

use datocms_plugin::{ConnectError, Hooks, Mode, Plugin, Settings, connect};
use futures_channel::mpsc;
use penpal::parent::{ChildOrigin, Host};
use penpal::{Methods, Remote, Value};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, HtmlElement, HtmlIFrameElement};

wasm_bindgen_test_configure!(run_in_browser);

const PLUGIN: &str =
    "<!doctype html><body style='margin: 0'><div id=content style='height: 120px'></div>
<script type=module>
    import init, { run_plugin } from './wasm-bindgen-test';
    await init('./wasm-bindgen-test_bg.wasm');
    run_plugin();
</script>";

/// What the plugin in the frame does: reports its height, and in a dialog answers it with what it was told.
///
/// # Panics
///
/// When there is no CMS around it.
#[wasm_bindgen]
pub fn run_plugin() {
    wasm_bindgen_futures::spawn_local(async {
        let latest: Rc<RefCell<Option<Settings>>> = Rc::default();
        let keeping = Rc::clone(&latest);
        let plugin: Plugin = connect(Hooks::new(), move |settings| {
            *keeping.borrow_mut() = Some(settings);
        })
        .await
        .unwrap();
        assert_eq!(latest.borrow().as_ref(), Some(&*plugin.settings()));
        plugin.start_auto_resizer();
        plugin.start_auto_resizer();
        if let Mode::RenderModal { parameters, .. } = &plugin.settings().mode {
            plugin.resolve(Some(parameters.clone())).await.unwrap();
        }
        // The observers live as long as the plugin does.
        std::mem::forget(plugin);
    });
}

fn settings(mode: &str, extra: Value) -> Value {
    let mut settings = json!({
        "mode": mode,
        "bodyPadding": [0, 0, 0, 0],
        "plugin": {"id": "P1", "type": "plugin", "attributes": {"name": "Slipway", "parameters": {}}},
        "currentUser": {"id": "U1", "type": "user", "attributes": {"email": "ada@example.com"}},
        "currentRole": {"id": "R1", "type": "role", "attributes": {"name": "Editor"}},
        "site": {"id": "S1", "type": "site", "attributes": {"name": "Harbour", "locales": ["en"]}},
        "environment": "main",
        "isEnvironmentPrimary": true,
    });
    settings
        .as_object_mut()
        .unwrap()
        .extend(extra.as_object().unwrap().clone());
    settings
}

/// The CMS around one frame of the plugin.
struct Cms {
    frame: HtmlIFrameElement,
    plugin: Remote,
    /// Calls of the plugin, as name and first argument.
    calls: mpsc::UnboundedReceiver<(&'static str, Value)>,
    _host: Host,
}

impl Cms {
    async fn open(settings: Value) -> Self {
        let (sender, calls) = mpsc::unbounded();
        let record = |name: &'static str| {
            let sender = sender.clone();
            move |mut args: Vec<Value>| {
                sender
                    .unbounded_send((name, args.pop().unwrap_or(Value::Null)))
                    .unwrap();
                ready(Ok(None))
            }
        };
        let methods = Methods::new()
            .on("getSettings", move |_| ready(Ok(Some(settings.clone()))))
            .on("setHeight", record("setHeight"))
            .on("resolve", record("resolve"));
        let (connected, mut connections) = mpsc::unbounded();
        let document = web_sys::window().unwrap().document().unwrap();
        let frame: HtmlIFrameElement = document.create_element("iframe").unwrap().unchecked_into();
        frame.set_srcdoc(PLUGIN);
        let on_connected = move |remote| connected.unbounded_send(remote).unwrap();
        let host = Host::listen(&frame, ChildOrigin::FromSrc, methods, on_connected).unwrap();
        document.body().unwrap().append_child(&frame).unwrap();
        let plugin = connections.recv().await.unwrap();
        Self {
            frame,
            plugin,
            calls,
            _host: host,
        }
    }

    async fn next_call(&mut self) -> (&'static str, Value) {
        self.calls.recv().await.unwrap()
    }

    fn document(&self) -> Document {
        self.frame.content_document().unwrap()
    }

    fn root(&self) -> HtmlElement {
        self.document().document_element().unwrap().unchecked_into()
    }
}

impl Drop for Cms {
    fn drop(&mut self) {
        self.frame.remove();
    }
}

#[wasm_bindgen_test]
async fn the_document_wears_the_look_of_the_cms() {
    let look = |scheme: &str, tokens: Value, locale: &str| {
        let extra =
            json!({"colorScheme": scheme, "cssDesignTokens": tokens, "ui": {"locale": locale}});
        settings("renderConfigScreen", extra)
    };
    let tokens = json!({"--color--ink": "oklch(0.95 0 0)", "--color--old": "red", "color": "lime"});
    let mut cms = Cms::open(look("dark", tokens, "it")).await;
    // The height is reported after the look has been put on.
    assert_eq!(cms.next_call().await.0, "setHeight");
    let value = |name: &str| cms.root().style().get_property_value(name).unwrap();
    assert_eq!(
        cms.root().get_attribute("data-color-scheme").as_deref(),
        Some("dark")
    );
    assert_eq!(cms.root().get_attribute("lang").as_deref(), Some("it"));
    assert_eq!(value("color-scheme"), "dark");
    assert_eq!(value("--color--ink"), "oklch(0.95 0 0)");
    assert_eq!(value("color"), "", "only custom properties are taken");

    let tokens = json!({"--color--ink": "#111"});
    cms.plugin
        .call("onChange", vec![look("light", tokens, "en")])
        .await
        .unwrap();
    assert_eq!(
        cms.root().get_attribute("data-color-scheme").as_deref(),
        Some("light")
    );
    assert_eq!(value("color-scheme"), "light");
    assert_eq!(value("--color--ink"), "#111");
    assert_eq!(
        value("--color--old"),
        "",
        "a token that is gone is taken away"
    );
}

#[wasm_bindgen_test]
async fn a_self_resizing_frame_follows_its_content() {
    let mut cms = Cms::open(settings("renderConfigScreen", json!({}))).await;
    assert_eq!(cms.next_call().await, ("setHeight", json!(120)));
    let content: HtmlElement = cms
        .document()
        .get_element_by_id("content")
        .unwrap()
        .unchecked_into();
    content.style().set_property("height", "401px").unwrap();
    assert_eq!(cms.next_call().await, ("setHeight", json!(401)));
    content.style().set_property("height", "60px").unwrap();
    assert_eq!(
        cms.next_call().await,
        ("setHeight", json!(60)),
        "it shrinks again, and each height is reported once"
    );
}

#[wasm_bindgen_test]
async fn a_dialog_answers_whoever_opened_it() {
    let parameters = json!({"release": {"id": "r1"}});
    let mut cms = Cms::open(settings(
        "renderModal",
        json!({"modalId": "m", "parameters": parameters}),
    ))
    .await;
    let mut resolved = cms.next_call().await;
    while resolved.0 == "setHeight" {
        resolved = cms.next_call().await;
    }
    assert_eq!(resolved, ("resolve", parameters));
}

#[wasm_bindgen_test]
async fn a_frame_the_cms_sizes_reports_no_height() {
    let mut cms = Cms::open(settings("renderPage", json!({"pageId": "p"}))).await;
    let version = cms.plugin.call("sdkVersion", vec![]).await.unwrap();
    assert_eq!(version, Some(json!("0.3.1")));
    let changed = settings("renderPage", json!({"pageId": "p", "colorScheme": "dark"}));
    // Taken only once the settings are there and the program has started; the second one proves it.
    while cms.root().get_attribute("data-color-scheme").as_deref() != Some("dark") {
        cms.plugin
            .call("onChange", vec![changed.clone()])
            .await
            .unwrap();
    }
    assert!(cms.calls.try_recv().is_err());
}

#[wasm_bindgen_test]
async fn outside_a_frame_there_is_no_cms() {
    let error = connect(Hooks::new(), |_| {}).await.unwrap_err();
    assert_eq!(
        error,
        ConnectError::Penpal(penpal::ConnectError::NotInIframe)
    );
}

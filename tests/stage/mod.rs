//! Mounts a piece of the interface in the test's page, and finds things in it as a person would.

#![allow(dead_code, reason = "each test file uses its own part of it")]

use js_sys::{Function, Promise};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlElement};
use yew::{AppHandle, prelude::*};

/// Something mounted; gone when dropped.
pub(crate) struct Stage {
    root: Element,
    app: Option<AppHandle<Scene>>,
}

#[derive(Properties, PartialEq)]
pub(crate) struct SceneProps {
    children: Html,
}

#[component]
pub(crate) fn Scene(props: &SceneProps) -> Html {
    props.children.clone()
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.root.remove();
    }
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

/// Mounts this and waits until it is drawn.
pub(crate) async fn show(children: Html) -> Stage {
    let root = document().create_element("div").unwrap();
    document().body().unwrap().append_child(&root).unwrap();
    let app = yew::Renderer::<Scene>::with_root_and_props(root.clone(), SceneProps { children });
    let stage = Stage {
        root,
        app: Some(app.render()),
    };
    settle().await;
    stage
}

/// Lets everything that is queued run: rendering, effects, and what they ask for.
pub(crate) async fn settle() {
    let next_task = Function::new_no_args("return new Promise((done) => setTimeout(done, 0))");
    for _ in 0..4 {
        let promise: Promise = next_task.call0(&JsValue::NULL).unwrap().unchecked_into();
        JsFuture::from(promise).await.unwrap();
    }
}

impl Stage {
    /// Draws something else in the same place.
    pub(crate) async fn change(&mut self, children: Html) {
        self.app.as_mut().unwrap().update(SceneProps { children });
        settle().await;
    }

    /// Everything that is written, hidden text included.
    pub(crate) fn text(&self) -> String {
        self.root.text_content().unwrap()
    }

    /// The only element a selector finds.
    pub(crate) fn one(&self, selector: &str) -> HtmlElement {
        let all = self.root.query_selector_all(selector).unwrap();
        assert_eq!(all.length(), 1, "{selector} in {}", self.root.inner_html());
        all.get(0).unwrap().unchecked_into()
    }

    /// All elements a selector finds.
    pub(crate) fn all(&self, selector: &str) -> Vec<HtmlElement> {
        let all = self.root.query_selector_all(selector).unwrap();
        (0..all.length())
            .filter_map(|index| all.get(index))
            .map(wasm_bindgen::JsCast::unchecked_into)
            .collect()
    }

    /// How many elements a selector finds.
    pub(crate) fn count(&self, selector: &str) -> u32 {
        self.root.query_selector_all(selector).unwrap().length()
    }

    /// The only button of this name.
    pub(crate) fn button(&self, name: &str) -> HtmlElement {
        let all = self.root.query_selector_all("button").unwrap();
        let mut named = (0..all.length())
            .filter_map(|index| all.get(index))
            .map(wasm_bindgen::JsCast::unchecked_into::<HtmlElement>)
            .filter(|button| name_of(button) == name);
        let button = named
            .next()
            .unwrap_or_else(|| panic!("no button “{name}” in {}", self.root.inner_html()));
        assert!(named.next().is_none(), "two buttons “{name}”");
        button
    }

    /// Presses the only button of this name.
    pub(crate) async fn press(&self, name: &str) {
        self.button(name).click();
        settle().await;
    }

    /// Types into the control with this label, in place of what is there.
    pub(crate) async fn type_into(&self, label: &str, text: &str) {
        let control = self.control(label);
        let write = Function::new_with_args(
            "control, text",
            "control.value = text; control.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        );
        write.call2(&JsValue::NULL, &control, &text.into()).unwrap();
        settle().await;
    }

    /// The control with this label.
    pub(crate) fn control(&self, label: &str) -> HtmlElement {
        let labels = self.root.query_selector_all("label").unwrap();
        let found = (0..labels.length())
            .filter_map(|index| labels.get(index))
            .map(wasm_bindgen::JsCast::unchecked_into::<Element>)
            .find(|found| found.text_content().unwrap().trim() == label);
        if let Some(found) = found {
            return by_id(&found.get_attribute("for").unwrap());
        }
        let unseen = self.root.query_selector(&format!("[aria-label='{label}']"));
        (unseen.unwrap())
            .unwrap_or_else(|| panic!("no label “{label}” in {}", self.root.inner_html()))
            .unchecked_into()
    }
}

/// Presses a key on an element.
pub(crate) async fn key(element: &Element, key: &str) {
    let press = Function::new_with_args(
        "element, key",
        "element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))",
    );
    press.call2(&JsValue::NULL, element, &key.into()).unwrap();
    settle().await;
}

/// The element of this id.
pub(crate) fn by_id(id: &str) -> HtmlElement {
    document()
        .get_element_by_id(id)
        .unwrap_or_else(|| panic!("nothing has the id {id}"))
        .unchecked_into()
}

/// Whether an element has the focus.
pub(crate) fn has_focus(element: &Element) -> bool {
    document().active_element().as_ref() == Some(element)
}

/// What a screen reader says after an element's name: the texts its `aria-describedby` names.
pub(crate) fn description(element: &Element) -> String {
    let ids = element
        .get_attribute("aria-describedby")
        .unwrap_or_default();
    let texts: Vec<String> = ids
        .split_whitespace()
        .map(|id| by_id(id).text_content().unwrap())
        .collect();
    texts.join(" ")
}

fn name_of(button: &Element) -> String {
    button
        .get_attribute("aria-label")
        .unwrap_or_else(|| button.text_content().unwrap())
        .trim()
        .to_owned()
}

//! The panel as the host of a plugin, in a browser.
//!
//! The whole panel is drawn into the test's page; only its server is played, by the page's own `fetch`. The plugin
//! in its frames is a page of JavaScript that has never heard of our crates.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

mod harness;
mod server;

use harness::{Harness, document, until, window};
use serde_json::{Value, json};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Event, EventInit, KeyboardEvent, KeyboardEventInit};

wasm_bindgen_test_configure!(run_in_browser);

/// The vendor's names of what every settings object has; `currentUserAccessToken` is the only one that may be absent.
const BASE: [&str; 18] = [
    "cdaEndpointUrl",
    "cmaBaseUrl",
    "colorScheme",
    "cssDesignTokens",
    "currentRole",
    "currentUser",
    "environment",
    "fields",
    "fieldsets",
    "isEnvironmentPrimary",
    "itemTypes",
    "owner",
    "plugin",
    "site",
    "ssoUsers",
    "theme",
    "ui",
    "users",
];

fn keys(object: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

fn settings_of_a_page(more: &[&'static str]) -> Vec<&'static str> {
    let own = ["bodyPadding", "location", "mode", "pageId"];
    let mut names: Vec<_> = BASE.iter().chain(&own).chain(more).copied().collect();
    names.sort_unstable();
    names
}

#[wasm_bindgen_test]
async fn a_page_is_told_everything_the_vendor_tells() {
    let (panel, page) = Harness::open(&[]).await;
    let settings = page.settings();
    assert_eq!(keys(&settings), settings_of_a_page(&[]));

    let origin = window().location().origin().unwrap();
    let expected = json!({
        "mode": "renderPage",
        "pageId": "harbour",
        "location": {"pathname": "/p/p1/pages/harbour", "search": "?berth=7", "hash": "#log"},
        "environment": "main",
        "isEnvironmentPrimary": true,
        "cmaBaseUrl": format!("{origin}/cma"),
        "cdaEndpointUrl": format!("{origin}/graphql"),
        "ui": {"locale": "en"},
    });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(&settings[name], value, "{name}");
    }
    assert_eq!(
        settings["plugin"]["attributes"]["parameters"],
        json!({"berths": 12})
    );
    assert_eq!(settings["currentUser"]["attributes"]["full_name"], "Ada");
    assert_eq!(
        settings["currentRole"]["meta"]["final_permissions"]["can_promote_environments"],
        true
    );
    assert_eq!(settings["owner"]["id"], "o1");
    assert_eq!(settings["itemTypes"]["m1"]["attributes"]["api_key"], "boat");
    assert_eq!(settings["users"]["u1"], settings["currentUser"]);
    let tokens = settings["cssDesignTokens"].as_object().unwrap();
    assert!(tokens.len() > 20, "{tokens:?}");
    for (name, value) in tokens {
        assert!(
            name.starts_with("--") && value.is_string(),
            "{name}: {value}"
        );
    }
    panel.close();
}

#[wasm_bindgen_test]
async fn the_token_goes_only_to_a_plugin_with_the_permission() {
    let (panel, page) = Harness::open(&["currentUserAccessToken"]).await;
    let settings = page.settings();
    assert_eq!(
        keys(&settings),
        settings_of_a_page(&["currentUserAccessToken"])
    );
    assert_eq!(settings["currentUserAccessToken"], server::TOKEN);
    panel.close();
}

#[wasm_bindgen_test]
async fn a_plugin_adds_a_tab_that_leads_to_its_page() {
    let (panel, _page) = Harness::open(&[]).await;
    let tab = panel.find("nav a[href='/p/p1/pages/harbour']").await;
    assert_eq!(tab.inner_text(), "Harbour");
    assert_eq!(tab.get_attribute("aria-current").as_deref(), Some("page"));
    panel.close();
}

#[wasm_bindgen_test]
async fn another_colour_scheme_is_told_at_once_and_whole() {
    let (panel, page) = Harness::open(&[]).await;
    let first = page.settings();
    // The choices are Auto, Light and Dark.
    let (name, choice) = match first["colorScheme"].as_str() {
        Some("light") => ("dark", "label:nth-of-type(3)"),
        _ => ("light", "label:nth-of-type(2)"),
    };
    let choice = format!("#user-menu {choice} input[name=scheme]");
    panel.find(&choice).await.click();
    page.is_told("the other scheme", |settings| {
        settings["colorScheme"] == name
    })
    .await;
    let second = page.settings();
    assert_eq!(keys(&second), keys(&first));
    assert_ne!(second["cssDesignTokens"], first["cssDesignTokens"]);
    assert_eq!(page.told().len(), 2, "once, not again and again");
    panel.close();
}

#[wasm_bindgen_test]
async fn another_address_is_told_to_the_same_frame() {
    let (panel, page) = Harness::open(&[]).await;
    let went = page.ask("navigateTo", json!("/p/p1/pages/harbour?berth=8"));
    page.is_told("the other berth", |settings| {
        settings["location"]["search"] == "?berth=8"
    })
    .await;
    assert_eq!(went.come().await, Ok(None));
    assert_eq!(window().location().search().unwrap(), "?berth=8");
    let settings = page.settings();
    assert_eq!(keys(&settings), settings_of_a_page(&[]));
    assert_eq!(settings["location"]["hash"], "");
    // A frame that had been loaded anew would have been told once.
    assert_eq!(page.told().len(), 2);
    panel.close();
}

#[wasm_bindgen_test]
async fn an_address_outside_the_panel_is_refused() {
    let (panel, page) = Harness::open(&[]).await;
    for outside in ["//elsewhere.test/", "https://elsewhere.test/", "harbour"] {
        let went = page.ask("navigateTo", json!(outside)).come().await;
        assert_eq!(went, Err("Error".to_owned()), "{outside}");
    }
    assert_eq!(
        window().location().pathname().unwrap(),
        "/p/p1/pages/harbour"
    );
    panel.close();
}

const MODAL: &str = "dialog[aria-label='Choose a berth']";

fn modal() -> Value {
    json!({"id": "berths", "title": "Choose a berth", "width": "s", "parameters": {"free": [3, 5]}})
}

#[wasm_bindgen_test]
async fn a_modal_gives_its_opener_what_it_resolves_to() {
    let (panel, page) = Harness::open(&[]).await;
    let chosen = page.ask("openModal", modal());
    let inside = panel.plugin(&format!("{MODAL} iframe")).await;
    let settings = inside.settings();
    assert_eq!(settings["mode"], "renderModal");
    assert_eq!(settings["modalId"], "berths");
    assert_eq!(settings["parameters"], json!({"free": [3, 5]}));
    assert!(
        BASE.iter().all(|name| !settings[*name].is_null()),
        "{settings}"
    );

    assert_eq!(
        inside.ask("resolve", json!({"berth": 5})).come().await,
        Ok(None)
    );
    assert_eq!(chosen.come().await, Ok(Some(json!({"berth": 5}))));
    until("the modal is gone", || panel.count("dialog") == 0).await;
    panel.close();
}

#[wasm_bindgen_test]
async fn escape_closes_a_modal_and_gives_its_opener_null_and_the_focus() {
    let (panel, page) = Harness::open(&[]).await;
    page.frame().focus().unwrap();
    let focused = || document().active_element();
    assert_eq!(focused().as_ref(), Some(page.frame().as_ref()));

    let chosen = page.ask("openModal", modal());
    let inside = panel.plugin(&format!("{MODAL} iframe")).await;
    until("the modal's frame has the focus", || {
        focused().as_ref() == Some(inside.frame().as_ref())
    })
    .await;
    press_escape(&panel.find(MODAL).await);
    assert_eq!(chosen.come().await, Ok(Some(Value::Null)));
    until("the modal is gone", || panel.count("dialog") == 0).await;
    assert_eq!(focused().as_ref(), Some(page.frame().as_ref()));
    panel.close();
}

#[wasm_bindgen_test]
async fn the_browsers_own_wish_to_close_a_modal_is_heard() {
    let (panel, page) = Harness::open(&[]).await;
    let chosen = page.ask("openModal", modal());
    let options = EventInit::new();
    options.set_cancelable(true);
    let cancel = Event::new_with_event_init_dict("cancel", &options).unwrap();
    panel.find(MODAL).await.dispatch_event(&cancel).unwrap();
    assert!(
        cancel.default_prevented(),
        "the panel takes the dialog down itself"
    );
    assert_eq!(chosen.come().await, Ok(Some(Value::Null)));
    until("the modal is gone", || panel.count("dialog") == 0).await;
    panel.close();
}

#[wasm_bindgen_test]
async fn a_modal_that_only_its_plugin_may_close_stays() {
    let (panel, page) = Harness::open(&[]).await;
    let mut modal = modal();
    modal["closeDisabled"] = json!(true);
    let chosen = page.ask("openModal", modal);
    let inside = panel.plugin(&format!("{MODAL} iframe")).await;
    let dialog = panel.find(MODAL).await;
    assert_eq!(panel.count("dialog button"), 0);
    press_escape(&dialog);
    // Its answer comes after whatever Escape has set in motion.
    assert_eq!(inside.ask("setHeight", json!(200)).come().await, Ok(None));
    assert_eq!(panel.count(MODAL), 1);
    assert_eq!(inside.ask("resolve", json!(3)).come().await, Ok(None));
    assert_eq!(chosen.come().await, Ok(Some(json!(3))));
    panel.close();
}

fn press_escape(on: &web_sys::HtmlElement) {
    let options = KeyboardEventInit::new();
    options.set_key("Escape");
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    on.dispatch_event(&event).unwrap();
}

#[wasm_bindgen_test]
async fn a_toast_appears_in_the_live_region() {
    let (panel, page) = Harness::open(&[]).await;
    let region = panel
        .find("[aria-live=polite][aria-label=Notifications]")
        .await;
    assert_eq!(
        region.inner_text(),
        "",
        "it is there before anything is said"
    );
    assert_eq!(
        page.ask("notice", json!("Berth 5 is yours")).come().await,
        Ok(None)
    );
    let toast = panel.find("[aria-live=polite] [role=status] p").await;
    assert_eq!(toast.inner_text(), "Berth 5 is yours");
    assert_eq!(
        page.ask("alert", json!("The tide is out")).come().await,
        Ok(None)
    );
    let toast = panel.find("[aria-live=polite] [role=alert] p").await;
    assert_eq!(toast.inner_text(), "The tide is out");
    panel.close();
}

#[wasm_bindgen_test]
async fn a_toasts_button_answers_whoever_asked() {
    let (panel, page) = Harness::open(&[]).await;
    let toast = json!({"type": "warning", "message": "Moved", "cta": {"label": "Undo", "value": {"undo": 1}}});
    let pressed = page.ask("customToast", toast);
    panel.button("Undo").await.click();
    assert_eq!(pressed.come().await, Ok(Some(json!({"undo": 1}))));
    until("the toast is gone", || panel.count(".toast") == 0).await;
    panel.close();
}

#[wasm_bindgen_test]
async fn a_question_gives_the_value_of_its_answer() {
    let (panel, page) = Harness::open(&[]).await;
    let question = json!({
        "title": "Leave the harbour?",
        "content": "The tide turns at noon.",
        "choices": [
            {"label": "Leave", "value": {"leave": true}, "intent": "negative"},
            {"label": "Wait", "value": "wait"},
        ],
        "cancel": {"label": "Stay", "value": false},
    });
    for (label, value) in [
        ("Leave", json!({"leave": true})),
        ("Wait", json!("wait")),
        ("Stay", json!(false)),
    ] {
        let answer = page.ask("openConfirm", question.clone());
        let dialog = panel.find("dialog[aria-label='Leave the harbour?']").await;
        assert!(dialog.inner_text().contains("The tide turns at noon."));
        panel.button(label).await.click();
        assert_eq!(answer.come().await, Ok(Some(value)), "{label}");
        until("the question is gone", || panel.count("dialog") == 0).await;
    }
    let answer = page.ask("openConfirm", question);
    press_escape(&panel.find("dialog").await);
    assert_eq!(
        answer.come().await,
        Ok(Some(json!(false))),
        "Escape is the way out"
    );
    panel.close();
}

#[wasm_bindgen_test]
async fn arguments_of_the_wrong_shape_are_refused_and_open_nothing() {
    let (panel, page) = Harness::open(&[]).await;
    let before = panel.markup();
    for (method, argument) in [
        ("openModal", json!({"title": "without an id"})),
        ("openConfirm", json!({"title": "t", "content": "c"})),
        ("customToast", json!({"message": "of no kind"})),
        ("notice", json!({"message": "not a text"})),
        ("setHeight", json!("high")),
        ("updatePluginParameters", json!([1])),
    ] {
        let answer = page.ask(method, argument).come().await;
        assert_eq!(answer, Err("TypeError".to_owned()), "{method}");
    }
    assert_eq!(panel.markup(), before);
    panel.close();
}

#[wasm_bindgen_test]
async fn malformed_messages_change_nothing() {
    let (panel, page) = Harness::open(&[]).await;
    let (before, heard) = (panel.markup(), page.heard().len());
    for message in [
        "null",
        "42",
        "'openModal'",
        "[]",
        "{}",
        "{ penpal: 'hail', id: 1 }",
        "{ penpal: 'handshake' }",
        "{ penpal: 'handshake', methodNames: 'onChange' }",
        "{ penpal: 'call' }",
        "{ penpal: 'call', id: 'one', methodName: 'notice', args: ['no id'] }",
        "{ penpal: 'call', id: 901, methodName: 7, args: ['no name'] }",
        "{ penpal: 'call', id: 902, methodName: 'notice', args: 'no list' }",
        "{ penpal: 'reply' }",
        "{ penpal: 'reply', id: 903, resolution: 'fulfilled', returnValue: 'of no call' }",
        "{ penpal: 'reply', id: 1, resolution: 'perhaps' }",
    ] {
        page.say(message);
    }
    // Messages arrive in order, so this answer comes after all of the above have been dealt with.
    assert_eq!(page.ask("setHeight", json!(500)).come().await, Ok(None));
    assert_eq!(panel.markup(), before);
    // Whatever has a call's id gets an answer: those two that could not be read are refused.
    let heard: Vec<_> = page.heard().split_off(heard);
    let answered: Vec<_> = heard
        .iter()
        .map(|message| (&message["id"], &message["returnValue"]["name"]))
        .collect();
    let refused = json!("TypeError");
    assert_eq!(heard.len(), 3, "nothing but those answers: {heard:?}");
    assert_eq!(answered[0], (&json!(901), &refused));
    assert_eq!(answered[1], (&json!(902), &refused));

    // The connection is the one from before: the plugin need not be told anew to hear of a change.
    let went = page.ask("navigateTo", json!("/p/p1/pages/harbour?berth=9"));
    page.is_told("the other berth", |settings| {
        settings["location"]["search"] == "?berth=9"
    })
    .await;
    assert_eq!(went.come().await, Ok(None));
    assert_eq!(page.told().len(), 2);
    panel.close();
}

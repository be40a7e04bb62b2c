//! What the building blocks owe to a person with a keyboard or a screen reader.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

mod stage;

use std::{cell::RefCell, rc::Rc};

use datocms_client::Timestamp;
use slipway::components::{
    ActionButton, Button, Callout, CalloutKind, Live, Menu, MenuGroup, MenuItem, Progress, Stepper,
    Switch, Tab, Tabs, TextField, Track,
};
use slipway_release::{
    Step,
    view::{
        action::{Action, ActionView, Intent},
        step::{StepState, StepView, When},
    },
};
use stage::{by_id, description, has_focus, key, show};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// A callback, and what it was called with.
fn ear<T: 'static>() -> (Callback<T>, Rc<RefCell<Vec<T>>>) {
    let heard = Rc::new(RefCell::new(Vec::new()));
    let callback = {
        let heard = Rc::clone(&heard);
        Callback::from(move |value| heard.borrow_mut().push(value))
    };
    (callback, heard)
}

#[wasm_bindgen_test]
async fn a_button_that_cannot_be_pressed_can_be_reached_and_says_why() {
    let (on_press, pressed) = ear();
    let stage = show(html! {
        <Button label="Promote" {on_press} disabled_reason="Review the changes first." />
    })
    .await;
    let button = stage.button("Promote");

    button.focus().unwrap();
    assert!(has_focus(&button));
    assert_eq!(description(&button), "Review the changes first.");
    assert_eq!(
        button.get_attribute("aria-disabled").as_deref(),
        Some("true")
    );
    stage.press("Promote").await;
    assert!(pressed.borrow().is_empty());
}

#[wasm_bindgen_test]
async fn a_busy_button_is_pressed_once() {
    let (on_press, pressed) = ear();
    let button = |busy| html! { <Button label="Create" on_press={on_press.clone()} {busy} /> };
    let mut stage = show(button(false)).await;
    stage.press("Create").await;
    stage.change(button(true)).await;
    stage.press("Create").await;
    assert_eq!(pressed.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn an_action_is_passed_on_as_the_view_has_it() {
    let (on_press, pressed) = ear();
    let view = ActionView {
        action: Action::Perform(Step::Freeze),
        label: "Freeze primary".to_owned(),
        intent: Intent::Primary,
        disabled_reason: None,
    };
    let stage = show(html! { <ActionButton {view} {on_press} /> }).await;
    stage.press("Freeze primary").await;
    assert_eq!(*pressed.borrow(), [Action::Perform(Step::Freeze)]);
}

#[wasm_bindgen_test]
async fn hint_and_error_are_read_out_with_their_field() {
    let (on_input, typed) = ear();
    let field = |error: Option<AttrValue>| {
        html! { <TextField label="Name" value="Rel" on_input={on_input.clone()} hint="Lowercase." {error} /> }
    };
    let mut stage = show(field(None)).await;
    assert_eq!(description(&stage.control("Name")), "Lowercase.");
    assert_eq!(stage.control("Name").get_attribute("aria-invalid"), None);

    stage.change(field(Some("Not `R`.".into()))).await;
    let control = stage.control("Name");
    assert_eq!(description(&control), "Not `R`. Lowercase.");
    assert_eq!(
        control.get_attribute("aria-invalid").as_deref(),
        Some("true")
    );

    stage.type_into("Name", "rel-1").await;
    assert_eq!(*typed.borrow(), ["rel-1"]);
}

const TABS: [&str; 3] = ["one", "two", "three"];

#[component]
fn ThreeTabs() -> Html {
    let selected = use_state(|| "one");
    let on_select = {
        let setter = selected.setter();
        Callback::from(move |id| setter.set(id))
    };
    let tabs: Vec<Tab> = TABS
        .into_iter()
        .map(|id| Tab {
            id,
            label: id.into(),
            count: None,
        })
        .collect();
    html! { <Tabs label="Evidence" {tabs} selected={*selected} {on_select}>{ format!("This is {}", *selected) }</Tabs> }
}

#[wasm_bindgen_test]
async fn arrows_move_between_tabs_and_one_of_them_is_in_the_tab_order() {
    let stage = show(html! { <ThreeTabs /> }).await;
    assert_eq!(stage.one("[role=tab][tabindex='0']").inner_text(), "one");

    for (pressed, chosen) in [
        ("ArrowRight", "two"),
        ("End", "three"),
        ("ArrowRight", "one"),
        ("ArrowLeft", "three"),
        ("Home", "one"),
        ("x", "one"),
    ] {
        key(&stage.one("[role=tab][aria-selected=true]"), pressed).await;
        let tab = stage.one("[role=tab][tabindex='0']");
        assert_eq!(tab.inner_text(), chosen, "after {pressed}");
        assert_eq!(tab.get_attribute("aria-selected").as_deref(), Some("true"));
        let panel = by_id(&tab.get_attribute("aria-controls").unwrap());
        assert_eq!(panel.text_content().unwrap(), format!("This is {chosen}"));
        assert_eq!(panel.get_attribute("aria-labelledby"), Some(tab.id()));
    }
    key(&stage.one("[role=tab][aria-selected=true]"), "ArrowRight").await;
    assert!(has_focus(&stage.one("[role=tab][aria-selected=true]")));
}

fn steps() -> Vec<StepView> {
    let step = |title, state, when, percent| StepView {
        title,
        state,
        when,
        detail: format!("About {title}"),
        percent,
        rehearsed_at: (title == "Plan").then(|| Timestamp::from_millis(0)),
    };
    vec![
        step(
            "Plan",
            StepState::Done,
            Some(When::At(Timestamp::from_millis(0))),
            None,
        ),
        step(
            "Fork",
            StepState::Now,
            Some(When::Text("1 min left".to_owned())),
            Some(41.6),
        ),
        step("Promote", StepState::Todo, None, None),
        step("Unfreeze", StepState::Skipped, None, None),
    ]
}

#[wasm_bindgen_test]
async fn the_stepper_reads_well_without_its_colours() {
    let action = html! { <button>{ "Stop" }</button> };
    let stage = show(html! { <Stepper steps={steps()} {action} /> }).await;
    for said in [
        "Plan, done",
        "Fork, current step1 min left",
        "Promote, to come",
        "Unfreeze, will not happen",
    ] {
        assert!(stage.text().contains(said), "{said} in {}", stage.text());
    }
    let rehearsed = stage.one(".step__detail time").text_content().unwrap();
    assert!(rehearsed.contains("1970"), "with its date: {rehearsed}");
    let current = stage.one("li[aria-current=step]");
    assert!(current.text_content().unwrap().contains("About Fork"));
    assert!(current.query_selector("button").unwrap().is_some());
    let bar = stage.one("[role=progressbar]");
    assert_eq!(bar.get_attribute("aria-valuenow").as_deref(), Some("42"));
    assert_eq!(
        (stage.one(".step__head time").get_attribute("datetime")).as_deref(),
        Some("1970-01-01T00:00:00.000Z")
    );
}

#[wasm_bindgen_test]
async fn the_track_says_the_same_in_short() {
    let notes = vec![Some("3 scripts".to_owned()), None, None, None];
    let stage = show(html! { <Track steps={steps()} {notes} /> }).await;
    assert!(
        stage.text().contains("Plan, done3 scripts"),
        "{}",
        stage.text()
    );
    assert!(stage.text().contains("Fork, current step1 min left"));
    assert!(!stage.text().contains("About"));
}

#[wasm_bindgen_test]
async fn progress_that_nobody_knows_has_no_number() {
    let stage = show(html! { <Progress label="Copying" percent={None} /> }).await;
    assert_eq!(
        stage
            .one("[role=progressbar]")
            .get_attribute("aria-valuenow"),
        None
    );
}

#[wasm_bindgen_test]
async fn what_went_wrong_interrupts_and_what_is_worth_knowing_does_not() {
    let callout =
        |kind| html! { <Callout {kind} title="Editors are waiting.">{ "For 4 min." }</Callout> };
    let mut stage = show(callout(CalloutKind::Warning)).await;
    assert_eq!(stage.count("[role=alert]"), 0);
    stage.change(callout(CalloutKind::Danger)).await;
    assert_eq!(
        stage.one("[role=alert]").inner_text(),
        "Editors are waiting. For 4 min."
    );
}

#[wasm_bindgen_test]
async fn an_announcement_stays_in_its_place_and_changes_its_text() {
    let live = |text: &'static str| html! { <Live {text} /> };
    let mut stage = show(live("Forking")).await;
    let region = stage.one("[aria-live=polite]");
    stage.change(live("Forked")).await;
    assert_eq!(region.text_content().as_deref(), Some("Forked"));
}

#[wasm_bindgen_test]
async fn arrows_set_a_switch() {
    let (on_change, heard) = ear();
    let stage =
        show(html! { <Switch label="Drafts" on=false {on_change} hint="Included." /> }).await;
    let switch = stage.one("[role=switch]");
    assert_eq!(
        switch.get_attribute("aria-checked").as_deref(),
        Some("false")
    );
    assert_eq!(description(&switch), "Included.");
    key(&switch, "ArrowLeft").await;
    assert!(heard.borrow().is_empty(), "it was off already");
    key(&switch, "ArrowRight").await;
    switch.click();
    assert_eq!(*heard.borrow(), [true, true]);
}

#[wasm_bindgen_test]
async fn a_menu_is_walked_with_arrows_and_gives_the_focus_back() {
    let (on_choose, heard) = ear::<&'static str>();
    let item = |label: &'static str| MenuItem {
        label: label.into(),
        name: format!("Save as {label}").into(),
        note: AttrValue::default(),
        on_choose: on_choose.reform(move |()| label),
    };
    let groups = vec![
        MenuGroup {
            label: "Save".into(),
            items: vec![item("Page"), item("JSON")],
        },
        MenuGroup {
            label: "Copy".into(),
            items: vec![item("Commands")],
        },
    ];
    let stage =
        show(html! { <Menu label="Export" name="Export it" {groups} note="Or copy." /> }).await;
    let button = stage.button("Export it");
    let expanded = || button.get_attribute("aria-expanded").unwrap();
    assert_eq!(expanded(), "false");
    button.focus().unwrap();
    key(&button, "ArrowDown").await;
    assert_eq!(expanded(), "true");
    assert!(has_focus(&stage.button("Save as Page")));
    key(&stage.button("Save as Page"), "ArrowUp").await;
    assert!(
        has_focus(&stage.button("Save as Commands")),
        "round the end"
    );
    key(&stage.button("Save as Commands"), "Escape").await;
    assert_eq!(expanded(), "false");
    assert!(has_focus(&button));

    stage.press("Export it").await;
    stage.press("Save as JSON").await;
    assert_eq!(*heard.borrow(), ["JSON"]);
    assert_eq!(expanded(), "false");
}

//! The dialogs before a promotion and a rollback.
#![expect(clippy::unwrap_used, reason = "test")]

mod stage;

use serde_json::Value;
use slipway::modals::{
    consent::{self, ConsentDialog},
    promote::{self, PromoteDialog},
    roll_back::{self, Answer, Changes, Record, RollBackDialog},
};
use stage::{Stage, description, has_focus, show};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{HtmlElement, HtmlInputElement};
use yew::html;

wasm_bindgen_test_configure!(run_in_browser);

fn changes(records: usize) -> Changes {
    let record = |number| Record {
        title: format!("Record {number}"),
        model: "Article".to_owned(),
        by: Some("Bo".to_owned()),
    };
    Changes {
        records: (0..records).map(record).collect(),
        people: vec!["Bo".to_owned()],
        unseen: false,
        strangers: Vec::new(),
        late: None,
    }
}

async fn promotion(changes: Changes) -> Stage {
    let question = promote::Question {
        source: "main".to_owned(),
        sandbox: "next".to_owned(),
        changes,
    };
    show(html! { <PromoteDialog parameters={question.to_json()} /> }).await
}

async fn rollback(frozen: bool) -> Stage {
    let question = roll_back::Question {
        source: "main".to_owned(),
        sandbox: "next".to_owned(),
        changes: changes(14),
        frozen,
    };
    show(html! { <RollBackDialog parameters={question.to_json()} /> }).await
}

fn is_disabled(button: &HtmlElement) -> bool {
    button.get_attribute("aria-disabled").as_deref() == Some("true")
}

#[wasm_bindgen_test]
async fn promoting_names_both_environments_and_what_would_be_left_behind() {
    let said = promotion(changes(23)).await.text();
    assert!(said.contains("next becomes primary"), "{said}");
    assert!(
        said.contains("main stays as a sandbox, ready to come back"),
        "{said}"
    );
    assert!(
        said.contains("23 records changed in main by 1 person since the fork."),
        "{said}"
    );
    assert!(
        said.contains("Record 19") && !said.contains("Record 20"),
        "{said}"
    );
    assert!(said.contains("And 3 more"), "{said}");
}

#[wasm_bindgen_test]
async fn promoting_has_to_be_typed() {
    let dialog = promotion(changes(0)).await;
    let label = "Type “next replaces main” to confirm";
    assert!(has_focus(&dialog.control(label)));
    let promote = dialog.button("Promote");
    assert!(is_disabled(&promote));
    assert_eq!(description(&promote), "Type “next replaces main” first.");
    dialog.type_into(label, "next replaces").await;
    assert!(is_disabled(&promote));
    dialog.type_into(label, "next replaces main ").await;
    assert!(
        !is_disabled(&promote),
        "{}",
        dialog.one("form").inner_html()
    );
}

#[wasm_bindgen_test]
async fn leaving_work_behind_takes_a_reason() {
    let dialog = promotion(changes(1)).await;
    dialog
        .type_into("Type “next replaces main” to confirm", "next replaces main")
        .await;
    let promote = dialog.button("Promote");
    assert_eq!(
        description(&promote),
        "Say why this may go live all the same first."
    );
    dialog
        .type_into(
            "Why may this go live all the same? (kept in the release’s log)",
            "a typo",
        )
        .await;
    assert!(!is_disabled(&promote));
}

#[wasm_bindgen_test]
async fn rolling_back_offers_to_freeze_first_unless_that_is_done() {
    let dialog = rollback(false).await;
    let freeze = dialog.control("Freeze first, so that nobody works on what goes back");
    assert!(freeze.unchecked_into::<HtmlInputElement>().checked());
    assert!(
        dialog.text().contains(
            "14 records changed by 1 person since the promotion would no longer be live."
        )
    );
    assert_eq!(rollback(true).await.count("input[type=checkbox]"), 0);
}

#[wasm_bindgen_test]
async fn rolling_back_is_confirmed_by_the_old_primarys_name() {
    let dialog = rollback(false).await;
    let confirm = dialog.button("Roll back");
    dialog
        .type_into("Why? (optional, kept in the release’s log)", "main")
        .await;
    assert!(is_disabled(&confirm), "that was the reason");
    dialog.type_into("Type “main” to confirm", "main").await;
    assert!(!is_disabled(&confirm));
}

#[wasm_bindgen_test]
async fn a_question_of_another_version_confirms_nothing() {
    let dialog = show(html! { <PromoteDialog parameters={Value::Null} /> }).await;
    assert!(dialog.text().contains("Nothing was changed."));
    assert_eq!(dialog.count("button"), 0);
}

#[wasm_bindgen_test]
fn an_answer_survives_the_panel() {
    let answer = Answer {
        freeze_first: true,
        reason: "too early".to_owned(),
    };
    let sent = answer.to_json();
    assert_eq!(Answer::read(&sent), Some(answer));
    let agreed = promote::Answer {
        promote: true,
        reason: String::new(),
    };
    assert_eq!(Answer::read(&agreed.to_json()), None);
    assert_eq!(promote::Answer::read(&agreed.to_json()), Some(agreed));
    assert_eq!(promote::Answer::read(&sent), None);
}

async fn consent() -> Stage {
    let question = consent::Question {
        script: "1_hooks.ts".to_owned(),
        what: "webhooks".to_owned(),
        request: "POST /webhooks".to_owned(),
        source: "main".to_owned(),
    };
    show(html! { <ConsentDialog parameters={question.to_json()} /> }).await
}

#[wasm_bindgen_test]
async fn a_script_that_asks_is_named_with_its_request_and_what_follows() {
    let dialog = consent().await;
    let said = dialog.text();
    assert!(
        said.contains("1_hooks.ts asks for webhooks, and waits"),
        "{said}"
    );
    assert!(said.contains("POST /webhooks"), "{said}");
    assert!(said.contains("not confined to the sandbox"), "{said}");
    assert!(said.contains("main included"), "{said}");
    assert!(!is_disabled(&dialog.button("Allow")));
    // Enter on what has the focus changes nothing.
    assert!(has_focus(&dialog.button("Refuse")));
}

#[wasm_bindgen_test]
fn an_answer_is_read_as_it_was_given_and_nothing_else_is_one() {
    for allowed in [true, false] {
        let answer = consent::Answer { allowed };
        assert_eq!(consent::Answer::read(&answer.to_json()), Some(answer));
    }
    for other in [serde_json::json!({}), serde_json::json!(true), Value::Null] {
        assert_eq!(consent::Answer::read(&other), None, "{other}");
    }
}

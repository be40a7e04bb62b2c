//! The recorded host, played to our plugin: its settings are read, its hooks are answered as the original did.
//!
//! The recording lives outside the repository; where it is missing, this says that it did not run.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::rc::Rc;

use penpal::message::{Message, Outcome};
use serde_json::{Value, json};

use super::Stage;
use crate::{ColorScheme, Hooks, Mode};

/// Recorded `undefined` is an object with one odd key. In an object it means that the key is absent; in a list, `null`.
fn without_undefined(value: &Value) -> Option<Value> {
    match value {
        Value::Object(fields) if fields.contains_key("$undefined") => None,
        Value::Object(fields) => Some(
            fields
                .iter()
                .filter_map(|(key, v)| Some((key.clone(), without_undefined(v)?)))
                .collect(),
        ),
        Value::Array(items) => Some(
            items
                .iter()
                .map(|v| without_undefined(v).unwrap_or(Value::Null))
                .collect(),
        ),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Some(value.clone()),
    }
}

fn recording() -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/reference/plugin-protocol-transcript.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("NOT RUN: there is no recording at {}", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

/// The messages of a frame, as (from the host, message).
fn messages(scenario: &Value, frame: &str) -> Vec<(bool, Value)> {
    let steps = scenario["steps"].as_array().unwrap().iter();
    steps
        .filter(|step| step["kind"] == "message" && step["frame"] == frame)
        .map(|step| {
            (
                step["dir"] == "host->plugin",
                without_undefined(&step["data"]).unwrap(),
            )
        })
        .collect()
}

fn scenario<'a>(recording: &'a Value, name: &str) -> &'a Value {
    recording["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .find(|scenario| scenario["name"] == name)
        .unwrap()
}

/// The hooks of the recorded plugin, each answering what it answered in the recording.
fn recorded_hooks(messages: &[(bool, Value)]) -> Hooks {
    let replies: BTreeMap<u64, Outcome> = messages
        .iter()
        .filter(|(from_host, _)| !from_host)
        .filter_map(|(_, data)| match Message::parse(data.clone()) {
            Some(Message::Reply { id, outcome }) => Some((id.as_u64().unwrap(), outcome)),
            Some(_) | None => None,
        })
        .collect();
    let mut hooks = Hooks::new();
    for (_, data) in messages
        .iter()
        .filter(|(from_host, data)| *from_host && data["penpal"] == "call")
    {
        let merged = data["methodName"] == "callMethodMergingBootCtx";
        let name = if merged {
            &data["args"][0]
        } else {
            &data["methodName"]
        };
        let name = name.as_str().unwrap();
        let ours = ["sdkVersion", "implementedHooks", "onChange", "noSuchMethod"];
        let outcome = replies[&data["id"].as_u64().unwrap()].clone();
        // What the original did not implement, ours must not either.
        if ours.contains(&name) || (merged && matches!(outcome, Ok(None | Some(Value::Null)))) {
            continue;
        }
        // Hook names are static in a real program.
        let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
        hooks = hooks.on(name, move |_, _| std::future::ready(outcome.clone()));
    }
    hooks
}

#[test]
fn the_recorded_host_gets_the_recorded_answers() {
    let Some(recording) = recording() else { return };
    let mut compared = 0;
    for (name, frame) in [
        ("boot", "boot"),
        ("bootWithoutOnBoot", "boot-quiet"),
        ("page", "page"),
        ("config", "config"),
        ("colourSchemeSwitch", "colour"),
    ] {
        let messages = messages(scenario(&recording, name), frame);
        let mut stage = Stage::new(recorded_hooks(&messages));
        stage.posted();
        for (from_host, data) in &messages {
            let is_settings = data["penpal"] == "reply" && data["id"] == 1;
            let is_call = data["penpal"] == "call";
            if !from_host || !(is_call || is_settings || data["penpal"] == "handshake-reply") {
                continue;
            }
            stage.hears(data.clone());
            let posted = stage.posted();
            let recorded = messages.iter().find(|(from_host, reply)| {
                is_call && !from_host && reply["penpal"] == "reply" && reply["id"] == data["id"]
            });
            let Some((_, recorded)) = recorded else {
                continue;
            };
            let ours = posted
                .iter()
                .find(|message| message["penpal"] == "reply")
                .expect("every call is answered");
            match data["methodName"].as_str().unwrap() {
                "sdkVersion" => assert_eq!(ours["returnValue"], "0.3.1"),
                // Ours lists what this replay declares, theirs what that plugin had.
                "implementedHooks" => assert!(ours["returnValue"].is_object()),
                "noSuchMethod" => {
                    assert_eq!(ours["returnValue"]["name"], recorded["returnValue"]["name"]);
                }
                _ => assert_eq!(ours, recorded, "{name}: {}", data["args"]),
            }
            compared += 1;
        }
    }
    assert!(compared > 25, "only {compared} answers were compared");
}

#[test]
fn the_recorded_settings_are_read() {
    let Some(recording) = recording() else { return };
    let modes: Rc<RefCell<Vec<Mode>>> = Rc::default();
    let frames = [
        ("boot", "boot"),
        ("page", "page"),
        ("page", "modal-1"),
        ("config", "config"),
        ("panel", "panel"),
        ("colourSchemeSwitch", "colour"),
    ];
    for (name, frame) in frames {
        let messages = messages(scenario(&recording, name), frame);
        let mut stage = Stage::new(Hooks::new());
        for (_, data) in messages.iter().filter(|(from_host, _)| *from_host) {
            stage.hears(data.clone());
        }
        let changes = messages
            .iter()
            .filter(|(from_host, data)| *from_host && data["methodName"] == "onChange")
            .count();
        let seen = stage.seen.borrow();
        assert_eq!(seen.len(), 1 + changes, "{name} {frame}");
        modes
            .borrow_mut()
            .extend(seen.iter().map(|settings| settings.mode.clone()));
        let base = &seen[0].base;
        assert_eq!(
            (base.environment.as_str(), base.is_environment_primary),
            ("sandbox-1", false)
        );
        assert_eq!(base.current_user.name(), "Eddie Tor");
        assert!(base.current_role.final_permissions.can_manage_environments);
        assert!(!base.current_role.final_permissions.can_promote_environments);
        assert_eq!(base.item_types["IT1"].api_key, "article");
        if frame == "colour" {
            let schemes: Vec<ColorScheme> = seen
                .iter()
                .map(|settings| settings.base.color_scheme)
                .collect();
            assert_eq!(schemes, [ColorScheme::Dark, ColorScheme::Light]);
            assert_eq!(base.css_design_tokens["--color--surface"], "oklch(0.2 0 0)");
        }
    }
    let modes = modes.borrow();
    assert!(modes.contains(&Mode::OnBoot) && modes.contains(&Mode::RenderConfigScreen));
    assert!(modes.contains(&Mode::RenderModal {
        modal_id: "pick-release".into(),
        parameters: json!({"current": "r1"})
    }));
    assert!(modes.iter().any(|mode| matches!(mode, Mode::RenderItemFormSidebarPanel { panel_id, .. } if panel_id == "release-panel")));
    assert!(!modes.iter().any(|mode| matches!(mode, Mode::Unknown(_))));
}

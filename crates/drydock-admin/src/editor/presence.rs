//! Being seen at a record: an editing session that lives as long as the editor is
//! open, so that others, and a freeze, know who is at work.

use gloo_events::EventListener;
use gloo_timers::callback::Interval;
use gloo_utils::window;
use serde_json::json;
use yew::platform::spawn_local;
use yew::prelude::*;

use crate::api::Client;

/// Milliseconds between two signs of life; drydock forgets a silent session after
/// two minutes.
const HEARTBEAT: u32 = 30_000;

/// Keeps an editing session at a record while the component lives.
#[hook]
pub(crate) fn use_presence(here: Client, record: Option<String>) {
    use_effect_with((here, record), |(here, record)| {
        let session = record
            .clone()
            .map(|record| Presence::enter(here.clone(), record));
        move || drop(session)
    });
}

/// An editing session. Dropping it leaves the record.
struct Presence {
    here: Client,
    path: String,
    _heartbeat: Interval,
    _leaving: EventListener,
    _returning: EventListener,
}

impl Presence {
    fn enter(here: Client, record: String) -> Self {
        let path = format!("/editing-sessions/{}", random_id());
        let sign = {
            let (here, path) = (here.clone(), path.clone());
            move || {
                let (here, path) = (here.clone(), path.clone());
                let body = json!({"data": {
                    "type": "editing_session_enter_item",
                    "relationships": {"item": {"data": {"type": "item", "id": record}}},
                }});
                spawn_local(async move {
                    // Presence is a courtesy: without it the editor still works, and the
                    // next sign of life tries again.
                    let _courtesy = here.put(&path, Some(&body)).await;
                });
            }
        };
        sign();
        let leaving = EventListener::new(&window(), "pagehide", {
            let (here, path) = (here.clone(), path.clone());
            move |_| here.delete_on_leaving(&path)
        });
        // A page brought back by "back" was never loaded anew.
        let returning = EventListener::new(&window(), "pageshow", {
            let sign = sign.clone();
            move |_| sign()
        });
        Self {
            here,
            path,
            _heartbeat: Interval::new(HEARTBEAT, sign),
            _leaving: leaving,
            _returning: returning,
        }
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        let (here, path) = (self.here.clone(), self.path.clone());
        spawn_local(async move {
            // What cannot be taken back now expires.
            let _courtesy = here.delete(&path).await;
        });
    }
}

/// An id nobody else has.
fn random_id() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        // Refused only for more bytes than 65536.
        let _few = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    u128::from_be_bytes(bytes).to_string()
}

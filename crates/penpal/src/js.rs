//! Between JavaScript values and JSON ones.
//!
//! Both ways go through JSON text. That gives plain objects (never a `Map`, which looks empty to JavaScript code),
//! leaves out keys that are `undefined`, ends on a cycle instead of recursing for ever, and stops at a depth of 128.

use js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::Value;
use crate::message::{CallId, Message, Rejection};

/// A value that JSON cannot say: a cycle, a `BigInt`, nesting beyond 128 levels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unreadable;

/// `None` is `undefined`.
pub(crate) fn from_js(value: &JsValue) -> Result<Option<Value>, Unreadable> {
    let text = JSON::stringify(value).map_err(|_| Unreadable)?;
    // `JSON.stringify(undefined)` is not a string but `undefined`, whatever the binding's type says.
    let Some(text) = JsValue::from(text).as_string() else {
        return Ok(None);
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|_| Unreadable)
}

/// A message ready for `postMessage`.
pub(crate) fn to_js(message: &Message) -> Result<JsValue, JsValue> {
    let posted = JSON::parse(&message.to_value().to_string())?;
    if let Message::Reply {
        outcome: Ok(None), ..
    } = message
    {
        Reflect::set(&posted, &"returnValue".into(), &JsValue::UNDEFINED)?;
    }
    Ok(posted)
}

/// Reads the data of a message event. What is not ours is `None`, and is not converted at all.
pub(crate) fn read_message(data: &JsValue) -> Option<Message> {
    if !data.is_object() {
        return None;
    }
    let field = |name: &str| Reflect::get(data, &name.into()).ok();
    let kind = field("penpal")?.as_string()?;
    if let Ok(value) = from_js(data) {
        return Message::parse(value?);
    }
    let id = CallId::from_value(&from_js(&field("id")?).ok()??)?;
    match kind.as_str() {
        "call" => Some(Message::UnreadableCall { id }),
        "reply" => Some(Message::UnreadableReply { id }),
        _ => None,
    }
}

/// What the browser threw, as the three fields of an error that cross the wire.
pub(crate) fn rejection_of(thrown: &JsValue) -> Rejection {
    let text = |name: &str| {
        Reflect::get(thrown, &name.into())
            .ok()
            .and_then(|value| value.as_string())
    };
    match (thrown.is_object(), text("message")) {
        (true, Some(message)) => Rejection::Error {
            name: text("name").unwrap_or_else(|| "Error".to_owned()),
            message,
            stack: text("stack"),
        },
        (true | false, _) => Rejection::error(format!("{thrown:?}")),
    }
}

/// Whether two values are the same object. Windows of other origins pass no `instanceof`, but they keep their identity.
pub(crate) fn is_same(left: &JsValue, right: &JsValue) -> bool {
    js_sys::Object::is(left, right)
}

/// A listener closure as the function the browser wants.
pub(crate) fn function(closure: &JsValue) -> &js_sys::Function {
    closure.unchecked_ref()
}

//! The four messages of the wire, as a closed enum.
//!
//! | `penpal` | other fields |
//! | --- | --- |
//! | `handshake`, `handshake-reply` | `methodNames` |
//! | `call` | `id`, `methodName`, `args` |
//! | `reply` | `id`, `resolution`, `returnValue`, `returnValueIsError` |
//!
//! Observed on `penpal` 4.1.1.

use std::fmt;

use serde_json::{Map, Number, Value, json};

/// The number a call carries and its reply repeats, untouched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallId(Number);

impl CallId {
    /// The id as one of our own, if it can be one.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    /// Reads an id. Anything but a number is no id.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) => Some(Self(number.clone())),
            Value::Null
            | Value::Bool(_)
            | Value::String(_)
            | Value::Array(_)
            | Value::Object(_) => None,
        }
    }
}

impl From<u64> for CallId {
    fn from(id: u64) -> Self {
        Self(Number::from(id))
    }
}

/// What a method failed with.
#[derive(Debug, Clone, PartialEq)]
pub enum Rejection {
    /// A JavaScript `Error`. Only these three fields survive the wire.
    Error {
        /// The class of the error, such as `TypeError`.
        name: String,
        /// The text for people.
        message: String,
        /// Where it came from, if the other side said.
        stack: Option<String>,
    },
    /// Anything else that was thrown.
    Value(Value),
}

impl Rejection {
    /// An `Error` with this message.
    pub fn error(message: impl Into<String>) -> Self {
        Self::named("Error", message)
    }

    /// An error of another class, such as `TypeError`.
    pub fn named(name: &str, message: impl Into<String>) -> Self {
        Self::Error {
            name: name.to_owned(),
            message: message.into(),
            stack: None,
        }
    }

    fn read(value: Value, is_error: bool) -> Self {
        let Value::Object(mut fields) = value else {
            return Self::Value(value);
        };
        if !is_error {
            return Self::Value(Value::Object(fields));
        }
        let mut text = |key: &str| match fields.remove(key) {
            Some(Value::String(text)) => Some(text),
            Some(_) | None => None,
        };
        Self::Error {
            name: text("name").unwrap_or_else(|| "Error".to_owned()),
            message: text("message").unwrap_or_default(),
            stack: text("stack"),
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error { name, message, .. } if name == "Error" => f.write_str(message),
            Self::Error { name, message, .. } => write!(f, "{name}: {message}"),
            Self::Value(value) => write!(f, "{value}"),
        }
    }
}

/// How a call ended: `Ok(None)` is `undefined`.
pub type Outcome = Result<Option<Value>, Rejection>;

/// One message of the wire.
#[derive(Debug, Clone, PartialEq)]
pub enum Message {
    /// The child is there, and these are its methods.
    Handshake {
        /// What the child answers to.
        method_names: Vec<String>,
    },
    /// The parent has seen the child, and these are its methods.
    HandshakeReply {
        /// What the parent answers to.
        method_names: Vec<String>,
    },
    /// Run a method.
    Call {
        /// Repeated by the reply.
        id: CallId,
        /// Which one.
        method_name: String,
        /// With what. An `undefined` argument reads as `null`.
        args: Vec<Value>,
    },
    /// A method has run.
    Reply {
        /// Of the call.
        id: CallId,
        /// What came of it.
        outcome: Outcome,
    },
    /// A call without a method name or without a list of arguments, or with arguments JSON cannot say. Never written to
    /// the wire; read so that the call gets an answer, as it does from the original.
    UnreadableCall {
        /// Repeated by the reply.
        id: CallId,
    },
    /// A reply that does not say how the call ended, or whose value JSON cannot say. Never written to the wire; read so
    /// that the caller does not wait for ever.
    UnreadableReply {
        /// Of the call.
        id: CallId,
    },
}

impl Message {
    /// Reads a message. `None` for anything that is not one of ours: windows get all sorts of messages, and the right
    /// answer to a stranger is silence. Only what has a call's id is never nothing, since somebody waits for it.
    #[must_use]
    pub fn parse(value: Value) -> Option<Self> {
        let Value::Object(mut fields) = value else {
            return None;
        };
        let kind = fields.remove("penpal")?;
        match kind.as_str()? {
            "handshake" => Some(Self::Handshake {
                method_names: strings(fields.remove("methodNames")?)?,
            }),
            "handshake-reply" => Some(Self::HandshakeReply {
                method_names: strings(fields.remove("methodNames")?)?,
            }),
            "call" => {
                let id = CallId::from_value(fields.get("id")?)?;
                let method_name = fields.remove("methodName").and_then(string);
                Some(match (method_name, fields.remove("args").and_then(array)) {
                    (Some(method_name), Some(args)) => Self::Call {
                        id,
                        method_name,
                        args,
                    },
                    (Some(_) | None, Some(_) | None) => Self::UnreadableCall { id },
                })
            }
            "reply" => {
                let id = CallId::from_value(fields.get("id")?)?;
                Some(match outcome(fields) {
                    Some(outcome) => Self::Reply { id, outcome },
                    None => Self::UnreadableReply { id },
                })
            }
            _ => None,
        }
    }

    /// The message as it is posted. An answer of `undefined` leaves `returnValue` out; the browser side puts the
    /// key back with that value, as the original does.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Handshake { method_names } => {
                json!({"penpal": "handshake", "methodNames": method_names})
            }
            Self::HandshakeReply { method_names } => {
                json!({"penpal": "handshake-reply", "methodNames": method_names})
            }
            Self::Call {
                id,
                method_name,
                args,
            } => {
                json!({"penpal": "call", "id": id.0, "methodName": method_name, "args": args})
            }
            Self::Reply { id, outcome } => reply(id, outcome),
            Self::UnreadableCall { id } => json!({"penpal": "call", "id": id.0}),
            Self::UnreadableReply { id } => json!({"penpal": "reply", "id": id.0}),
        }
    }
}

fn reply(id: &CallId, outcome: &Outcome) -> Value {
    let mut fields = Map::new();
    fields.insert("penpal".to_owned(), "reply".into());
    fields.insert("id".to_owned(), Value::Number(id.0.clone()));
    let resolution = if outcome.is_ok() {
        "fulfilled"
    } else {
        "rejected"
    };
    fields.insert("resolution".to_owned(), resolution.into());
    match outcome {
        Ok(None) => {}
        Ok(Some(value)) | Err(Rejection::Value(value)) => {
            fields.insert("returnValue".to_owned(), value.clone());
        }
        Err(Rejection::Error {
            name,
            message,
            stack,
        }) => {
            // The original always sends a stack; an error of ours has no JavaScript stack, so its first line stands in.
            let stack = stack
                .clone()
                .unwrap_or_else(|| format!("{name}: {message}"));
            fields.insert(
                "returnValue".to_owned(),
                json!({"name": name, "message": message, "stack": stack}),
            );
            fields.insert("returnValueIsError".to_owned(), Value::Bool(true));
        }
    }
    Value::Object(fields)
}

fn outcome(mut fields: Map<String, Value>) -> Option<Outcome> {
    let value = fields.remove("returnValue");
    match fields.get("resolution")?.as_str()? {
        "fulfilled" => Some(Ok(value)),
        "rejected" => {
            let is_error = fields.get("returnValueIsError") == Some(&Value::Bool(true));
            Some(Err(Rejection::read(value.unwrap_or(Value::Null), is_error)))
        }
        _ => None,
    }
}

fn string(value: Value) -> Option<String> {
    if let Value::String(text) = value {
        Some(text)
    } else {
        None
    }
}

fn array(value: Value) -> Option<Vec<Value>> {
    if let Value::Array(items) = value {
        Some(items)
    } else {
        None
    }
}

fn strings(value: Value) -> Option<Vec<String>> {
    array(value)?.into_iter().map(string).collect()
}

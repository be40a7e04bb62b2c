//! What the frame and its worker say and hear, and how it is written in a message.

use js_sys::{Array, Object, Reflect};
use serde::{Deserialize, Serialize};
use slipway_engine::ports::{ConsoleLevel, Refused, ScriptAnswer, ScriptFailure, ScriptRequest};
use wasm_bindgen::{JsCast, JsError, JsValue};
use web_sys::Blob;

use super::super::transfer::Source;
use super::Answer;

/// What the frame and its worker say.
pub(super) enum Signal {
    Started,
    Request(u32, ScriptRequest),
    Open(u32, Source),
    Send(u32, Parcel),
    Console(ConsoleLevel, String),
    /// A request of so many bytes did not leave the worker.
    TooLarge(u64),
    Ended(Result<(), ScriptFailure>),
}

/// A file on its way to where the CMS wants it.
pub(super) struct Parcel {
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) blob: Option<Blob>,
}

/// The same on the wire; both ends are ours, and what is not in this vocabulary is a broken sandbox.
#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Said {
    Started,
    Lost {
        message: String,
    },
    Open {
        id: u32,
        path: Option<String>,
        url: Option<String>,
    },
    /// Its blob stays in the message: it is no data.
    Send {
        id: u32,
        url: String,
        headers: Vec<(String, String)>,
    },
    Console {
        level: String,
        text: String,
    },
    /// A request that was too large to leave the worker.
    TooLarge {
        bytes: f64,
    },
    Done,
    Threw {
        name: String,
        message: String,
        stack: String,
        refused: Option<SaidRefused>,
    },
}

/// A request but for its body: the JSON of a pair.
#[derive(Deserialize)]
struct SaidRequest {
    id: u32,
    method: String,
    path: String,
    query: String,
    /// Where the script says that it writes.
    environment: Option<String>,
}

impl SaidRequest {
    fn read(pair: &Array) -> Result<Signal, String> {
        let (said, body) = (pair.get(0).as_string(), pair.get(1));
        let said = said.ok_or("its request is no text")?;
        if !body.is_string() && !body.is_null() {
            return Err("the body of its request is no text".to_owned());
        }
        let Self {
            id,
            method,
            path,
            query,
            environment,
        } = serde_json::from_str(&said).map_err(|error| error.to_string())?;
        let request = ScriptRequest {
            method,
            path,
            query,
            headers: environment
                .map(|name| ("x-environment".to_owned(), name))
                .into_iter()
                .collect(),
            body: body.as_string(),
        };
        Ok(Signal::Request(id, request))
    }
}

/// The request that an error of the client tells of.
#[derive(Deserialize)]
struct SaidRefused {
    method: String,
    path: String,
    /// A number of any kind, as a script may make up its errors.
    status: f64,
}

impl SaidRefused {
    /// `None` for what no answer can have been.
    fn read(self) -> Option<Refused> {
        let Self {
            method,
            path,
            status,
        } = self;
        let status =
            (100_u16..=599).find(|known| (f64::from(*known) - status).abs() < f64::EPSILON)?;
        Some(Refused {
            method,
            path,
            status,
        })
    }
}

impl Signal {
    /// Reads a message. What is none of ours ends the run.
    pub(super) fn read(message: &JsValue) -> Self {
        let said = match message.dyn_ref() {
            Some(pair) => SaidRequest::read(pair),
            None => serde_wasm_bindgen::from_value::<Said>(message.clone())
                .map(Self::of)
                .map_err(|error| error.to_string()),
        };
        let mut signal =
            said.unwrap_or_else(|reason| Self::Ended(Err(ScriptFailure::NoSandbox(reason))));
        if let Self::Send(_, parcel) = &mut signal {
            let blob = Reflect::get(message, &"blob".into());
            parcel.blob = blob.ok().and_then(|blob| blob.dyn_into().ok());
        }
        signal
    }

    fn of(said: Said) -> Self {
        match said {
            Said::TooLarge { bytes } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number of bytes, as JavaScript counts them"
                )]
                let bytes = bytes as u64;
                Self::TooLarge(bytes)
            }
            Said::Started => Self::Started,
            Said::Lost { message } => Self::Ended(Err(ScriptFailure::NoSandbox(message))),
            Said::Open { id, path, url } => {
                let source = match (path, url) {
                    (Some(path), _) => Source::Path(path),
                    (None, url) => Source::Url(url.unwrap_or_default()),
                };
                Self::Open(id, source)
            }
            Said::Send { id, url, headers } => {
                let blob = None;
                Self::Send(id, Parcel { url, headers, blob })
            }
            Said::Console { level, text } => {
                let level = match level.as_str() {
                    "error" => ConsoleLevel::Error,
                    "warn" => ConsoleLevel::Warn,
                    _ => ConsoleLevel::Log,
                };
                Self::Console(level, text)
            }
            Said::Done => Self::Ended(Ok(())),
            Said::Threw {
                name,
                message,
                stack,
                refused,
            } => {
                let stack = Some(stack).filter(|stack| !stack.is_empty());
                Self::Ended(Err(ScriptFailure::Threw {
                    name,
                    message,
                    stack,
                    // They are looked up where the files are known.
                    places: Vec::new(),
                    refused: refused.and_then(SaidRefused::read).map(Box::new),
                }))
            }
        }
    }
}

/// An answer but for its body: the JSON of a pair.
#[derive(Serialize)]
struct SayAnswer<'a> {
    id: u32,
    status: u16,
    /// Pairs of name and value.
    headers: &'a [(String, String)],
}

/// What the worker hears of what came of its request.
pub(super) fn answer(id: u32, answer: Answer) -> Result<JsValue, JsValue> {
    match answer {
        Answer::Cms(ScriptAnswer::Response {
            status,
            headers,
            body,
        }) => {
            let headers = &headers;
            let said = serde_json::to_string(&SayAnswer {
                id,
                status,
                headers,
            });
            let said = said.map_err(|error| JsError::new(&error.to_string()))?;
            Ok(Array::of2(&said.into(), &body.into()).into())
        }
        Answer::Cms(ScriptAnswer::Unreachable(message)) => object([
            ("type", "unreachable".into()),
            ("id", id.into()),
            ("message", message.into()),
        ]),
        // It is no data, and goes along as it is.
        Answer::File(blob) => object([
            ("type", "file".into()),
            ("id", id.into()),
            ("blob", blob.into()),
        ]),
    }
}

/// An object of these parts.
pub(super) fn object<const N: usize>(parts: [(&str, JsValue); N]) -> Result<JsValue, JsValue> {
    let object = Object::new();
    for (name, value) in parts {
        Reflect::set(&object, &name.into(), &value)?;
    }
    Ok(object.into())
}

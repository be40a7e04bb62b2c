//! What the frame and its worker say and hear, and how it is written in a message.
//!
//! A script may have got hold of its worker, so nothing that comes from there is believed, and nothing is taken into this
//! program before it is known how large it is: a message is a text and at most one thing beside it, of which only the
//! lengths are asked first.

use std::collections::BTreeMap;

use js_sys::{Array, JsString, Object, Reflect};
use serde::{Deserialize, Serialize};
use slipway_engine::ports::{ConsoleLevel, Refused, ScriptAnswer, ScriptFailure, ScriptRequest};
use slipway_release::failure::shortened;
use wasm_bindgen::{JsCast, JsError, JsValue};
use web_sys::Blob;

use super::super::transfer::Source;
use super::Answer;

/// How long a line of the console, or a text of an error, may be, in UTF-16 units: the worker cuts what is longer, and says
/// so.
const LINE: u32 = 21_000;
/// What a sandbox that broke may say of it, in characters.
const REASON: usize = 300;

/// What the frame and its worker say.
pub(super) enum Signal {
    Started,
    /// It turns: the answer to [`ping`].
    Here,
    Request(u32, ScriptRequest),
    Open(u32, Source),
    Send(u32, Parcel),
    Console(ConsoleLevel, String),
    /// A message of so many bytes, here or in the worker, which it did not leave. It was not read.
    TooLarge(u64),
    Ended(Result<(), ScriptFailure>),
}

/// A file on its way to where the CMS wants it.
pub(super) struct Parcel {
    pub(super) url: String,
    pub(super) headers: BTreeMap<String, String>,
    pub(super) blob: Option<Blob>,
}

/// The text of what the worker says; what is not in this vocabulary is a broken sandbox.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Said {
    /// Its body is beside it.
    Request(SaidRequest),
    Open {
        id: u32,
        path: Option<String>,
        url: Option<String>,
    },
    /// Its content is beside it.
    Send {
        id: u32,
        url: String,
        headers: BTreeMap<String, String>,
    },
    /// What was printed is beside it.
    Console {
        level: String,
    },
    /// A message that was too large to leave the worker.
    TooLarge {
        bytes: f64,
    },
    Here,
    Done,
    Threw {
        name: String,
        message: String,
        stack: String,
        refused: Option<SaidRefused>,
    },
}

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
    fn with(self, body: Option<String>) -> Signal {
        let Self {
            id,
            method,
            path,
            query,
            environment,
        } = self;
        let request = ScriptRequest {
            method,
            path,
            query,
            headers: environment
                .map(|name| ("x-environment".to_owned(), name))
                .into_iter()
                .collect(),
            body,
        };
        Signal::Request(id, request)
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

/// What goes beside the text of a message.
enum Beside {
    Nothing,
    Text(JsString),
    Blob(Blob),
}

impl Beside {
    fn read(value: JsValue) -> Result<Self, &'static str> {
        if value.is_null() {
            return Ok(Self::Nothing);
        }
        if value.is_string() {
            return Ok(Self::Text(value.unchecked_into()));
        }
        value
            .dyn_into()
            .map(Self::Blob)
            .map_err(|_| "beside its message is neither a text nor a file")
    }

    fn length(&self) -> u32 {
        match self {
            Self::Text(text) => text.length(),
            // The content of a file stays where it is.
            Self::Nothing | Self::Blob(_) => 0,
        }
    }
}

impl Signal {
    /// Reads what the worker says, if it is no longer than `most` bytes. What is none of ours ends the run.
    pub(super) fn read(message: &JsValue, most: u32) -> Self {
        Self::try_read(message, most).unwrap_or_else(|reason| Self::broken(&reason))
    }

    fn try_read(message: &JsValue, most: u32) -> Result<Self, String> {
        let pair: &Array = message.dyn_ref().ok_or("its message is no pair")?;
        let said = pair.get(0);
        if !said.is_string() {
            return Err("its message is no text".to_owned());
        }
        let said: JsString = said.unchecked_into();
        let beside = Beside::read(pair.get(1))?;
        // Each unit of UTF-16 is one byte at least.
        let units = u64::from(said.length()) + u64::from(beside.length());
        if units > most.into() {
            return Ok(Self::TooLarge(units));
        }
        let said = String::from(said);
        let length = said.len();
        let said: Said = serde_json::from_str(&said).map_err(|error| error.to_string())?;
        let signal = Self::of(said, beside)?;
        let bytes = match &signal {
            Self::Request(_, request) => length + request.body.as_ref().map_or(0, String::len),
            Self::Started
            | Self::Here
            | Self::Open(..)
            | Self::Send(..)
            | Self::Console(..)
            | Self::TooLarge(_)
            | Self::Ended(_) => length,
        };
        let bytes = bytes as u64;
        if bytes > most.into() {
            return Ok(Self::TooLarge(bytes));
        }
        Ok(signal)
    }

    /// Reads what the frame's own page says: that its worker started, or why not.
    pub(super) fn of_frame(message: &JsValue) -> Self {
        let part = |name: &str| {
            let value = Reflect::get(message, &name.into()).ok()?;
            let text: JsString = value.dyn_into().ok()?;
            Some(cut(&text))
        };
        if part("type").is_some_and(|kind| kind == "started") {
            return Self::Started;
        }
        Self::broken(&part("message").unwrap_or_else(|| "its page broke".to_owned()))
    }

    /// Whether it asks for something.
    pub(super) fn is_call(&self) -> bool {
        match self {
            Self::Request(..) | Self::Open(..) | Self::Send(..) => true,
            Self::Started | Self::Here | Self::Console(..) | Self::TooLarge(_) | Self::Ended(_) => {
                false
            }
        }
    }

    fn broken(reason: &str) -> Self {
        let reason = shortened(reason, REASON);
        Self::Ended(Err(ScriptFailure::NoSandbox(reason)))
    }

    fn of(said: Said, beside: Beside) -> Result<Self, &'static str> {
        Ok(match said {
            Said::Request(request) => request.with(match beside {
                Beside::Nothing => None,
                Beside::Text(body) => Some(body.into()),
                Beside::Blob(_) => return Err("the body of its request is no text"),
            }),
            Said::TooLarge { bytes } => {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "a whole number of bytes, as JavaScript counts them"
                )]
                let bytes = bytes as u64;
                Self::TooLarge(bytes)
            }
            Said::Here => Self::Here,
            Said::Open { id, path, url } => {
                let source = match (path, url) {
                    (Some(path), _) => Source::Path(path),
                    (None, url) => Source::Url(url.unwrap_or_default()),
                };
                Self::Open(id, source)
            }
            Said::Send { id, url, headers } => {
                let blob = match beside {
                    Beside::Blob(blob) => Some(blob),
                    Beside::Nothing | Beside::Text(_) => None,
                };
                Self::Send(id, Parcel { url, headers, blob })
            }
            Said::Console { level } => {
                let level = match level.as_str() {
                    "error" => ConsoleLevel::Error,
                    "warn" => ConsoleLevel::Warn,
                    _ => ConsoleLevel::Log,
                };
                let Beside::Text(text) = beside else {
                    return Err("what it printed is no text");
                };
                Self::Console(level, cut(&text))
            }
            Said::Done => Self::Ended(Ok(())),
            Said::Threw {
                name,
                message,
                stack,
                refused,
            } => {
                let [name, message, stack] =
                    [name, message, stack].map(|text| shortened(&text, LINE as usize));
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
        })
    }
}

/// As much of a text as a line may have.
fn cut(text: &JsString) -> String {
    text.slice(0, LINE).into()
}

/// What asks the worker for a sign of life.
pub(super) fn ping() -> Result<JsValue, JsValue> {
    object([("type", "ping".into())])
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

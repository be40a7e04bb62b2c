//! The Penpal 4 wire protocol, both sides: child and parent.
//!
//! Two windows, one inside a frame of the other, call each other's methods over `window.postMessage`. The child
//! says `handshake` with its method names, the parent answers `handshake-reply` with its own, and from then on
//! either side sends `call` and gets `reply`. Penpal 5 and later speak another protocol and are not compatible.
//!
//! Three layers, each ignorant of the next:
//!
//! * [`message`]: a closed enum of the messages, read from and written to plain JSON values;
//! * [`peer`]: the state machine of one side. It takes messages and returns effects, touches no browser, and is
//!   where every check of source and origin lives;
//! * [`child`] and [`parent`]: the machine joined to a window. This is the only place with a `JsValue`.
//!
//! A value that crosses the wire is a [`Value`]; JavaScript's `undefined` is `None`. Inside an object a key that
//! is `undefined` reads as a key that is absent.

pub mod child;
mod crash;
mod endpoint;
mod error;
mod js;
pub mod message;
mod methods;
mod origin;
pub mod parent;
pub mod peer;
mod remote;

pub use crash::reject_open_calls_on_panic;
pub use error::{CallError, ConnectError};
pub use message::Rejection;
pub use methods::{Answer, Methods};
pub use origin::Origin;
pub use remote::Remote;
pub use serde_json::Value;

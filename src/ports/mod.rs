//! What the engine needs of the browser. `JsValue` stays inside.

mod js_error;
pub mod sandbox;
pub mod script_worker;
pub mod scripts;
mod timer;

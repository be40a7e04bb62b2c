//! The browser's lock manager: of all windows of one browser, one drives a release.

use std::{cell::Cell, rc::Rc};

use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;

/// A held lock; dropping it lets go. A window that dies lets go by itself.
pub struct Lock {
    _release: oneshot::Sender<()>,
}

/// How often, and how far apart in milliseconds, a lock that is taken is asked for again: one that
/// this window has just let go of is free a moment later.
const ATTEMPTS: u32 = 10;
const PAUSE: u32 = 30;

/// Takes the lock of this name, or gives `None` when another window keeps it.
pub async fn hold(name: &str) -> Option<Lock> {
    for _ in 0..ATTEMPTS {
        if let Some(lock) = try_hold(name).await {
            return Some(lock);
        }
        TimeoutFuture::new(PAUSE).await;
    }
    None
}

/// Whether no window has the lock of this name.
pub async fn is_free(name: &str) -> bool {
    try_hold(name).await.is_some()
}

/// Takes the lock of this name, or gives `None` at once when another window has it.
///
/// Where the browser has no lock manager, or one that refuses this page as it does where the page may
/// store nothing, the lock is granted: it is a courtesy between windows, the journal's version is what
/// keeps two drivers apart.
pub async fn try_hold(name: &str) -> Option<Lock> {
    let (release, released) = oneshot::channel::<()>();
    let lock = Lock { _release: release };
    let Some((manager, request)) = lock_manager() else {
        return Some(lock);
    };
    let (answer, answered) = oneshot::channel::<bool>();
    let answer = Rc::new(Cell::new(Some(answer)));
    let tell = move |may_act: bool| {
        if let Some(answer) = answer.take() {
            // Whoever asked may have gone away.
            let _ = answer.send(may_act);
        }
    };
    let granting = tell.clone();
    let callback = Closure::once_into_js(move |granted: JsValue| -> Promise {
        let is_granted = !granted.is_null() && !granted.is_undefined();
        granting(is_granted);
        wasm_bindgen_futures::future_to_promise(async move {
            if is_granted {
                // Ends when the `Lock` is dropped.
                let _ = released.await;
            }
            Ok(JsValue::UNDEFINED)
        })
    });
    let options = Object::new();
    Reflect::set(&options, &"ifAvailable".into(), &JsValue::TRUE).ok()?;
    let asked = request.call3(
        &manager,
        &format!("slipway:{name}").into(),
        &options,
        &callback,
    );
    let Ok(asked) = asked else {
        return Some(lock);
    };
    // A manager that refuses never calls back; it only breaks its promise.
    let refused = Closure::once(move |_: JsValue| tell(true));
    let _unheard = Promise::resolve(&asked).catch(&refused);
    answered.await.ok()?.then_some(lock)
}

fn lock_manager() -> Option<(JsValue, Function)> {
    let navigator = web_sys::window()?.navigator();
    let manager = Reflect::get(&navigator, &"locks".into()).ok()?;
    if manager.is_undefined() {
        return None;
    }
    let request = Reflect::get(&manager, &"request".into()).ok()?;
    Some((manager, request.dyn_into().ok()?))
}

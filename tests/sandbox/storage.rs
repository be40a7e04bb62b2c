//! A script keeps nothing in the browser and speaks to no other page through it.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;
use super::ways::Wall::{Absence, Refusal};
use super::ways::{all_shut, try_in_worker};

#[wasm_bindgen_test]
async fn nothing_is_kept_in_the_browser() {
    all_shut(&[
        ("database", Refusal, "{ const open = indexedDB.open('x'); return heard(open, 'onsuccess', 'onerror'); }"),
        ("caches", Absence, "caches.open('x')"),
        ("files", Absence, "navigator.storage.getDirectory()"),
        ("persistence", Absence, "navigator.storage.persist().then((kept) => kept || Promise.reject(new Error('not kept')))"),
        ("cookies", Absence, "cookieStore.set('x', '1')"),
        ("local", Absence, "localStorage.setItem('x', '1')"),
        ("session", Absence, "sessionStorage.setItem('x', '1')"),
        ("locks", Absence, "navigator.locks.request('x', () => 1)"),
    ])
    .await;
}

#[wasm_bindgen]
extern "C" {
    type BroadcastChannel;
    #[wasm_bindgen(constructor)]
    fn new(name: &str) -> BroadcastChannel;
    #[wasm_bindgen(method, setter)]
    fn set_onmessage(this: &BroadcastChannel, listener: &js_sys::Function);
    #[wasm_bindgen(method, js_name = postMessage)]
    fn post_message(this: &BroadcastChannel, text: &str);
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);
}

/// An opaque origin has channels of its own, where the browser gives it any.
#[wasm_bindgen_test]
async fn no_other_page_hears_a_broadcast() {
    let heard = Rc::new(Cell::new(0));
    let listener = {
        let heard = Rc::clone(&heard);
        Closure::<dyn FnMut()>::new(move || heard.set(heard.get() + 1))
    };
    let channel = BroadcastChannel::new("slipway-escape");
    channel.set_onmessage(listener.as_ref().unchecked_ref());
    let own = BroadcastChannel::new("slipway-escape");
    let ways = [(
        "broadcast",
        Absence,
        "{ new BroadcastChannel('slipway-escape').postMessage('x'); return 'sent'; }",
    )];
    let told = try_in_worker(PAGE, WORKER, &ways).await;
    assert!(told[0].starts_with("refused"), "{told:?}");
    try_in_worker(PAGE, &without_doors(), &ways).await;
    assert_eq!(heard.get(), 0);
    // It hears those of its own origin.
    own.post_message("x");
    while heard.get() == 0 {
        next_task().await;
    }
    own.close();
    channel.close();
}

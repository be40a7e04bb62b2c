//! Nothing leaves by the network: neither by the ways a worker has, nor by those it should not have.

use wasm_bindgen_test::wasm_bindgen_test;

use super::ways::Wall::{Absence, Policy};
use super::ways::all_shut;

#[wasm_bindgen_test]
async fn requests_do_not_leave() {
    all_shut(&[
        ("fetch", Policy("connect-src"), "fetch(url)"),
        ("fetch_without_cors", Policy("connect-src"), "fetch(url, { mode: 'no-cors', method: 'POST', body: 'x' })"),
        ("fetch_keepalive", Policy("connect-src"), "fetch(url, { keepalive: true, mode: 'no-cors' })"),
        ("xhr", Policy("connect-src"), "{ const x = new XMLHttpRequest(); const done = heard(x, 'onload', 'onerror'); x.open('GET', url); x.send(); return done; }"),
        ("xhr_at_once", Policy("connect-src"), "{ const x = new XMLHttpRequest(); x.open('GET', url, false); x.send(); return x.status; }"),
        ("events", Policy("connect-src"), "heard(new EventSource(url), 'onopen', 'onerror')"),
        ("socket", Policy("connect-src"), "heard(new WebSocket(url.replace('http', 'ws')), 'onopen', 'onerror')"),
        ("stream", Policy("connect-src"), "new WebSocketStream(url.replace('http', 'ws')).opened"),
        ("transport", Absence, "new WebTransport(url.replace('http:', 'https:')).ready"),
        ("later", Absence, "fetchLater(url)"),
        ("beacon", Absence, "navigator.sendBeacon(url, 'x')"),
        ("peer", Absence, "new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] })"),
        ("image", Absence, "heard(Object.assign(new Image(), { src: url }), 'onload', 'onerror')"),
        ("font", Policy("font-src"), "new FontFace('x', `url(${url})`).load()"),
        ("push", Absence, "navigator.serviceWorker.register(url)"),
    ])
    .await;
}

//! Nothing leaves by the network: neither by the ways a worker has, nor by those it should not have.

use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

#[wasm_bindgen_test]
async fn requests_do_not_leave() {
    all_shut(&[
        ("fetch", "fetch(url)"),
        ("fetch_without_cors", "fetch(url, { mode: 'no-cors', method: 'POST', body: 'x' })"),
        ("fetch_keepalive", "fetch(url, { keepalive: true, mode: 'no-cors' })"),
        ("xhr", "{ const x = new XMLHttpRequest(); const done = heard(x, 'onload', 'onerror'); x.open('GET', url); x.send(); return done; }"),
        ("xhr_at_once", "{ const x = new XMLHttpRequest(); x.open('GET', url, false); x.send(); return x.status; }"),
        ("events", "heard(new EventSource(url), 'onopen', 'onerror')"),
        ("socket", "heard(new WebSocket(url.replace('http', 'ws')), 'onopen', 'onerror')"),
        ("stream", "new WebSocketStream(url.replace('http', 'ws')).opened"),
        ("transport", "new WebTransport(url.replace('http:', 'https:')).ready"),
        ("later", "fetchLater(url)"),
        ("beacon", "navigator.sendBeacon(url, 'x')"),
        ("peer", "new RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:3478' }] })"),
        ("image", "heard(Object.assign(new Image(), { src: url }), 'onload', 'onerror')"),
        ("font", "new FontFace('x', `url(${url})`).load()"),
        ("push", "navigator.serviceWorker.register(url)"),
    ])
    .await;
}

/// The browser itself says that its wall, and not a missing server, stopped it.
#[wasm_bindgen_test]
async fn it_is_the_frames_policy_that_stops_them() {
    let host = std::rc::Rc::new(Host::default());
    let script = format!(
        "module.exports = async () => {{
          const seen = [];
          addEventListener('securitypolicyviolation', (event) => seen.push(event.effectiveDirective + ' ' + event.disposition));
          await fetch('{}/escape', {{ mode: 'no-cors' }}).catch(() => {{}});
          await new Promise((resolve) => setTimeout(resolve, 100));
          console.log(seen.join());
        }};",
        origin()
    );
    let outcome = run_in(&without_doors(), &[("1_a.js", &script)], &host).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.lines(), ["connect-src enforce"]);
}

//! Both sides in a browser, with real frames and real `postMessage`.
//!
//! The child is this same module, loaded a second time inside a frame, where it calls [`run_child`]; where the
//! bytes on the wire matter, it is a few lines of JavaScript that have never heard of this crate.
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::cell::{OnceCell, RefCell};
use std::future::{pending, ready};
use std::rc::Rc;

use futures_channel::{mpsc, oneshot};
use futures_util::future::join;
use penpal::parent::{ChildOrigin, Host};
use penpal::{CallError, ConnectError, Methods, Rejection, Remote, Value};
use serde_json::json;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Document, HtmlIFrameElement, MessageEvent};

wasm_bindgen_test_configure!(run_in_browser);

/// Loads this module in a frame and runs the child there.
const RUST_CHILD: &str = "<script type=module>
    import init, { run_child } from './wasm-bindgen-test';
    await init('./wasm-bindgen-test_bg.wasm');
    run_child();
</script>";

/// What the child in the frame does.
///
/// # Panics
///
/// When there is no frame around it; one of its methods also does, on purpose.
#[wasm_bindgen]
pub fn run_child() {
    penpal::reject_open_calls_on_panic();
    let host: Rc<OnceCell<Remote>> = Rc::default();
    let asking = Rc::clone(&host);
    let methods = Methods::new()
        .on("echo", |mut args| ready(Ok(args.pop())))
        .on("nothing", |_| ready(Ok(None)))
        .on("null", |_| ready(Ok(Some(Value::Null))))
        .on("fail", |_| {
            ready(Err(Rejection::named("RangeError", "too far")))
        })
        .on("failPlainly", |_| {
            ready(Err(Rejection::Value(json!({"code": 7}))))
        })
        .on("never", |_| pending())
        .on("panic", |_| async {
            panic!("a method of the child panics on purpose")
        })
        .on("askTheHost", move |args| {
            let host = asking.get().unwrap().clone();
            async move {
                host.call("double", args)
                    .await
                    .map_err(|error| Rejection::error(error.to_string()))
            }
        });
    let connected = penpal::child::connect(methods).unwrap();
    wasm_bindgen_futures::spawn_local(async move {
        let remote = connected.await;
        host.set(remote.clone()).unwrap();
        remote.call("ready", Vec::new()).await.unwrap();
    });
}

fn document() -> Document {
    web_sys::window().unwrap().document().unwrap()
}

fn frame(html: &str) -> HtmlIFrameElement {
    let frame: HtmlIFrameElement = document()
        .create_element("iframe")
        .unwrap()
        .unchecked_into();
    frame.set_srcdoc(html);
    frame
}

fn insert(frame: &HtmlIFrameElement) {
    document().body().unwrap().append_child(frame).unwrap();
}

/// A host that hands out each connection as it is made.
fn listen(
    frame: &HtmlIFrameElement,
    origin: ChildOrigin,
    methods: Methods,
) -> (Host, mpsc::UnboundedReceiver<Remote>) {
    let (sender, connections) = mpsc::unbounded();
    let on_connected = move |remote| sender.unbounded_send(remote).unwrap();
    (
        Host::listen(frame, origin, methods, on_connected).unwrap(),
        connections,
    )
}

/// A frame with the Rust child in it, which has said that it is ready.
async fn rust_child() -> (HtmlIFrameElement, Host, Remote) {
    let (ready_sender, is_ready) = oneshot::channel();
    let ready_sender = RefCell::new(Some(ready_sender));
    let methods = Methods::new()
        .on("double", |args| {
            ready(Ok(Some(json!(args[0].as_i64().unwrap() * 2))))
        })
        .on("ready", move |_| {
            ready_sender.take().unwrap().send(()).unwrap();
            ready(Ok(None))
        });
    let frame = frame(RUST_CHILD);
    let (host, mut connections) = listen(&frame, ChildOrigin::FromSrc, methods);
    assert!(host.remote().is_none());
    insert(&frame);
    let remote = connections.recv().await.unwrap();
    is_ready.await.unwrap();
    (frame, host, remote)
}

#[wasm_bindgen_test]
async fn both_sides_call_each_other() {
    let (frame, host, child) = rust_child().await;
    assert_eq!(host.remote().unwrap().method_names(), child.method_names());
    assert_eq!(child.method_names()[..2], ["echo", "nothing"]);

    let nested = json!({"a": [1, -2.5, "x", null, {"b": true}], "__proto__": {"own": 1}, "": 9_007_199_254_740_991_i64});
    assert_eq!(
        child.call("echo", vec![nested.clone()]).await,
        Ok(Some(nested))
    );
    assert_eq!(child.call("nothing", vec![]).await, Ok(None), "undefined");
    assert_eq!(
        child.call("null", vec![]).await,
        Ok(Some(Value::Null)),
        "null is not undefined"
    );
    assert_eq!(
        child.call("askTheHost", vec![json!(21)]).await,
        Ok(Some(json!(42)))
    );
    let Err(CallError::Rejected(Rejection::Error {
        name,
        message,
        stack,
    })) = child.call("fail", vec![]).await
    else {
        panic!("not an error")
    };
    assert_eq!((name.as_str(), message.as_str()), ("RangeError", "too far"));
    assert!(stack.is_some());
    assert_eq!(
        child.call("failPlainly", vec![]).await,
        Err(CallError::Rejected(Rejection::Value(json!({"code": 7}))))
    );
    assert_eq!(
        child.call("nope", vec![]).await,
        Err(CallError::UnknownMethod("nope".into()))
    );
    frame.remove();
}

#[wasm_bindgen_test]
async fn a_panic_in_a_method_answers_every_open_call() {
    let (frame, _host, child) = rust_child().await;
    // Polled in order, so `never` is open by the time the other one panics.
    let open = child.call("never", vec![]);
    let fatal = child.call("panic", vec![]);
    let (open, fatal) = join(open, fatal).await;
    for (call, answer) in [("never", open), ("panic", fatal)] {
        let Err(CallError::Rejected(Rejection::Error { message, .. })) = answer else {
            panic!("{call}: {answer:?}")
        };
        assert!(message.contains("crashed"), "{call}: {message}");
        assert!(
            !message.contains("on purpose"),
            "the text of the panic stays where it is"
        );
    }
    let later = child.call("echo", vec![json!(1)]).await;
    assert!(
        matches!(later, Err(CallError::Rejected(_))),
        "a crashed window answers, with a rejection: {later:?}"
    );
    frame.remove();
}

#[wasm_bindgen_test]
async fn the_end_rejects_calls_that_wait() {
    let (frame, host, child) = rust_child().await;
    let waiting = child.call("never", vec![]);
    let (answer, ()) = join(waiting, async { host.destroy() }).await;
    assert_eq!(answer, Err(CallError::Destroyed));
    assert_eq!(child.call("echo", vec![]).await, Err(CallError::Destroyed));
    assert!(child.method_names().is_empty());
    frame.remove();
}

#[wasm_bindgen_test]
async fn a_frame_taken_out_of_the_document_ends_the_connection() {
    let (frame, host, child) = rust_child().await;
    frame.remove();
    assert_eq!(child.call("echo", vec![]).await, Err(CallError::Destroyed));
    assert!(host.remote().is_none());
}

#[wasm_bindgen_test]
async fn a_reload_is_a_new_handshake_on_the_same_connection() {
    let child = |method: &str| {
        format!(
            "<script>parent.postMessage({{penpal: 'handshake', methodNames: ['{method}']}}, '*')</script>"
        )
    };
    let frame = frame(&child("before"));
    let (host, mut connections) = listen(&frame, ChildOrigin::FromSrc, Methods::new());
    insert(&frame);
    let first = connections.recv().await.unwrap();
    assert_eq!(first.method_names(), ["before"]);
    let unanswered = first.call("before", vec![]);
    let reload = async {
        frame.set_srcdoc(&child("after"));
        connections.recv().await.unwrap()
    };
    let (answer, second) = join(unanswered, reload).await;
    assert_eq!(answer, Err(CallError::Reloaded));
    assert_eq!(second.method_names(), ["after"]);
    assert_eq!(host.remote().unwrap().method_names(), ["after"]);
    frame.remove();
}

/// A child in plain JavaScript: sends its questions once connected, and reports each reply as it arrived.
fn javascript_child(questions: &str) -> String {
    format!(
        "<script>
            const say = message => parent.postMessage(message, '*');
            addEventListener('message', ({{ data }}) => {{
                if (data.penpal === 'handshake-reply') {{ {questions} }}
                if (data.penpal === 'call' && data.methodName === 'plain')
                    say({{ penpal: 'reply', id: data.id, resolution: 'fulfilled', returnValue:
                        data.args[0] instanceof Map ? 'a Map' : Object.prototype.toString.call(data.args[0]) + data.args[0].key }});
                if (data.penpal === 'call' && data.methodName === 'big')
                    say({{ penpal: 'reply', id: data.id, resolution: 'fulfilled', returnValue: 1n }});
                if (data.penpal === 'reply' && data.id < 100)
                    say({{ penpal: 'call', id: 100 + data.id, methodName: 'report', args: [
                        data.id, data.resolution, Object.keys(data).join(), typeof data.returnValue,
                        data.returnValue?.name ?? null ] }});
            }});
            say({{ penpal: 'handshake', methodNames: ['plain', 'big'] }});
        </script>"
    )
}

/// Methods of a host under test, and the reports of a JavaScript child.
fn reporting() -> (Methods, mpsc::UnboundedReceiver<Value>) {
    let (sender, reports) = mpsc::unbounded();
    let methods = Methods::new()
        .on("report", move |args| {
            sender.unbounded_send(Value::Array(args)).unwrap();
            ready(Ok(None))
        })
        .on("nothing", |_| ready(Ok(None)))
        .on("object", |_| ready(Ok(Some(json!({"key": "value"})))))
        .on("fail", |_| ready(Err(Rejection::error("no"))));
    (methods, reports)
}

async fn next(reports: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    reports.recv().await.unwrap()
}

#[wasm_bindgen_test]
async fn javascript_sees_what_the_original_would_send() {
    let frame = frame(&javascript_child(
        "['nothing', 'object', 'fail', 'unknown'].forEach((methodName, id) => say({ penpal: 'call', id, methodName, args: [] }));
         const cycle = []; cycle.push(cycle);
         say({ penpal: 'call', id: 9, methodName: 'object', args: [cycle] });",
    ));
    let (methods, mut reports) = reporting();
    let (_host, mut connections) = listen(&frame, ChildOrigin::FromSrc, methods);
    insert(&frame);
    let child = connections.recv().await.unwrap();
    let mut seen = Vec::new();
    for _ in 0..5 {
        seen.push(next(&mut reports).await);
    }
    seen.sort_by_key(|report| report[0].as_u64());
    let ok = "penpal,id,resolution,returnValue";
    let error = "penpal,id,resolution,returnValue,returnValueIsError";
    assert_eq!(
        Value::Array(seen),
        json!([
            [0, "fulfilled", ok, "undefined", null],
            [1, "fulfilled", ok, "object", null],
            [2, "rejected", error, "object", "Error"],
            [3, "rejected", error, "object", "TypeError"],
            [9, "rejected", error, "object", "TypeError"],
        ])
    );
    assert_eq!(
        child.call("plain", vec![json!({"key": "here"})]).await,
        Ok(Some(json!("[object Object]here")))
    );
    assert_eq!(child.call("big", vec![]).await, Err(CallError::Unreadable));
    frame.remove();
}

#[wasm_bindgen_test]
async fn an_opaque_origin_connects_when_it_is_stated() {
    let frame = frame(&javascript_child(
        "say({ penpal: 'call', id: 1, methodName: 'nothing', args: [] });",
    ));
    frame.set_attribute("sandbox", "allow-scripts").unwrap();
    let (methods, mut reports) = reporting();
    let (_host, mut connections) = listen(&frame, ChildOrigin::Opaque, methods);
    insert(&frame);
    let child = connections.recv().await.unwrap();
    assert_eq!(next(&mut reports).await[1], "fulfilled");
    assert_eq!(
        child.call("plain", vec![json!({"key": 1})]).await,
        Ok(Some(json!("[object Object]1")))
    );
    frame.remove();
}

#[wasm_bindgen_test]
async fn an_opaque_origin_does_not_pass_for_the_derived_one() {
    let frame = frame(
        "<script>
            parent.postMessage({penpal: 'handshake', methodNames: []}, '*');
            parent.postMessage('opaque: that was all', '*');
        </script>",
    );
    frame.set_attribute("sandbox", "allow-scripts").unwrap();
    let (host, mut connections) = listen(&frame, ChildOrigin::FromSrc, Methods::new());
    let end = message_reading("opaque: that was all");
    insert(&frame);
    end.await.unwrap();
    assert!(connections.try_recv().is_err());
    assert!(host.remote().is_none());
    frame.remove();
}

#[wasm_bindgen_test]
async fn a_window_that_is_not_the_frames_is_not_heard() {
    let ours = frame("<p>quiet</p>");
    let (host, mut connections) = listen(&ours, ChildOrigin::FromSrc, Methods::new());
    insert(&ours);
    let stranger = frame(
        "<script>
            parent.postMessage({penpal: 'handshake', methodNames: ['evil']}, '*');
            parent.postMessage('stranger: that was all', '*');
        </script>",
    );
    let end = message_reading("stranger: that was all");
    insert(&stranger);
    end.await.unwrap();
    assert!(connections.try_recv().is_err());
    assert!(host.remote().is_none());
    ours.remove();
    stranger.remove();
}

#[wasm_bindgen_test]
fn a_page_that_is_not_framed_has_no_parent() {
    assert_eq!(
        penpal::child::connect(Methods::new()).err(),
        Some(ConnectError::NotInIframe)
    );
}

#[wasm_bindgen_test]
fn a_frame_without_a_source_has_no_origin() {
    let frame: HtmlIFrameElement = document()
        .create_element("iframe")
        .unwrap()
        .unchecked_into();
    let listen = |origin| Host::listen(&frame, origin, Methods::new(), |_| {}).err();
    assert_eq!(
        listen(ChildOrigin::FromSrc),
        Some(ConnectError::NoFrameSource)
    );
    assert_eq!(
        listen(ChildOrigin::Exact("http://plugin.test".into())),
        None
    );
    frame.set_attribute("src", "http://[").unwrap();
    assert_eq!(
        listen(ChildOrigin::FromSrc),
        Some(ConnectError::InvalidFrameSource("http://[".into()))
    );
}

/// Ready when this page has received exactly this string.
fn message_reading(text: &'static str) -> oneshot::Receiver<()> {
    let (sender, receiver) = oneshot::channel();
    let sender = RefCell::new(Some(sender));
    let listener = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if event.data().as_string().as_deref() == Some(text)
            && let Some(sender) = sender.take()
        {
            sender.send(()).unwrap();
        }
    });
    let window = web_sys::window().unwrap();
    window
        .add_event_listener_with_callback("message", listener.as_ref().unchecked_ref())
        .unwrap();
    // The test page is short-lived.
    listener.forget();
    receiver
}

//! Ours against the original: our child under the official host, and an official child under our host.
//!
//! The original comes from the repository's `node_modules` over the test server, which serves the folder the runner
//! was started in. Cargo starts it in this package's folder, where there is none, so these tests say that they did
//! not run unless the runner is started in the root of the repository, as `cargo xtask test` does, which takes such a
//! word for a failure:
//!
//! ```text
//! cargo test --target wasm32-unknown-unknown -p penpal --test pairing \
//!     --config "target.wasm32-unknown-unknown.runner='env -C ../.. wasm-bindgen-test-runner'" -- --nocapture
//! ```
#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "test")]

use std::cell::OnceCell;
use std::future::ready;
use std::rc::Rc;

use futures_channel::mpsc;
use js_sys::{Function, JSON, Promise};
use penpal::parent::{ChildOrigin, Host};
use penpal::{CallError, Methods, Rejection, Remote};
use serde_json::{Value, json};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::HtmlIFrameElement;

wasm_bindgen_test_configure!(run_in_browser);

const ORIGINAL: &str = "/node_modules/penpal/dist/penpal.js";

/// What our child in the frame does.
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
        .on("fail", |_| {
            ready(Err(Rejection::named("RangeError", "too far")))
        })
        .on("failPlainly", |_| {
            ready(Err(Rejection::Value(json!({"code": 7}))))
        })
        .on("askTheHost", move |args| {
            let host = asking.get().unwrap().clone();
            async move {
                host.call("double", args)
                    .await
                    .map_err(|error| Rejection::error(error.to_string()))
            }
        })
        .on("panic", |_| async {
            panic!("a method of the child panics on purpose")
        });
    let connected = penpal::child::connect(methods).unwrap();
    wasm_bindgen_futures::spawn_local(async move {
        host.set(connected.await).unwrap();
        host.get().unwrap().call("ready", Vec::new()).await.unwrap();
    });
}

/// Runs the body of an asynchronous JavaScript function and reads its result.
async fn javascript(body: &str) -> Value {
    let promise = Function::new_no_args(&format!("return (async () => {{ {body} }})()"))
        .call0(&JsValue::NULL)
        .unwrap();
    let result = JsFuture::from(promise.unchecked_into::<Promise>())
        .await
        .unwrap();
    serde_json::from_str(&String::from(JSON::stringify(&result).unwrap())).unwrap()
}

/// Whether the test server has the original.
async fn original_is_there() -> bool {
    let there = javascript(&format!("return (await fetch('{ORIGINAL}')).ok")).await == json!(true);
    if !there {
        console_log!("NOT RUN: the test server has no {ORIGINAL}; see the head of this file");
    }
    there
}

#[wasm_bindgen_test]
async fn our_child_under_the_official_host() {
    if !original_is_there().await {
        return;
    }
    let seen = javascript(&format!(
        "await new Promise((resolve, reject) => {{
            const script = document.createElement('script');
            script.src = '{ORIGINAL}';
            script.onload = resolve;
            script.onerror = reject;
            document.head.append(script);
        }});
        const iframe = document.createElement('iframe');
        iframe.srcdoc = `<script type=module>
            import init, {{ run_child }} from './wasm-bindgen-test';
            await init('./wasm-bindgen-test_bg.wasm');
            run_child();
        </scr` + 'ipt>';
        let ready;
        const isReady = new Promise(resolve => ready = resolve);
        const connection = Penpal.connectToChild({{ iframe, methods: {{ double: x => x * 2, ready }} }});
        document.body.append(iframe);
        const child = await connection.promise;
        await isReady;
        const caught = async promise => {{
            try {{ await promise; return 'no rejection'; }}
            catch (e) {{ return e instanceof Error ? [e.name, e.message.slice(0, 23), typeof e.stack] : e; }}
        }};
        const nothing = await child.nothing();
        const seen = {{
            methods: Object.keys(child).filter(name => name !== 'destroy'),
            echo: await child.echo({{ a: [1, null, 'x'], b: {{ c: true }} }}),
            nothing: typeof nothing,
            asked: await child.askTheHost(21),
            fail: await caught(child.fail()),
            failPlainly: await caught(child.failPlainly()),
            panic: await caught(child.panic()),
            afterwards: await caught(child.echo(1)),
        }};
        connection.destroy();
        iframe.remove();
        return seen;"
    ))
    .await;
    assert_eq!(
        seen,
        json!({
            "methods": ["echo", "nothing", "fail", "failPlainly", "askTheHost", "panic"],
            "echo": {"a": [1, null, "x"], "b": {"c": true}},
            "nothing": "undefined",
            "asked": 42,
            "fail": ["RangeError", "too far", "string"],
            "failPlainly": {"code": 7},
            "panic": ["Error", "this window has crashed", "string"],
            "afterwards": ["Error", "this window has crashed", "string"],
        })
    );
}

#[wasm_bindgen_test]
async fn an_official_child_under_our_host() {
    if !original_is_there().await {
        return;
    }
    let document = web_sys::window().unwrap().document().unwrap();
    let frame: HtmlIFrameElement = document.create_element("iframe").unwrap().unchecked_into();
    frame.set_srcdoc(&format!(
        "<script src='{ORIGINAL}'></script><script>
            const connection = Penpal.connectToParent({{ methods: {{
                echo: value => value,
                nothing: () => {{}},
                fail() {{ throw new RangeError('too far'); }},
                failPlainly: () => Promise.reject({{ code: 7 }}),
                uncloneable: () => () => 1,
                askTheHost: async value => (await connection.promise).double(value),
                caught: async () => (await connection.promise).refuse().catch(e => [e instanceof Error, e.name, e.message]),
            }} }});
        </script>"
    ));
    let methods = Methods::new()
        .on("double", |args| {
            ready(Ok(Some(json!(args[0].as_i64().unwrap() * 2))))
        })
        .on("refuse", |_| {
            ready(Err(Rejection::named("TypeError", "refused")))
        });
    let (sender, mut connections) = mpsc::unbounded();
    let on_connected = move |remote| sender.unbounded_send(remote).unwrap();
    let host = Host::listen(&frame, ChildOrigin::FromSrc, methods, on_connected).unwrap();
    document.body().unwrap().append_child(&frame).unwrap();
    let child = connections.recv().await.unwrap();
    assert_eq!(child.method_names().len(), 7);
    assert_eq!(
        child.call("echo", vec![json!({"a": [1, null]})]).await,
        Ok(Some(json!({"a": [1, null]})))
    );
    assert_eq!(child.call("nothing", vec![]).await, Ok(None));
    assert_eq!(
        child.call("askTheHost", vec![json!(21)]).await,
        Ok(Some(json!(42)))
    );
    assert_eq!(
        child.call("caught", vec![]).await,
        Ok(Some(json!([true, "TypeError", "refused"])))
    );
    let rejected = |answer: Result<Option<Value>, CallError>| match answer {
        Err(CallError::Rejected(Rejection::Error { name, stack, .. })) => (name, stack.is_some()),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        rejected(child.call("fail", vec![]).await),
        ("RangeError".into(), true)
    );
    assert_eq!(
        rejected(child.call("uncloneable", vec![]).await).0,
        "DataCloneError"
    );
    assert_eq!(
        child.call("failPlainly", vec![]).await,
        Err(CallError::Rejected(Rejection::Value(json!({"code": 7}))))
    );
    host.destroy();
    frame.remove();
}

//! The state machine of both sides: handshake, checks of source and origin, calls, reload, end.

use penpal::message::{CallId, Message, Rejection};
use penpal::peer::{Effect, Ids, Peer, Sender};
use penpal::{CallError, Origin};
use serde_json::{Value, json};

const HOST: &str = "http://host.test";
const PLUGIN: &str = "http://plugin.test";

type Name = &'static str;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().copied().map(String::from).collect()
}

fn from_host(peer: &mut Peer<Name>, message: Value) -> Vec<Effect<Name>> {
    peer.receive(
        Sender {
            is_peer: true,
            origin: HOST,
        },
        || Message::parse(message),
    )
}

fn from_plugin(peer: &mut Peer<Name>, message: Value) -> Vec<Effect<Name>> {
    peer.receive(
        Sender {
            is_peer: true,
            origin: PLUGIN,
        },
        || Message::parse(message),
    )
}

fn connected_child() -> Peer<Name> {
    let (mut child, _) = Peer::child(names(&["onChange"]));
    let effects = from_host(
        &mut child,
        json!({"penpal": "handshake-reply", "methodNames": ["notice", "alert"]}),
    );
    assert_eq!(effects, [Effect::Connected]);
    child
}

fn connected_parent() -> Peer<Name> {
    let mut parent = Peer::parent(names(&["notice"]), Origin::new(PLUGIN));
    let effects = from_plugin(
        &mut parent,
        json!({"penpal": "handshake", "methodNames": ["onChange"]}),
    );
    assert_eq!(effects.len(), 2);
    parent
}

/// What would be posted, as `(target, message)`.
fn posts(effects: Vec<Effect<Name>>) -> Vec<(String, Value)> {
    effects
        .into_iter()
        .map(|effect| match effect {
            Effect::Post(post) => (post.target, post.message.to_value()),
            Effect::Connected | Effect::Invoke { .. } | Effect::Settle { .. } => {
                panic!("not a post: {effect:?}")
            }
        })
        .collect()
}

#[test]
fn a_child_says_hello_to_anyone_and_pins_whoever_answers() {
    let (mut child, hello) = Peer::<Name>::child(names(&["onChange"]));
    assert_eq!(hello.target, "*");
    assert_eq!(
        hello.message.to_value(),
        json!({"penpal": "handshake", "methodNames": ["onChange"]})
    );
    assert!(!child.is_connected());

    let effects = from_host(
        &mut child,
        json!({"penpal": "handshake-reply", "methodNames": ["notice"]}),
    );
    assert_eq!(effects, [Effect::Connected]);
    assert_eq!(child.remote_methods(), ["notice"]);
    let (_, post) = child
        .call(
            &mut Ids::default(),
            "caller",
            "notice",
            vec![json!("hello")],
        )
        .unwrap();
    assert_eq!(post.target, HOST);
    assert_eq!(
        post.message.to_value(),
        json!({"penpal": "call", "id": 1, "methodName": "notice", "args": ["hello"]})
    );
}

#[test]
fn a_child_does_not_change_its_parent() {
    let mut child = connected_child();
    let reply = json!({"penpal": "handshake-reply", "methodNames": ["steal"]});
    let stranger = Sender {
        is_peer: true,
        origin: "http://evil.test",
    };
    assert_eq!(
        child.receive(stranger, || Message::parse(reply.clone())),
        []
    );
    assert_eq!(from_host(&mut child, reply), []);
    assert_eq!(child.remote_methods(), ["notice", "alert"]);
}

#[test]
fn a_parent_answers_the_handshake_at_the_childs_origin() {
    let mut parent = Peer::<Name>::parent(names(&["notice"]), Origin::new(PLUGIN));
    let effects = from_plugin(
        &mut parent,
        json!({"penpal": "handshake", "methodNames": ["onChange"]}),
    );
    let [Effect::Post(post), Effect::Connected] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(post.target, PLUGIN);
    assert_eq!(
        post.message.to_value(),
        json!({"penpal": "handshake-reply", "methodNames": ["notice"]})
    );
    assert_eq!(parent.remote_methods(), ["onChange"]);
}

#[test]
fn an_opaque_origin_is_pinned_as_null_and_posted_to_with_the_wildcard() {
    let opaque = Sender {
        is_peer: true,
        origin: "null",
    };
    let handshake = || Message::parse(json!({"penpal": "handshake", "methodNames": []}));

    let mut derived = Peer::<Name>::parent(names(&[]), Origin::new(PLUGIN));
    assert_eq!(
        derived.receive(opaque, handshake),
        [],
        "the origin derived from `src` is not `null`"
    );

    let mut stated = Peer::<Name>::parent(names(&[]), Origin::Opaque);
    let effects = stated.receive(opaque, handshake);
    let [Effect::Post(post), Effect::Connected] = effects.as_slice() else {
        panic!("{effects:?}")
    };
    assert_eq!(post.target, "*");

    let (mut child, _) = Peer::<Name>::child(names(&["f"]));
    child.receive(opaque, || {
        Message::parse(json!({"penpal": "handshake-reply", "methodNames": ["g"]}))
    });
    let call = json!({"penpal": "call", "id": 1, "methodName": "f", "args": []});
    assert_eq!(
        from_host(&mut child, call.clone()),
        [],
        "a named origin is not the opaque one"
    );
    assert!(matches!(
        child.receive(opaque, || Message::parse(call)).as_slice(),
        [Effect::Invoke { .. }]
    ));
    assert_eq!(
        child
            .call(&mut Ids::default(), "w", "g", vec![])
            .unwrap()
            .1
            .target,
        "*"
    );
}

#[test]
fn a_message_is_not_even_read_before_its_sender_is_checked() {
    let unread = || -> Option<Message> { panic!("read a message of a stranger") };
    let foreign = Sender {
        is_peer: false,
        origin: HOST,
    };
    let elsewhere = Sender {
        is_peer: true,
        origin: "http://evil.test",
    };

    let (mut child, _) = Peer::<Name>::child(names(&[]));
    assert_eq!(child.receive(foreign, unread), []);
    let mut child = connected_child();
    assert_eq!(child.receive(foreign, unread), []);
    assert_eq!(child.receive(elsewhere, unread), []);

    let mut parent = Peer::<Name>::parent(names(&[]), Origin::new(PLUGIN));
    assert_eq!(
        parent.receive(
            Sender {
                is_peer: false,
                origin: PLUGIN
            },
            unread
        ),
        []
    );
    assert_eq!(parent.receive(elsewhere, unread), []);
}

#[test]
fn replies_find_their_call_by_id_once() {
    let mut child = connected_child();
    let mut ids = Ids::default();
    child.call(&mut ids, "first", "notice", vec![]).unwrap();
    child.call(&mut ids, "second", "notice", vec![]).unwrap();
    let reply = |id: u64| json!({"penpal": "reply", "id": id, "resolution": "fulfilled", "returnValue": id});
    assert_eq!(
        from_host(&mut child, reply(2)),
        [Effect::Settle {
            waiter: "second",
            result: Ok(Some(json!(2)))
        }]
    );
    assert_eq!(
        from_host(&mut child, reply(2)),
        [],
        "a second answer to the same call"
    );
    assert_eq!(from_host(&mut child, reply(99)), [], "an answer to no call");
    assert_eq!(
        from_host(
            &mut child,
            json!({"penpal": "reply", "id": 1, "resolution": "fulfilled"})
        ),
        [Effect::Settle {
            waiter: "first",
            result: Ok(None)
        }]
    );
}

#[test]
fn rejections_keep_whether_they_were_errors() {
    let rejected = |fields: Value| {
        let mut child = connected_child();
        child
            .call(&mut Ids::default(), "caller", "notice", vec![])
            .unwrap();
        let mut reply = json!({"penpal": "reply", "id": 1, "resolution": "rejected"});
        reply
            .as_object_mut()
            .unwrap()
            .extend(fields.as_object().unwrap().clone());
        match from_host(&mut child, reply).pop() {
            Some(Effect::Settle {
                result: Err(CallError::Rejected(rejection)),
                ..
            }) => rejection,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(
        rejected(
            json!({"returnValue": {"name": "TypeError", "message": "no", "stack": "s"}, "returnValueIsError": true})
        ),
        Rejection::Error {
            name: "TypeError".into(),
            message: "no".into(),
            stack: Some("s".into())
        }
    );
    assert_eq!(
        rejected(json!({"returnValue": {"name": "x", "code": 1}})),
        Rejection::Value(json!({"name": "x", "code": 1}))
    );
    assert_eq!(
        rejected(json!({"returnValue": "bare", "returnValueIsError": true})),
        Rejection::Value(json!("bare"))
    );
    assert_eq!(rejected(json!({})), Rejection::Value(Value::Null));
}

#[test]
fn a_call_runs_our_method_and_its_answer_carries_the_callers_id_untouched() {
    let mut child = connected_child();
    let call = json!({"penpal": "call", "id": 7.25, "methodName": "onChange", "args": [{"mode": "onBoot"}]});
    let mut effects = from_host(&mut child, call);
    let Some(Effect::Invoke {
        ticket,
        method_name,
        args,
    }) = effects.pop()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(
        (method_name.as_str(), args),
        ("onChange", vec![json!({"mode": "onBoot"})])
    );
    let post = child.answer(ticket, Ok(None)).unwrap();
    assert_eq!(post.target, HOST);
    assert_eq!(
        post.message.to_value(),
        json!({"penpal": "reply", "id": 7.25, "resolution": "fulfilled"})
    );
    assert_eq!(child.answer(ticket, Ok(None)), None, "answered twice");
}

#[test]
fn an_unknown_method_is_rejected_with_a_type_error_on_either_end() {
    let mut child = connected_child();
    let effects = from_host(
        &mut child,
        json!({"penpal": "call", "id": 3, "methodName": "nope", "args": []}),
    );
    let [(_, reply)] = posts(effects).try_into().unwrap();
    assert_eq!(reply["resolution"], "rejected");
    assert_eq!(reply["returnValue"]["name"], "TypeError");
    assert_eq!(reply["returnValueIsError"], true);

    let mut ids = Ids::default();
    let (waiter, error) = child.call(&mut ids, "caller", "nope", vec![]).unwrap_err();
    assert_eq!(
        (waiter, error),
        ("caller", CallError::UnknownMethod("nope".into()))
    );
    assert_eq!(ids.next(), 1, "no id is spent on a call that is not sent");
}

#[test]
fn arguments_json_cannot_say_still_get_an_answer() {
    let mut child = connected_child();
    let id = CallId::from(4);
    let effects = child.receive(
        Sender {
            is_peer: true,
            origin: HOST,
        },
        || Some(Message::UnreadableCall { id }),
    );
    let [(_, reply)] = posts(effects).try_into().unwrap();
    assert_eq!(
        (&reply["id"], &reply["returnValue"]["name"]),
        (&json!(4), &json!("TypeError"))
    );

    child
        .call(&mut Ids::default(), "caller", "notice", vec![])
        .unwrap();
    let id = CallId::from(1);
    let effects = child.receive(
        Sender {
            is_peer: true,
            origin: HOST,
        },
        || Some(Message::UnreadableReply { id }),
    );
    assert_eq!(
        effects,
        [Effect::Settle {
            waiter: "caller",
            result: Err(CallError::Unreadable)
        }]
    );
}

#[test]
fn a_reload_replaces_the_methods_and_forgets_the_old_document() {
    let mut parent = connected_parent();
    let mut ids = Ids::default();
    parent
        .call(&mut ids, "asked the old document", "onChange", vec![])
        .unwrap();
    let mut effects = from_plugin(
        &mut parent,
        json!({"penpal": "call", "id": 1, "methodName": "notice", "args": []}),
    );
    let Some(Effect::Invoke { ticket: old, .. }) = effects.pop() else {
        panic!("{effects:?}")
    };

    let effects = from_plugin(
        &mut parent,
        json!({"penpal": "handshake", "methodNames": ["implementedHooks"]}),
    );
    assert_eq!(
        effects.first(),
        Some(&Effect::Settle {
            waiter: "asked the old document",
            result: Err(CallError::Reloaded)
        })
    );
    assert!(matches!(
        effects.as_slice(),
        [_, Effect::Post(_), Effect::Connected]
    ));
    assert_eq!(parent.remote_methods(), ["implementedHooks"]);

    // The new document counts from 1 again: the answer to the old call 1 must not reach it.
    let mut effects = from_plugin(
        &mut parent,
        json!({"penpal": "call", "id": 1, "methodName": "notice", "args": []}),
    );
    let Some(Effect::Invoke { ticket: new, .. }) = effects.pop() else {
        panic!("{effects:?}")
    };
    assert_eq!(parent.answer(old, Ok(Some(json!("for the old one")))), None);
    assert!(parent.answer(new, Ok(None)).is_some());
}

#[test]
fn the_end_rejects_who_waits_and_says_nothing_more() {
    let mut child = connected_child();
    let mut ids = Ids::default();
    child.call(&mut ids, "first", "notice", vec![]).unwrap();
    child.call(&mut ids, "second", "alert", vec![]).unwrap();
    let mut effects = from_host(
        &mut child,
        json!({"penpal": "call", "id": 1, "methodName": "onChange", "args": []}),
    );
    let Some(Effect::Invoke { ticket, .. }) = effects.pop() else {
        panic!("{effects:?}")
    };

    assert_eq!(child.destroy(), ["first", "second"]);
    assert_eq!(child.answer(ticket, Ok(None)), None);
    assert_eq!(
        child.call(&mut ids, "late", "notice", vec![]).unwrap_err(),
        ("late", CallError::Destroyed)
    );
    assert_eq!(
        from_host(
            &mut child,
            json!({"penpal": "call", "id": 2, "methodName": "onChange", "args": []})
        ),
        []
    );
    assert_eq!(
        from_host(
            &mut child,
            json!({"penpal": "handshake-reply", "methodNames": []})
        ),
        []
    );
    assert!(child.remote_methods().is_empty());
    assert_eq!(child.destroy(), Vec::<Name>::new());
}

#[test]
fn a_crash_rejects_every_open_call_once() {
    let mut child = connected_child();
    for id in [1, 2] {
        from_host(
            &mut child,
            json!({"penpal": "call", "id": id, "methodName": "onChange", "args": []}),
        );
    }
    let posts = child.reject_open(&Rejection::error("crashed"));
    let ids: Vec<Value> = posts
        .iter()
        .map(|post| post.message.to_value()["id"].clone())
        .collect();
    assert_eq!(ids, [1, 2]);
    assert!(
        posts
            .iter()
            .all(|post| post.message.to_value()["resolution"] == "rejected")
    );
    assert_eq!(child.reject_open(&Rejection::error("crashed")), []);
}

#[test]
fn calls_before_the_handshake_are_neither_sent_nor_taken() {
    let (mut child, _) = Peer::<Name>::child(names(&["onChange"]));
    let mut ids = Ids::default();
    assert_eq!(
        child.call(&mut ids, "early", "notice", vec![]).unwrap_err(),
        ("early", CallError::NotConnected)
    );
    assert_eq!(
        from_host(
            &mut child,
            json!({"penpal": "call", "id": 1, "methodName": "onChange", "args": []})
        ),
        []
    );
    assert!(!child.is_connected());
}

#[test]
fn one_counter_serves_all_connections_of_a_window() {
    let (mut one, mut other) = (connected_parent(), connected_parent());
    let mut ids = Ids::default();
    let (first, _) = one.call(&mut ids, "a", "onChange", vec![]).unwrap();
    let (second, _) = other.call(&mut ids, "b", "onChange", vec![]).unwrap();
    assert_eq!((first, second), (1, 2));
}

/// The original answers whatever says that it is a call; a caller must not wait for ever because of a slip of its own.
#[test]
fn a_call_that_cannot_be_made_out_is_refused() {
    for call in [
        json!({"penpal": "call", "id": 1}),
        json!({"penpal": "call", "id": 1, "args": []}),
        json!({"penpal": "call", "id": 1, "methodName": null, "args": []}),
        json!({"penpal": "call", "id": 1, "methodName": ["onChange"], "args": []}),
        json!({"penpal": "call", "id": 1, "methodName": "onChange"}),
        json!({"penpal": "call", "id": 1, "methodName": "onChange", "args": {}}),
        json!({"penpal": "call", "id": 1, "methodName": "onChange", "args": "x"}),
    ] {
        let effects = from_host(&mut connected_child(), call.clone());
        let [(_, reply)] = posts(effects).try_into().unwrap();
        assert_eq!(reply["id"], 1, "{call}");
        assert_eq!(reply["returnValue"]["name"], "TypeError", "{call}");
    }
}

#[test]
fn an_answer_that_cannot_be_made_out_ends_the_wait() {
    for reply in [
        json!({"penpal": "reply", "id": 1}),
        json!({"penpal": "reply", "id": 1, "resolution": "maybe", "returnValue": 1}),
        json!({"penpal": "reply", "id": 1, "resolution": true, "returnValue": 1}),
    ] {
        let mut child = connected_child();
        child
            .call(&mut Ids::default(), "waiting", "notice", vec![])
            .unwrap();
        let settled = Effect::Settle {
            waiter: "waiting",
            result: Err(CallError::Unreadable),
        };
        assert_eq!(from_host(&mut child, reply.clone()), [settled], "{reply}");
        assert_eq!(from_host(&mut child, reply), []);
    }
}

/// Whatever arrives from the right window, is not ours, and is nothing that anybody waits for, is met with silence.
#[test]
fn malformed_messages_are_ignored() {
    let malformed = [
        json!(null),
        json!(true),
        json!(0),
        json!("handshake"),
        json!([]),
        json!([{"penpal": "handshake", "methodNames": []}]),
        json!({}),
        json!({"type": "webpackOk"}),
        json!({"penpal": null}),
        json!({"penpal": 1}),
        json!({"penpal": ["handshake"]}),
        json!({"penpal": ""}),
        json!({"penpal": "syn", "methodNames": []}),
        json!({"penpal": "synAck", "methodNames": []}),
        json!({"penpal": "HANDSHAKE", "methodNames": []}),
        json!({"penpal": "handshake"}),
        json!({"penpal": "handshake", "methodNames": null}),
        json!({"penpal": "handshake", "methodNames": "onChange"}),
        json!({"penpal": "handshake", "methodNames": {"0": "onChange"}}),
        json!({"penpal": "handshake", "methodNames": ["onChange", 1]}),
        json!({"penpal": "handshake-reply"}),
        json!({"penpal": "handshake-reply", "methodNames": [null]}),
        json!({"penpal": "call"}),
        json!({"penpal": "call", "methodName": "onChange", "args": []}),
        json!({"penpal": "call", "id": "1", "methodName": "onChange", "args": []}),
        json!({"penpal": "call", "id": null, "methodName": "onChange", "args": []}),
        json!({"penpal": "reply"}),
        json!({"penpal": "reply", "id": "1", "resolution": "fulfilled"}),
        json!({"penpal": "reply", "resolution": "fulfilled", "returnValue": 1}),
    ];
    for message in malformed {
        let mut child = connected_child();
        child
            .call(&mut Ids::default(), "waiting", "notice", vec![])
            .unwrap();
        assert_eq!(
            from_host(&mut child, message.clone()),
            [],
            "child took {message}"
        );
        assert_eq!(child.destroy(), ["waiting"], "child settled on {message}");

        let mut parent = Peer::<Name>::parent(names(&["notice"]), Origin::new(PLUGIN));
        assert_eq!(
            from_plugin(&mut parent, message.clone()),
            [],
            "parent took {message}"
        );
        assert!(!parent.is_connected(), "parent connected on {message}");
    }
}

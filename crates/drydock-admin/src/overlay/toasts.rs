//! Short messages at the edge of the screen.

use gloo_timers::callback::Timeout;
use serde_json::Value;
use yew::prelude::*;

use super::{Toast, ToastKind};

/// Properties of [`Toasts`].
#[derive(Properties, PartialEq)]
pub(crate) struct ToastsProps {
    /// What to show, by id, the newest last.
    pub(crate) toasts: Vec<(u32, Toast)>,
    /// Told which toast is done, and with what value.
    pub(crate) on_settle: Callback<(u32, Value)>,
}

/// The region where toasts appear. It is always there, so that screen readers listen to it.
#[component]
pub(crate) fn Toasts(props: &ToastsProps) -> Html {
    let toasts = props.toasts.iter().map(|(id, toast)| {
        let id = *id;
        let on_settle = props.on_settle.reform(move |value| (id, value));
        html! { <ToastView key={id} toast={toast.clone()} {on_settle} /> }
    });
    html! {
        <section class="toasts" aria-label="Notifications" aria-live="polite">{ for toasts }</section>
    }
}

/// Properties of [`ToastView`].
#[derive(Properties, PartialEq)]
struct ToastViewProps {
    toast: Toast,
    on_settle: Callback<Value>,
}

#[component]
fn ToastView(props: &ToastViewProps) -> Html {
    let ToastViewProps { toast, on_settle } = props;
    use_effect_with((), {
        let (lifetime, on_settle) = (toast.lifetime(), on_settle.clone());
        move |()| {
            let timeout = lifetime.map(|ms| Timeout::new(ms, move || on_settle.emit(Value::Null)));
            move || drop(timeout)
        }
    });
    let (class, role, mark) = match toast.kind {
        ToastKind::Notice => ("toast notice", "status", "✓"),
        ToastKind::Alert => ("toast alert", "alert", "!"),
        ToastKind::Warning => ("toast warning", "alert", "▲"),
    };
    let press = |value: Value| on_settle.reform(move |_: MouseEvent| value.clone());
    html! {
        <div {class} {role}>
            <span class="toast-mark" aria-hidden="true">{ mark }</span>
            <p>{ &toast.message }</p>
            if let Some(cta) = &toast.cta {
                <button type="button" class="button quiet" onclick={press(cta.value.clone())}>
                    { &cta.label }
                </button>
            }
            <button type="button" class="button quiet icon" aria-label="Dismiss"
                onclick={press(Value::Null)}>{ "✕" }</button>
        </div>
    }
}

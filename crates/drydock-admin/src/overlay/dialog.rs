//! A modal dialog on the browser's own `<dialog>`: focus stays inside while it is
//! open and goes back to where it was afterwards.

use gloo_utils::document;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlDialogElement, HtmlElement};
use yew::prelude::*;

/// Properties of [`Dialog`].
#[derive(Properties, PartialEq)]
pub(crate) struct DialogProps {
    /// Its accessible name.
    pub(crate) label: AttrValue,
    /// Classes that give it its size.
    #[prop_or_default]
    pub(crate) class: Classes,
    /// More style, such as a width in pixels.
    #[prop_or_default]
    pub(crate) style: Option<AttrValue>,
    /// Whether Escape and a press beside it do nothing.
    #[prop_or_default]
    pub(crate) close_disabled: bool,
    /// Asked to go away by Escape or a press beside it.
    pub(crate) on_dismiss: Callback<()>,
    /// What it shows.
    pub(crate) children: Html,
}

/// A dialog over everything else, open as long as it is in the tree.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let element = use_node_ref();
    use_effect_with((), {
        let element = element.clone();
        move |()| {
            let opener = document().active_element();
            let dialog = element.cast::<HtmlDialogElement>();
            if let Some(dialog) = &dialog {
                // Fails only for a dialog that is already open.
                let _open = dialog.show_modal();
            }
            move || {
                if let Some(dialog) = dialog {
                    dialog.close();
                }
                let opener = opener.and_then(|opener| opener.dyn_into::<HtmlElement>().ok());
                if let Some(opener) = opener {
                    // It may have left the page meanwhile.
                    let _gone = opener.focus();
                }
            }
        }
    });

    let dismiss = {
        let (on_dismiss, close_disabled) = (props.on_dismiss.clone(), props.close_disabled);
        move || {
            if !close_disabled {
                on_dismiss.emit(());
            }
        }
    };
    let onkeydown = {
        let dismiss = dismiss.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape" {
                // Browsers close a dialog on Escape whatever `cancel` says, if pressed twice.
                event.prevent_default();
                event.stop_propagation();
                dismiss();
            }
        })
    };
    // The browser's own wish to close it: Escape that no element got, or a phone's way back.
    let oncancel = {
        let dismiss = dismiss.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            dismiss();
        })
    };
    let onmousedown = {
        let element = element.clone();
        Callback::from(move |event: MouseEvent| {
            // The content covers the dialog, so only its backdrop is the dialog itself.
            let target = event
                .target()
                .and_then(|target| target.dyn_into::<HtmlElement>().ok());
            if target.is_some() && target == element.cast::<HtmlElement>() {
                dismiss();
            }
        })
    };
    html! {
        <dialog ref={element} class={classes!("dialog", props.class.clone())}
            style={props.style.clone()} aria-label={props.label.clone()}
            {onkeydown} {oncancel} {onmousedown}>
            <div class="dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}

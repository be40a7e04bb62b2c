//! Keeps the keyboard where the work is: a pressed button goes away with its step.

use slipway_release::Phase;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::ports::page;

/// Where the buttons of a release are, and what notices that one was pressed.
pub(super) struct Keeper {
    /// For the element that holds the buttons.
    pub(super) node: NodeRef,
    /// For its `onclick`.
    pub(super) onclick: Callback<MouseEvent>,
}

/// Moves the focus to the next button once a pressed one has done its work and is gone.
#[hook]
pub(super) fn use_focus_keeper(phase: &Phase, busy: bool) -> Keeper {
    let node = use_node_ref();
    let was_pressed = use_mut_ref(|| false);
    let onclick = {
        let was_pressed = was_pressed.clone();
        Callback::from(move |_: MouseEvent| *was_pressed.borrow_mut() = true)
    };
    use_effect_with((phase.clone(), busy), {
        let node = node.clone();
        move |(_, busy)| {
            let holder = node.cast::<Element>().filter(|_| !busy);
            if let Some(holder) = holder
                && was_pressed.replace(false)
                && let Ok(Some(next)) = holder.query_selector(".actions button")
                && let Ok(next) = next.dyn_into::<HtmlElement>()
            {
                page::take_lost_focus(&next);
            }
        }
    });
    Keeper { node, onclick }
}

//! A button that opens a short list of things to do.

use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, Node};
use yew::prelude::*;

use super::{Icon, Shape, use_unique_id};
use crate::ports::page;

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuItem {
    /// Its words.
    pub label: AttrValue,
    /// A longer name for screen readers, where its group's is needed to understand it.
    pub name: AttrValue,
    /// What it is good for, in a few words.
    pub note: AttrValue,
    /// Called when it is chosen.
    pub on_choose: Callback<()>,
}

/// Things to do that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct MenuGroup {
    /// What they have in common.
    pub label: AttrValue,
    /// The things.
    pub items: Vec<MenuItem>,
}

/// What a menu needs.
#[derive(Properties, PartialEq)]
pub struct MenuProps {
    /// The button's words.
    pub label: AttrValue,
    /// A longer name for screen readers, of the button and of the list.
    pub name: AttrValue,
    /// The list.
    pub groups: Vec<MenuGroup>,
    /// A sentence under the list.
    #[prop_or_default]
    pub note: AttrValue,
}

/// A button with a list under it: arrows move, Escape and a click elsewhere close, and the focus goes
/// back to the button.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let open = use_state_eq(|| false);
    let base = use_unique_id("menu");
    let (frame, button) = (use_node_ref(), use_node_ref());
    let total: usize = props.groups.iter().map(|group| group.items.len()).sum();
    use_effect_with(*open, {
        let base = base.clone();
        move |open| {
            if *open {
                focus(&item_id(&base, 0));
            }
        }
    });
    let close = {
        let (setter, button) = (open.setter(), button.clone());
        move || {
            setter.set(false);
            page::focus_if_here(&button);
        }
    };
    let ontoggle = {
        let (setter, is_open) = (open.setter(), *open);
        Callback::from(move |_: MouseEvent| setter.set(!is_open))
    };
    let onkeydown = {
        let (base, is_open, setter, close) = (base.clone(), *open, open.setter(), close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let here = (0..total).find(|index| has_focus(&item_id(&base, *index)));
            match (event.key().as_str(), is_open) {
                ("Escape", true) => close(),
                ("ArrowDown" | "ArrowUp", false) => setter.set(true),
                (key, true) => match neighbour(here, total, key) {
                    Some(next) => focus(&item_id(&base, next)),
                    None => return,
                },
                (_, false) => return,
            }
            event.prevent_default();
        })
    };
    // Tab leaves the list, and a click elsewhere takes the focus there.
    let onfocusout = {
        let (frame, setter) = (frame.clone(), open.setter());
        Callback::from(move |event: FocusEvent| {
            let to = event
                .related_target()
                .and_then(|target| target.dyn_into::<Node>().ok());
            let stays = frame
                .cast::<Node>()
                .is_some_and(|frame| frame.contains(to.as_ref()));
            if !stays {
                setter.set(false);
            }
        })
    };
    let mut index = 0;
    let groups: Vec<Html> = (props.groups.iter())
        .map(|group| {
            let first = index;
            index += group.items.len();
            drawn(group, &base, first, &close)
        })
        .collect();
    let list_id = format!("{base}-list");
    html! {
        <div class="menu" ref={frame} {onkeydown} {onfocusout}>
            <button ref={button} type="button" class="button button--quiet button--small" aria-haspopup="menu"
                aria-expanded={if *open { "true" } else { "false" }} aria-controls={list_id.clone()}
                aria-label={props.name.clone()} onclick={ontoggle}>
                { &props.label }<Icon shape={Shape::Down} />
            </button>
            <div class={classes!("menu__list", open.then_some("menu__list--open"))} role="menu" id={list_id}
                aria-label={props.name.clone()} tabindex="-1">
                { for groups }
                if !props.note.is_empty() {
                    <p class="menu__note">{ &props.note }</p>
                }
            </div>
        </div>
    }
}

fn drawn(
    group: &MenuGroup,
    base: &str,
    first: usize,
    close: &(impl Fn() + Clone + 'static),
) -> Html {
    let items = group.items.iter().zip(first..).map(|(item, index)| {
        let (on_choose, close) = (item.on_choose.clone(), close.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            close();
            on_choose.emit(());
        });
        html! {
            <button type="button" role="menuitem" class="menu__item" tabindex="-1" key={index}
                id={item_id(base, index)} aria-label={item.name.clone()} {onclick}>
                <span>{ &item.label }</span>
                if !item.note.is_empty() {
                    <span class="menu__about">{ &item.note }</span>
                }
            </button>
        }
    });
    html! {
        <div role="group" aria-label={group.label.clone()} key={group.label.to_string()} class="menu__group">
            <p class="menu__title" aria-hidden="true">{ &group.label }</p>
            { for items }
        </div>
    }
}

fn item_id(base: &str, index: usize) -> String {
    format!("{base}-item-{index}")
}

/// The item a key leads to, round the ends.
fn neighbour(here: Option<usize>, total: usize, key: &str) -> Option<usize> {
    match (key, here) {
        ("ArrowDown", Some(here)) => Some((here + 1) % total),
        ("ArrowUp", Some(here)) => Some((here + total - 1) % total),
        ("Home", _) | ("ArrowDown", None) => Some(0),
        ("End", _) | ("ArrowUp", None) => total.checked_sub(1),
        _ => None,
    }
}

fn element(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id(id)?.dyn_into().ok()
}

fn has_focus(id: &str) -> bool {
    page::focused().is_some_and(|focused| focused.id() == id)
}

fn focus(id: &str) {
    if let Some(element) = element(id) {
        // An element of the page can only refuse focus by not taking it; nothing is lost then.
        let _ = element.focus();
    }
}

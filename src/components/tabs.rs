//! Tabs: one stop for the Tab key, arrows between them.

use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;
use yew::prelude::*;

use super::use_unique_id;

/// One tab.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    /// Its name inside the program.
    pub id: &'static str,
    /// Its words.
    pub label: AttrValue,
    /// A number or a word after them.
    pub count: Option<AttrValue>,
}

/// What tabs need.
#[derive(Properties, PartialEq)]
pub struct TabsProps {
    /// What they are about, for screen readers.
    pub label: AttrValue,
    /// The tabs.
    pub tabs: Vec<Tab>,
    /// The id of the chosen one.
    pub selected: &'static str,
    /// Called with the id of the one a person chooses.
    pub on_select: Callback<&'static str>,
    /// The chosen tab's content.
    pub children: Html,
}

/// Tabs with the chosen one's content under them.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    let base = use_unique_id("tabs");
    let tab_id = |id: &str| format!("{base}-{id}");
    let panel_id = format!("{base}-panel");
    let onkeydown = {
        let ids: Vec<&'static str> = props.tabs.iter().map(|tab| tab.id).collect();
        let (selected, on_select, base) = (props.selected, props.on_select.clone(), base.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(next) = neighbour(&ids, selected, &event.key()) else {
                return;
            };
            event.prevent_default();
            on_select.emit(next);
            focus(&format!("{base}-{next}"));
        })
    };
    let tabs = props.tabs.iter().map(|tab| {
        let (chosen, id) = (tab.id == props.selected, tab.id);
        html! {
            <button type="button" role="tab" key={id} id={tab_id(id)}
                class={classes!("tab", chosen.then_some("tab--chosen"))}
                aria-selected={if chosen { "true" } else { "false" }} aria-controls={panel_id.clone()}
                tabindex={if chosen { "0" } else { "-1" }}
                onclick={props.on_select.reform(move |_: MouseEvent| id)}>
                { &tab.label }
                if let Some(count) = &tab.count {
                    <span class="tab__count">{ count }</span>
                }
            </button>
        }
    });
    html! {
        <div class="tabs">
            <div class="tabs__list" role="tablist" aria-label={props.label.clone()} {onkeydown}>
                { for tabs }
            </div>
            <div class="tabs__panel" role="tabpanel" id={panel_id.clone()} tabindex="0"
                aria-labelledby={tab_id(props.selected)}>
                { props.children.clone() }
            </div>
        </div>
    }
}

/// The tab a key leads to, round the ends.
fn neighbour(ids: &[&'static str], from: &str, key: &str) -> Option<&'static str> {
    let here = ids.iter().position(|id| *id == from)?;
    let to = match key {
        "ArrowRight" => (here + 1) % ids.len(),
        "ArrowLeft" => (here + ids.len() - 1) % ids.len(),
        "Home" => 0,
        "End" => ids.len() - 1,
        _ => return None,
    };
    ids.get(to).copied()
}

fn focus(id: &str) {
    let element = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.get_element_by_id(id))
        .and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if let Some(element) = element {
        // An element of the page can only refuse focus by not taking it; nothing is lost then.
        let _ = element.focus();
    }
}

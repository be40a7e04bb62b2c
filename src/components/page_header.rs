//! The top of a page: where it is, what it is called, what can be done.

use yew::prelude::*;

use super::LinkButton;
use crate::ports::page;

/// What the top of a page needs.
#[derive(Properties, PartialEq)]
pub struct PageHeaderProps {
    /// The page's name, its only heading of the first order.
    pub title: AttrValue,
    /// What stands beside the name: environments, badges.
    #[prop_or_default]
    pub beside: Html,
    /// The name of the page this one hangs from.
    #[prop_or(AttrValue::Static("Releases"))]
    pub parent: AttrValue,
    /// Goes to that page; without it no way back is drawn.
    #[prop_or_default]
    pub on_back: Option<Callback<()>>,
    /// The buttons.
    #[prop_or_default]
    pub children: Html,
}

/// The top of a page.
#[component]
pub fn PageHeader(props: &PageHeaderProps) -> Html {
    let heading = use_node_ref();
    // Whoever came here by a button of the page before has lost the focus with it.
    use_effect_with((), {
        let heading = heading.clone();
        move |()| page::focus_if_here(&heading)
    });
    html! {
        <header class="page-header">
            if let Some(on_back) = &props.on_back {
                <nav class="page-header__back" aria-label="Breadcrumb">
                    <LinkButton label={props.parent.clone()} on_press={on_back.clone()} />
                    <span aria-hidden="true">{ "›" }</span>
                </nav>
            }
            <div class="page-header__row">
                <div class="page-header__title">
                    <h1 ref={heading} tabindex="-1">{ &props.title }</h1>
                    { props.beside.clone() }
                </div>
                <div class="page-header__actions">{ props.children.clone() }</div>
            </div>
        </header>
    }
}

//! Regions of a page.

use web_sys::Element;
use yew::prelude::*;

use super::use_unique_id;

/// What a section needs.
#[derive(Properties, PartialEq)]
pub struct SectionProps {
    /// Its heading, with a rule running to the right.
    pub title: AttrValue,
    /// What stands at the end of the rule.
    #[prop_or_default]
    pub aside: Html,
    /// What is in it.
    pub children: Html,
}

/// A region with a heading.
#[component]
pub fn Section(props: &SectionProps) -> Html {
    let id = use_unique_id("section");
    html! {
        <section class="section" aria-labelledby={id.clone()}>
            <div class="section__head">
                <h2 {id}>{ &props.title }</h2>
                <span class="section__rule" aria-hidden="true"></span>
                { props.aside.clone() }
            </div>
            { props.children.clone() }
        </section>
    }
}

/// What a card needs.
#[derive(Properties, PartialEq)]
pub struct CardProps {
    /// More classes for it.
    #[prop_or_default]
    pub class: Classes,
    /// What is in it.
    pub children: Html,
}

/// A bordered box.
#[component]
pub fn Card(props: &CardProps) -> Html {
    html! { <div class={classes!("card", props.class.clone())}>{ props.children.clone() }</div> }
}

/// What folded details need.
#[derive(Properties, PartialEq)]
pub struct DetailsProps {
    /// The line that is always seen.
    pub summary: AttrValue,
    /// Whether it is unfolded at first.
    #[prop_or_default]
    pub open: bool,
    /// Draws what is folded away only once it is unfolded, for what is long.
    #[prop_or_default]
    pub lazy: bool,
    /// What is folded away.
    pub children: Html,
}

/// Something that can be unfolded.
#[component]
pub fn Details(props: &DetailsProps) -> Html {
    let seen = use_state_eq(|| props.open);
    let ontoggle = {
        let setter = seen.setter();
        Callback::from(move |event: Event| {
            let details = event.target_unchecked_into::<Element>();
            if details.has_attribute("open") {
                setter.set(true);
            }
        })
    };
    html! {
        <details class="details" open={props.open} {ontoggle}>
            <summary>{ &props.summary }</summary>
            if *seen || !props.lazy {
                <div class="details__body">{ props.children.clone() }</div>
            }
        </details>
    }
}

//! A button that puts a text on the clipboard.

use gloo_timers::callback::Timeout;
use slipway_release::view::action::Intent;
use yew::prelude::*;

use super::{Button, Live, Shape};
use crate::{ports::page, store::spawn};

/// What a copy button needs.
#[derive(Properties, PartialEq, Clone)]
pub struct CopyButtonProps {
    /// What is copied.
    pub text: AttrValue,
    /// The button's words; "Copy" where nothing is said.
    #[prop_or(AttrValue::Static("Copy"))]
    pub label: AttrValue,
    /// What is copied, for screen readers: "Copy the delivery endpoint".
    #[prop_or_default]
    pub name: Option<AttrValue>,
}

/// How long the button tells what came of pressing it, in milliseconds.
const TOLD_FOR: u32 = 4_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    Not,
    Done,
    Refused,
}

/// A button that puts a text on the clipboard and says whether that worked.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let CopyButtonProps { text, label, name } = props.clone();
    let of = text.clone();
    let make = Callback::from(move |()| text.clone());
    html! { <CopyMadeButton {make} {of} {label} {name} /> }
}

/// What a button needs that copies a text which is made when it is pressed.
#[derive(Properties, PartialEq)]
pub struct CopyMadeButtonProps {
    /// Makes the text.
    pub make: Callback<(), AttrValue>,
    /// What the text is of; with another the button is as if it had not been pressed.
    pub of: AttrValue,
    /// The button's words.
    pub label: AttrValue,
    /// What is copied, for screen readers.
    #[prop_or_default]
    pub name: Option<AttrValue>,
}

/// A button that makes a text when it is pressed, puts it on the clipboard and says whether that worked.
#[component]
pub fn CopyMadeButton(props: &CopyMadeButtonProps) -> Html {
    let copying = use_state_eq(|| Copying::Not);
    // What was copied is not what the button stands for any more.
    use_effect_with(props.of.clone(), {
        let setter = copying.setter();
        move |_| setter.set(Copying::Not)
    });
    // Nor is it after a while: what is copied may have grown.
    use_effect_with(*copying, {
        let setter = copying.setter();
        move |copying| {
            let over = (*copying != Copying::Not)
                .then(|| Timeout::new(TOLD_FOR, move || setter.set(Copying::Not)));
            move || drop(over)
        }
    });
    let on_press = {
        let (make, setter) = (props.make.clone(), copying.setter());
        Callback::from(move |()| {
            let (text, setter) = (make.emit(()), setter.clone());
            spawn(async move {
                let done = page::copy(&text).await;
                setter.set(if done {
                    Copying::Done
                } else {
                    Copying::Refused
                });
            });
        })
    };
    let (label, shape) = match *copying {
        Copying::Not => (props.label.clone(), Shape::Copy),
        Copying::Done => ("Copied".into(), Shape::Check),
        Copying::Refused => ("Not allowed to copy".into(), Shape::Cross),
    };
    let said = match *copying {
        Copying::Not => AttrValue::default(),
        Copying::Done | Copying::Refused => label.clone(),
    };
    html! {
        <>
            <Button {label} icon={shape} intent={Intent::Quiet} small=true {on_press}
                name={(*copying == Copying::Not).then(|| props.name.clone()).flatten()} />
            <Live text={said} />
        </>
    }
}

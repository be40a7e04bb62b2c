//! A button that puts a text on the clipboard.

use slipway_release::view::action::Intent;
use yew::prelude::*;

use super::{Button, Live, Shape};
use crate::{ports::page, store::spawn};

/// What a copy button needs.
#[derive(Properties, PartialEq)]
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

#[derive(Clone, Copy, PartialEq, Eq)]
enum Copying {
    Not,
    Done,
    Refused,
}

/// A button that puts a text on the clipboard and says whether that worked.
#[component]
pub fn CopyButton(props: &CopyButtonProps) -> Html {
    let copying = use_state_eq(|| Copying::Not);
    // What was copied is not what the button stands for any more.
    use_effect_with(props.text.clone(), {
        let setter = copying.setter();
        move |_| setter.set(Copying::Not)
    });
    let on_press = {
        let (text, setter) = (props.text.clone(), copying.setter());
        Callback::from(move |()| {
            let (text, setter) = (text.clone(), setter.clone());
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

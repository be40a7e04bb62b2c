//! A menu of the forms in which something can be kept or handed on.

use slipway_release::export::Export;
use yew::prelude::*;

use crate::{
    components::{Menu, MenuGroup, MenuItem},
    ports::{download, page},
    store::spawn,
};

/// One form.
#[derive(Clone, PartialEq)]
pub(super) struct Form {
    /// Its name, such as `JSON`.
    pub(super) name: &'static str,
    /// What it is good for, in a few words.
    pub(super) note: &'static str,
    /// Makes the file, as things are by then.
    pub(super) make: Callback<(), Export>,
}

/// What the menu needs.
#[derive(Properties, PartialEq)]
pub(super) struct SaveMenuProps {
    /// Its name for screen readers, with what is kept.
    pub(super) name: AttrValue,
    /// The forms.
    pub(super) forms: Vec<Form>,
}

/// What is done with a file, under its form's name; what came of it is told.
type Act = fn(Export, &'static str, Callback<AttrValue>);

/// The menu, with what came of the last choice beside it.
#[component]
pub(super) fn SaveMenu(props: &SaveMenuProps) -> Html {
    let outcome = use_state_eq(AttrValue::default);
    let tell = {
        let setter = outcome.setter();
        Callback::from(move |said: AttrValue| setter.set(said))
    };
    let group = |label: &'static str, verb: &'static str, act: Act| {
        let item = |form: &Form| {
            let (name, make, tell) = (form.name, form.make.clone(), tell.clone());
            MenuItem {
                label: name.into(),
                name: format!("{verb} as {name}").into(),
                // What a form is good for is said once.
                note: if verb == "Save" { form.note } else { "" }.into(),
                on_choose: Callback::from(move |()| act(make.emit(()), name, tell.clone())),
            }
        };
        MenuGroup {
            label: label.into(),
            items: props.forms.iter().map(item).collect(),
        }
    };
    html! {
        <>
            <span class="subtle small" role="status">{ &*outcome }</span>
            <Menu label="Export" name={props.name.clone()}
                groups={vec![group("Save as a file", "Save", save), group("Copy", "Copy", copy)]}
                note="If no file arrives, this panel does not let plugins save files. Copy it instead." />
        </>
    }
}

/// Hands the file to the browser, which does not tell whether the person got it.
fn save(file: Export, _name: &'static str, tell: Callback<AttrValue>) {
    let said = match download::save(&file.file_name, file.media_type, &file.text) {
        Ok(()) => format!("{} went to your downloads.", file.file_name),
        Err(error) => format!("{error}. Copy it instead."),
    };
    tell.emit(said.into());
}

fn copy(file: Export, name: &'static str, tell: Callback<AttrValue>) {
    spawn(async move {
        let said = if page::copy(&file.text).await {
            format!("{name} copied.")
        } else {
            "The browser does not let Slipway copy here.".to_owned()
        };
        tell.emit(said.into());
    });
}

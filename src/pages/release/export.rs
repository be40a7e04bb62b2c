//! The release as files, to keep or to hand on.

use slipway_release::{
    Release,
    export::{Export, Form, Source, export},
};
use yew::prelude::*;

use crate::{
    components::{Menu, MenuGroup, MenuItem},
    ports::{download, page},
    store::{now, spawn, use_store},
};

/// What the menu needs.
#[derive(Properties, PartialEq)]
pub(super) struct ExportMenuProps {
    /// Which release.
    pub(super) release: Release,
    /// Its address in the panel, where it is known.
    pub(super) link: Option<AttrValue>,
}

/// The forms, with their names and what each is good for.
const FORMS: [(Form, &str, &str); 3] = [
    (Form::Html, "Web page", "to read and to print"),
    (Form::Json, "JSON", "for programs"),
    (Form::Commands, "CLI commands", "the same by hand"),
];

/// What is done with a file, under its form's name; what came of it is told.
type Act = fn(Export, &'static str, Callback<AttrValue>);

/// The menu of exports, with what came of the last one beside it.
#[component]
pub(super) fn ExportMenu(props: &ExportMenuProps) -> Html {
    let store = use_store();
    let outcome = use_state_eq(AttrValue::default);
    let tell = {
        let setter = outcome.setter();
        Callback::from(move |said: AttrValue| setter.set(said))
    };
    let group = |label: &'static str, verb: &'static str, act: Act| {
        let item = |&(form, name, note): &(Form, &'static str, &'static str)| {
            let (release, link) = (props.release.clone(), props.link.clone());
            let (project, tell) = (store.session.project.clone(), tell.clone());
            let on_choose = Callback::from(move |()| {
                let source = Source {
                    release: &release,
                    project: &project,
                    link: link.as_deref(),
                    at: now(),
                };
                act(export(source, form), name, tell.clone());
            });
            // What a form is good for is said once.
            let note = if verb == "Save" { note } else { "" };
            MenuItem {
                label: name.into(),
                name: format!("{verb} as {name}").into(),
                note: note.into(),
                on_choose,
            }
        };
        MenuGroup {
            label: label.into(),
            items: FORMS.iter().map(item).collect(),
        }
    };
    html! {
        <>
            <span class="subtle small" role="status">{ &*outcome }</span>
            <Menu label="Export" name="Export this release"
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

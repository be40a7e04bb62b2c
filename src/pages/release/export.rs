//! The release as files, to keep or to hand on.

use slipway_release::{
    Release,
    export::{Form, Source, export},
};
use yew::prelude::*;

use crate::{
    pages::save_menu::{self, SaveMenu},
    store::{now, use_store},
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

/// The menu of exports.
#[component]
pub(super) fn ExportMenu(props: &ExportMenuProps) -> Html {
    let store = use_store();
    let forms = FORMS.map(|(form, name, note)| {
        let (release, link) = (props.release.clone(), props.link.clone());
        let project = store.session.project.clone();
        let make = Callback::from(move |()| {
            let source = Source {
                release: &release,
                project: &project,
                link: link.as_deref(),
                at: now(),
            };
            export(source, form)
        });
        save_menu::Form { name, note, make }
    });
    html! { <SaveMenu name="Export this release" forms={forms.to_vec()} /> }
}

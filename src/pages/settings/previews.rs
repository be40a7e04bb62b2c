//! The list of preview links.

use yew::prelude::*;

use crate::{
    components::{Button, Shape, TextField},
    session::Preview,
};

/// What is wrong with a link's name, and with its address.
pub(super) type LinkErrors = (Option<String>, Option<String>);

#[derive(Properties, PartialEq)]
pub(super) struct PreviewsProps {
    /// The links.
    pub(super) previews: Vec<Preview>,
    /// What is wrong with each.
    pub(super) errors: Vec<LinkErrors>,
    /// Called with all links after a change of one.
    pub(super) on_change: Callback<Vec<Preview>>,
}

/// The list of preview links.
#[component]
pub(super) fn Previews(props: &PreviewsProps) -> Html {
    let rows = props.previews.iter().enumerate().map(|(index, preview)| {
        let on_change = {
            let (previews, on_change) = (props.previews.clone(), props.on_change.clone());
            Callback::from(move |changed: Option<Preview>| {
                let mut previews = previews.clone();
                match changed {
                    Some(preview) => previews[index] = preview,
                    None => drop(previews.remove(index)),
                }
                on_change.emit(previews);
            })
        };
        let errors = props.errors.get(index).cloned().unwrap_or_default();
        html! { <Link key={index} preview={preview.clone()} {errors} {on_change} /> }
    });
    let add = {
        let previews = props.previews.clone();
        props.on_change.reform(move |()| {
            let mut previews = previews.clone();
            previews.push(Preview::default());
            previews
        })
    };
    html! {
        <>
            <p class="lead">
                { "Where your site can be looked at. " }<code>{ "{environment}" }</code>
                { " in an address stands for the sandbox of the release." }
            </p>
            <ul class="plain">{ for rows }</ul>
            <div class="add">
                <Button label="Add a preview link" icon={Shape::Plus} on_press={add} />
            </div>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct LinkProps {
    preview: Preview,
    errors: LinkErrors,
    /// Called with the link after a change, or with nothing when it is removed.
    on_change: Callback<Option<Preview>>,
}

/// One link.
#[component]
fn Link(props: &LinkProps) -> Html {
    let Preview { name, url } = props.preview.clone();
    let (name_error, url_error) = props.errors.clone();
    let remove_name = AttrValue::from(format!("Remove the link {name}"));
    let on_name = {
        let url = url.clone();
        props.on_change.reform(move |name| {
            let url = url.clone();
            Some(Preview { name, url })
        })
    };
    let on_url = {
        let name = name.clone();
        props.on_change.reform(move |url| {
            let name = name.clone();
            Some(Preview { name, url })
        })
    };
    html! {
        <li class="preview-link">
            <TextField label="Name" value={name} error={name_error.map(AttrValue::from)} placeholder="Website"
                on_input={on_name} />
            <TextField label="Address" kind="url" mono=true value={url} error={url_error.map(AttrValue::from)}
                placeholder="https://{environment}.preview.example.com" on_input={on_url} />
            <Button label="Remove" small=true name={remove_name} on_press={props.on_change.reform(|()| None)} />
        </li>
    }
}

//! Small things every screen uses.

use gloo_utils::document;
use yew::prelude::*;

use crate::frames::Icon;
use crate::router::{Page, use_router};
use crate::workspace::{Environment, EnvironmentStatus};

/// Properties of [`Link`].
#[derive(Properties, PartialEq)]
pub(crate) struct LinkProps {
    /// Where it leads, in the environment being viewed.
    pub(crate) to: Page,
    /// Its classes.
    #[prop_or_default]
    pub(crate) class: Classes,
    /// Whether it leads to where the panel is.
    #[prop_or_default]
    pub(crate) current: bool,
    /// What it shows.
    pub(crate) children: Html,
}

/// A link inside the panel: a real address, followed without loading the panel anew.
#[component]
pub(crate) fn Link(props: &LinkProps) -> Html {
    let router = use_router();
    let address = router.address(&props.to);
    let onclick = {
        let address = address.clone();
        Callback::from(move |event: MouseEvent| {
            let plain = event.button() == 0
                && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
            if plain {
                event.prevent_default();
                router.go(address.clone());
            }
        })
    };
    let current = props.current.then_some("page");
    html! {
        <a href={address} class={props.class.clone()} aria-current={current} {onclick}>
            { props.children.clone() }
        </a>
    }
}

/// Names the page in the window's title.
#[hook]
pub(crate) fn use_title(title: impl Into<String>) {
    use_effect_with(title.into(), |title| document().set_title(title));
}

/// The state of a record: a dot, and the word, because colour alone says nothing to many.
pub(crate) fn status(status: Option<&str>) -> Html {
    let (class, word) = match status {
        Some("published") => ("published", "Published"),
        Some("updated") => ("outdated", "Changed"),
        Some("draft") => ("draft", "Draft"),
        Some(_) | None => ("draft", "New"),
    };
    html! {
        <span class={classes!("status", class)}>
            <i class="dot" aria-hidden="true"></i>{ word }
        </span>
    }
}

/// Marks of an environment.
pub(crate) fn environment_badges(environment: &Environment) -> Html {
    let working = match environment.status {
        EnvironmentStatus::Creating(Some(percent)) => Some(format!("Copying {percent:.0} %")),
        EnvironmentStatus::Creating(None) => Some("Copying".to_owned()),
        EnvironmentStatus::Destroying => Some("Being destroyed".to_owned()),
        EnvironmentStatus::Ready => None,
    };
    html! {
        <>
            if environment.primary {
                <span class="badge primary">{ "Primary" }</span>
            } else {
                <span class="badge">{ "Sandbox" }</span>
            }
            if let Some(working) = working {
                <span class="badge warning">{ working }</span>
            }
        </>
    }
}

/// A plugin's icon. Drawings are used as a mask, so that they take the colour of the
/// text and a plugin's markup is never part of the panel's page.
pub(crate) fn icon(icon: Option<&Icon>) -> Html {
    match icon {
        Some(Icon::Svg { view_box, content }) => {
            let svg = format!(
                r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="{}">{content}</svg>"#,
                view_box.replace('"', "")
            );
            let url = format!("data:image/svg+xml,{}", percent_encode(&svg));
            let style = format!("mask-image: url('{url}'); -webkit-mask-image: url('{url}')");
            html! { <i class="icon" aria-hidden="true" {style}></i> }
        }
        Some(Icon::Emoji { emoji }) => html! { <i class="emoji" aria-hidden="true">{ emoji }</i> },
        // The vendor's icon font is not part of drydock; the label says enough.
        Some(Icon::Named(_)) | None => Html::default(),
    }
}

fn percent_encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect::<Vec<_>>().concat()
}

/// `2026-01-05T09:04:11.000Z` as `5 Jan 2026, 09:04`, in the time zone it is written in.
pub(crate) fn when(iso: &str) -> String {
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let readable = || {
        let (date, time) = iso.split_once('T')?;
        let mut parts = date.split('-');
        let year = parts.next()?;
        let month: usize = parts.next()?.parse().ok()?;
        let day: u32 = parts.next()?.parse().ok()?;
        let month = MONTHS.get(month.checked_sub(1)?)?;
        Some(format!("{day} {month} {year}, {}", time.get(..5)?))
    };
    readable().unwrap_or_else(|| {
        if iso.is_empty() {
            "–".to_owned()
        } else {
            iso.to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_written_for_people() {
        assert_eq!(when("2026-01-05T09:04:11.000Z"), "5 Jan 2026, 09:04");
        assert_eq!(when("2018-11-24T10:00:00.000+00:00"), "24 Nov 2018, 10:00");
        assert_eq!(when(""), "–");
        assert_eq!(when("soon"), "soon");
    }

    #[test]
    fn a_drawing_cannot_leave_the_text_it_is_put_into() {
        let encoded = percent_encode("');color:red<script>");
        assert!(!encoded.contains(['\'', '(', '<', ')']), "{encoded}");
    }
}

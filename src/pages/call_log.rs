//! What a script did and said, line by line, as it happens.
//!
//! A log may have tens of thousands of lines: only those in sight are drawn.

mod line;
mod window;

use std::rc::Rc;

use slipway_release::view::action::Intent;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use crate::{
    components::{Button, CopyMadeButton, Shape, use_language},
    ports::download,
    session::Frame,
    store::ScriptLog,
};
use line::Models;
use window::{Found, LINE, in_sight};

/// How close to its end, in pixels, a log counts as read to the end and follows what is new.
const END: i32 = 12;

/// The height of a log in pixels, as the styles have it, until the page has measured it.
const HEIGHT: usize = 260;

/// Logs with more lines than this can be searched.
const SHORT: usize = 10;

/// What a log needs.
#[derive(Properties)]
pub(super) struct CallLogProps {
    /// The script's lines.
    pub(super) log: Rc<ScriptLog>,
    /// The script's name.
    pub(super) name: AttrValue,
}

impl PartialEq for CallLogProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.log, &other.log) && self.name == other.name
    }
}

/// How far a log is scrolled, in pixels.
#[derive(Clone, Copy, PartialEq)]
struct Sight {
    top: usize,
    height: usize,
}

/// The log of one script. It follows its end until the person scrolls up.
#[component]
pub(super) fn CallLog(props: &CallLogProps) -> Html {
    let node = use_node_ref();
    let follows = use_mut_ref(|| true);
    let sight = use_state_eq(|| Sight {
        top: 0,
        height: HEIGHT,
    });
    let words = use_state_eq(String::new);
    let found = use_mut_ref(Found::default);
    let language = use_language();
    let models = use_models();
    let found = found.borrow_mut().look(&props.log, &words, &models);
    let total = found.as_ref().map_or(props.log.len(), |found| found.len());
    use_effect_with(total, {
        let (node, follows) = (node.clone(), Rc::clone(&follows));
        move |_| {
            if let Some(log) = node.cast::<Element>().filter(|_| *follows.borrow()) {
                log.set_scroll_top(log.scroll_height());
            }
        }
    });
    let onscroll = {
        let (follows, sight) = (Rc::clone(&follows), sight.setter());
        Callback::from(move |event: Event| {
            let log = event.target_unchecked_into::<Element>();
            let below = log.scroll_height() - log.scroll_top() - log.client_height();
            *follows.borrow_mut() = below < END;
            sight.set(Sight {
                top: usize::try_from(log.scroll_top()).unwrap_or_default(),
                height: usize::try_from(log.client_height()).unwrap_or(HEIGHT),
            });
        })
    };
    // A log that follows its end is drawn there at once, before the browser has scrolled it.
    let top = if *follows.borrow() {
        (total * LINE).saturating_sub(sight.height)
    } else {
        sight.top
    };
    let drawn = in_sight(total, top, sight.height);
    let first = drawn.start;
    let rows = drawn.filter_map(|place| {
        let place = found
            .as_ref()
            .map_or(Some(place), |found| found.get(place).copied())?;
        Some(line::row(place, props.log.get(place)?, &language, &models))
    });
    let on_search = {
        let words = words.setter();
        Callback::from(move |typed: String| words.set(typed))
    };
    html! {
        <>
            <div class="log mono" role="log" aria-live="off" tabindex="0" ref={node} {onscroll}
                aria-label={format!("Calls and output of {}", props.name)}>
                <div class="log__all" style={format!("height: {}px", total * LINE)}>
                    <div style={format!("transform: translateY({}px)", first * LINE)}>{ for rows }</div>
                </div>
            </div>
            <Foot log={Rc::clone(&props.log)} name={props.name.clone()}
                found={found.map(|found| found.len())} words={(*words).clone()} {on_search} />
        </>
    }
}

/// The names of the models that the panel shows, by id.
#[hook]
fn use_models() -> Models {
    let models = use_context::<Frame>().map(|frame| {
        let models = frame.settings.base.item_types.values();
        let named = models.map(|model| (model.id.clone(), model.name.clone()));
        named.collect()
    });
    models.unwrap_or_default()
}

#[derive(Properties)]
struct FootProps {
    log: Rc<ScriptLog>,
    name: AttrValue,
    /// How many lines the search found; `None` where nothing is looked for.
    found: Option<usize>,
    words: AttrValue,
    on_search: Callback<String>,
}

impl PartialEq for FootProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.log, &other.log)
            && self.name == other.name
            && self.found == other.found
            && self.words == other.words
    }
}

/// Search, copy, download.
#[component]
fn Foot(props: &FootProps) -> Html {
    let saved = use_state_eq(AttrValue::default);
    let oninput = props
        .on_search
        .reform(|event: InputEvent| event.target_unchecked_into::<HtmlInputElement>().value());
    let counted = match props.found {
        None => lines(props.log.len()),
        Some(found) => format!("{found} of {}", lines(props.log.len())),
    };
    let make = {
        let log = Rc::clone(&props.log);
        Callback::from(move |()| AttrValue::from(whole(&log)))
    };
    let on_save = {
        let (log, file) = (Rc::clone(&props.log), format!("{}.log", props.name));
        let saved = saved.setter();
        Callback::from(move |()| {
            let said = match download::save(&file, "text/plain", &whole(&log)) {
                Ok(()) => format!("{file} went to your downloads."),
                Err(error) => format!("{error}."),
            };
            saved.set(said.into());
        })
    };
    html! {
        <div class="log__foot">
            if props.log.len() > SHORT {
                <input class="input log__search" type="search" placeholder="Search" value={props.words.clone()} {oninput}
                    aria-label={format!("Search the log of {}", props.name)} />
                <span class="log__count" role="status">{ counted }</span>
            }
            <span class="log__buttons">
                <span class="subtle small" role="status">{ &*saved }</span>
                <CopyMadeButton {make} of={props.name.clone()} label="Copy log"
                    name={format!("Copy the log of {}", props.name)} />
                <Button label="Download" icon={Shape::File} intent={Intent::Quiet} small=true on_press={on_save}
                    name={format!("Download the log of {}", props.name)} />
            </span>
        </div>
    }
}

fn whole(log: &ScriptLog) -> String {
    line::as_text(log.from(0).map(|(_, line)| line))
}

fn lines(number: usize) -> String {
    match number {
        1 => "1 line".to_owned(),
        n => format!("{n} lines"),
    }
}

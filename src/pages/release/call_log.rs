//! What a script did and said, line by line, as it happens.

use std::{collections::BTreeMap, fmt::Write as _, rc::Rc};

use slipway_engine::{CallLine, ConsoleLine, ports::ConsoleLevel};
use slipway_release::view::migrations::readable;
use web_sys::Element;
use yew::prelude::*;

use crate::{
    components::{CopyButton, use_language},
    ports::clock,
    session::Frame,
    store::LogLine,
};

/// More lines than this are not drawn at once; the whole log can be copied.
const MOST_SHOWN: usize = 300;

/// How close to its end, in pixels, a log counts as read to the end and follows what is new.
const END: i32 = 12;

/// What a log needs.
#[derive(Properties, PartialEq)]
pub(super) struct CallLogProps {
    /// The script's lines, oldest first.
    pub(super) lines: Vec<Rc<LogLine>>,
    /// Whether more will come.
    pub(super) running: bool,
    /// The script's name.
    pub(super) name: AttrValue,
}

/// The log of one script. It follows its end until the person scrolls up.
#[component]
pub(super) fn CallLog(props: &CallLogProps) -> Html {
    let node = use_node_ref();
    let follows = use_mut_ref(|| true);
    let language = use_language();
    let models = use_models();
    let total = props.lines.len();
    use_effect_with(total, {
        let (node, follows) = (node.clone(), Rc::clone(&follows));
        move |_| {
            if let Some(log) = node.cast::<Element>().filter(|_| *follows.borrow()) {
                log.set_scroll_top(log.scroll_height());
            }
        }
    });
    let onscroll = Callback::from(move |event: Event| {
        let log = event.target_unchecked_into::<Element>();
        let below = log.scroll_height() - log.scroll_top() - log.client_height();
        *follows.borrow_mut() = below < END;
    });
    let hidden = total.saturating_sub(MOST_SHOWN);
    let rows = (props.lines.iter().enumerate())
        .skip(hidden)
        .map(|(index, line)| row(index, line, &language, &models));
    html! {
        <>
            <div class="log mono" role="log" aria-live="off" tabindex="0" ref={node} {onscroll}
                aria-label={format!("Calls and output of {}", props.name)}>
                if hidden > 0 {
                    <p class="log__note">{ format!("{hidden} earlier lines are not shown.") }</p>
                }
                { for rows }
            </div>
            if !props.running {
                <div class="log__foot">
                    <CopyButton text={as_text(&props.lines)} label="Copy log" name={format!("Copy the log of {}", props.name)} />
                </div>
            }
        </>
    }
}

/// The names of the models that the panel shows, by id.
#[hook]
fn use_models() -> BTreeMap<String, String> {
    let models = use_context::<Frame>().map(|frame| {
        let models = frame.settings.base.item_types.values();
        let named = models.map(|model| (model.id.clone(), model.name.clone()));
        named.collect()
    });
    models.unwrap_or_default()
}

/// The names of the models whose ids stand in a path or its query, each once.
fn models_in<'a>(path: &str, models: &'a BTreeMap<String, String>) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for part in path.split(['/', '?', '&', '=', ',']) {
        if let Some(name) = models.get(part)
            && !found.contains(&name.as_str())
        {
            found.push(name);
        }
    }
    found
}

fn row(index: usize, line: &LogLine, language: &str, models: &BTreeMap<String, String>) -> Html {
    match line {
        LogLine::Call(call) => {
            let went_wrong =
                call.refused || !is_pending(call) && call.status.is_none_or(|status| status >= 400);
            html! {
                <div key={index} class={classes!("log__line", went_wrong.then_some("log__line--wrong"))}>
                    <span class="log__time">{ clock::time_of_day(call.at, language) }</span>
                    <span class="log__method">{ &call.method }</span>
                    <span class="log__path">
                        { readable(&call.path) }
                        { for models_in(&call.path, models).into_iter().map(|name| html! {
                            <span class="log__model" key={name.to_owned()}>{ format!(" {name}") }</span>
                        }) }
                    </span>
                    <span class="log__status">{ outcome(call) }</span>
                    <span class="log__millis">{ format!("{} ms", call.millis) }</span>
                </div>
            }
        }
        LogLine::Console(said) => html! {
            <div key={index} class={classes!("log__line", "log__line--console", level_class(said.level))}>
                <span class="log__time">{ clock::time_of_day(said.at, language) }</span>
                <span class="log__said">
                    if let Some(word) = level_word(said.level) {
                        <strong>{ word }{ " " }</strong>
                    }
                    { &said.text }
                </span>
            </div>
        },
    }
}

/// The CMS answers 404 for the result of a job that still runs (reference section 2): no error.
fn is_pending(call: &CallLine) -> bool {
    call.status == Some(404) && call.path.starts_with("/job-results/")
}

fn outcome(call: &CallLine) -> String {
    match (call.refused, call.status) {
        (true, _) => "refused".to_owned(),
        (false, Some(_)) if is_pending(call) => "not yet".to_owned(),
        (false, Some(status)) => status.to_string(),
        (false, None) => "no answer".to_owned(),
    }
}

fn level_class(level: ConsoleLevel) -> Option<&'static str> {
    match level {
        ConsoleLevel::Log => None,
        ConsoleLevel::Warn => Some("log__line--warning"),
        ConsoleLevel::Error => Some("log__line--wrong"),
    }
}

fn level_word(level: ConsoleLevel) -> Option<&'static str> {
    match level {
        ConsoleLevel::Log => None,
        ConsoleLevel::Warn => Some("Warning:"),
        ConsoleLevel::Error => Some("Error:"),
    }
}

/// The log as text, one line each.
fn as_text(lines: &[Rc<LogLine>]) -> String {
    let mut text = String::new();
    for line in lines {
        // Writing to a string cannot fail.
        let _ = match line.as_ref() {
            LogLine::Call(call) => writeln!(
                text,
                "{} {} {} {} {} ms",
                call.at,
                call.method,
                call.path,
                outcome(call),
                call.millis
            ),
            LogLine::Console(ConsoleLine {
                at,
                level,
                text: said,
                ..
            }) => writeln!(text, "{at} {} {said}", level_word(*level).unwrap_or("Log:")),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn models_are_told_by_name_beside_their_ids() {
        let models = [("It1", "Article"), ("It2", "Topic")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into();
        assert_eq!(models_in("/item-types/It1/fields", &models), ["Article"]);
        assert_eq!(
            models_in("/items?filter[type]=It2,It1&page[limit]=30", &models),
            ["Topic", "Article"]
        );
        assert_eq!(models_in("/item-types/It10", &models), Vec::<&str>::new());
    }
}

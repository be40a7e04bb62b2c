//! One line of a log: drawn, searched, and as text.

use std::{collections::BTreeMap, fmt::Write as _};

use slipway_engine::{CallLine, ConsoleLine, ports::ConsoleLevel};
use slipway_release::view::migrations::readable;
use yew::prelude::*;

use crate::{ports::clock, store::LogLine};

/// The names of the panel's models, by id.
pub(super) type Models = BTreeMap<String, String>;

/// The names of the models whose ids stand in a path or its query, each once.
fn models_in<'a>(path: &str, models: &'a Models) -> Vec<&'a str> {
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

/// The line as one row.
pub(super) fn row(index: usize, line: &LogLine, language: &str, models: &Models) -> Html {
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

/// Whether a line has these words in it. `words` are lowercase.
pub(super) fn has(line: &LogLine, words: &str, models: &Models) -> bool {
    let found = |text: &str| text.to_lowercase().contains(words);
    match line {
        LogLine::Console(said) => found(&said.text),
        LogLine::Call(call) => {
            let path = readable(&call.path);
            found(&format!("{} {path} {}", call.method, outcome(call)))
                || models_in(&call.path, models).into_iter().any(found)
        }
    }
}

/// Lines as text, one each.
pub(super) fn as_text<'a>(lines: impl Iterator<Item = &'a LogLine>) -> String {
    let mut text = String::new();
    for line in lines {
        // Writing to a string cannot fail.
        let _ = match line {
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

#[cfg(test)]
mod tests {
    use super::*;
    use datocms_client::Timestamp;

    fn models() -> Models {
        [("It1", "Article"), ("It2", "Topic")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()))
            .into()
    }

    #[test]
    fn models_are_told_by_name_beside_their_ids() {
        let models = models();
        assert_eq!(models_in("/item-types/It1/fields", &models), ["Article"]);
        assert_eq!(
            models_in("/items?filter[type]=It2,It1&page[limit]=30", &models),
            ["Topic", "Article"]
        );
        assert_eq!(models_in("/item-types/It10", &models), Vec::<&str>::new());
    }

    #[test]
    fn a_line_is_found_by_what_it_shows() {
        let call = LogLine::Call(CallLine {
            script: 0,
            at: Timestamp::from_millis(0),
            method: "PUT".to_owned(),
            is_file: false,
            path: "/items/R1?filter%5Btype%5D=It2".to_owned(),
            status: Some(422),
            millis: 7,
            refused: false,
            left: None,
        });
        for words in ["put /items", "filter[type]", "422", "topic"] {
            assert!(has(&call, words, &models()), "{words}");
        }
        assert!(!has(&call, "article", &models()));
    }
}

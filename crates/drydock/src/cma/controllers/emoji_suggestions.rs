//! Emojis for a word, from their names and short codes.

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::json;

use crate::http::answer::{self, Answer};
use crate::http::context::ProjectCtx;
use crate::state::App;

/// The routes of this resource.
pub(crate) fn routes() -> Router<App> {
    Router::new().route("/emoji-suggestions", get(show))
}

/// Most emojis of an answer.
const MOST: usize = 50;

async fn show(ctx: ProjectCtx) -> Answer {
    let term = ctx
        .query
        .get("term")
        .unwrap_or_default()
        .trim()
        .to_lowercase();
    let data = json!({
        "type": "emoji_suggestions",
        "id": "emoji_suggestions",
        "attributes": { "emojis": suggestions(&term) },
    });
    answer::entity(StatusCode::OK, data)
}

/// Those with a word that begins so, a whole word first; without a term the first there are.
fn suggestions(term: &str) -> Vec<&'static str> {
    let mut found: Vec<(bool, &'static str)> = emojis::iter()
        .filter_map(|emoji| {
            let codes = emoji.shortcodes().flat_map(|code| code.split('_'));
            let words = codes.chain(emoji.name().split_whitespace());
            let mut whole = false;
            let mut begins = false;
            for word in words {
                let word = word.to_lowercase();
                whole |= word == term;
                begins |= word.starts_with(term);
            }
            begins.then_some((!whole, emoji.as_str()))
        })
        .collect();
    // Stable: within both groups the order of the standard stays.
    found.sort_by_key(|(partial, _)| *partial);
    found
        .into_iter()
        .map(|(_, emoji)| emoji)
        .take(MOST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::suggestions;

    #[test]
    fn whole_words_come_first() {
        let rockets = suggestions("rocket");
        assert_eq!(rockets, ["🚀"]);
        let cats = suggestions("cat");
        assert!(cats.contains(&"🐈"), "{cats:?}");
        let whole = cats.iter().position(|emoji| *emoji == "🐈");
        assert!(whole < Some(cats.len().min(50)), "{cats:?}");
        assert!(suggestions("no such thing").is_empty());
    }
}

//! `X-Cache-Tags`: opaque words for everything an answer depends on. The same thing has the same word in every answer, and
//! in what webhooks are told when it changes.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::events::Event;

/// Bytes of the digest a tag keeps: 48 bits tell a project's records apart.
const LENGTH: usize = 6;

/// The tags of an answer, separated by spaces. `noted` is what it depends on in the environment.
pub(super) fn header(environment: &str, noted: &BTreeSet<String>) -> String {
    let tags = noted.iter().map(|what| tag(environment, what));
    tags.collect::<Vec<_>>().join(" ")
}

fn tag(environment: &str, what: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(environment);
    digest.update([0]);
    digest.update(what);
    URL_SAFE_NO_PAD.encode(digest.finalize().get(..LENGTH).unwrap_or_default())
}

/// What the public sees of this changed: the event that says which tags do not hold any more. Answers with drafts are
/// nobody's to keep, so drafts change nothing.
pub(crate) fn invalidation(event: &Event) -> Option<Event> {
    let id = event.entity["id"].as_str().unwrap_or_default();
    let model = event.entity.pointer("/relationships/item_type/data/id");
    let model = model.and_then(Value::as_str).unwrap_or_default();
    let changed = match (event.entity_type, event.event_type) {
        ("item", "publish" | "unpublish") => vec![format!("item:{id}"), format!("items:{model}")],
        ("upload", _) => vec![format!("upload:{id}"), "uploads".to_owned()],
        ("item_type", _) => vec![format!("items:{id}")],
        ("site", _) => vec!["site".to_owned()],
        _ => return None,
    };
    let tags: Vec<String> = changed
        .iter()
        .map(|what| tag(&event.environment, what))
        .collect();
    Some(Event {
        entity_type: SUBJECT,
        event_type: "invalidate",
        environment: event.environment.clone(),
        entity: json!({ "id": SUBJECT, "type": SUBJECT, "attributes": { "tags": tags } }),
        previous: None,
        related: Vec::new(),
    })
}

/// What webhooks call it.
const SUBJECT: &str = "cda_cache_tags";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_short_words_that_stay_the_same() {
        let noted = |things: &[&str]| things.iter().map(|thing| (*thing).to_owned()).collect();
        let both = header("main", &noted(&["item:a", "items:glaze"]));
        let one = header("main", &noted(&["item:a"]));
        assert_eq!(both.split(' ').count(), 2);
        assert!(both.split(' ').any(|tag| tag == one), "{both} {one}");
        assert!(one.len() == 8 && !one.contains(char::is_whitespace));
        assert_ne!(one, header("sandbox", &noted(&["item:a"])));
        assert_eq!(header("main", &noted(&[])), "");
    }
}

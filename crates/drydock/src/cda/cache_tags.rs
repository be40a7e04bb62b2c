//! `X-Cache-Tags`: opaque words for everything an answer depends on. The same thing has the same word in every answer.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// Bytes of the digest a tag keeps: 48 bits tell a project's records apart.
const LENGTH: usize = 6;

/// The tags of an answer, separated by spaces. `noted` is what it depends on in the environment.
pub(super) fn header(environment: &str, noted: &BTreeSet<String>) -> String {
    let tag = |what: &String| {
        let mut digest = Sha256::new();
        digest.update(environment);
        digest.update([0]);
        digest.update(what);
        URL_SAFE_NO_PAD.encode(digest.finalize().get(..LENGTH).unwrap_or_default())
    };
    noted.iter().map(tag).collect::<Vec<_>>().join(" ")
}

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

//! Ids of the demo project: the same on every machine, so that links, screenshots and tests can name them.

use sha2::{Digest, Sha256};

use crate::state::id_from;

/// The id of a thing in the demo project, from a name nobody sees: a version 4 UUID in base64url, 22 characters that
/// start with a letter, as the CMS makes them.
pub(super) fn id(kind: &str, name: &str) -> String {
    let digest = Sha256::digest(format!("{kind}/{name}"));
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    // The first six bits become the first character; the alphabet starts with its 52 letters.
    bytes[0] = ((bytes[0] >> 2) % 52) << 2 | (bytes[0] & 0b11);
    id_from(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_those_of_the_cms_and_never_change() {
        let ids: Vec<String> = (0..500).map(|n| id("article", &n.to_string())).collect();
        assert!(
            ids.iter()
                .all(|id| id.len() == 22 && id.starts_with(|c: char| c.is_ascii_alphabetic()))
        );
        assert_eq!(
            ids.iter().collect::<std::collections::HashSet<_>>().len(),
            500
        );
        assert_eq!(id("article", "1"), id("article", "1"));
    }
}

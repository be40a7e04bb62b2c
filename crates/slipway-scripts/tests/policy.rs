//! The sandbox page's policy names its one script by hash; a changed script without a new hash would never run.

#![expect(clippy::unwrap_used, reason = "test")]

use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("../../../www/sandbox.html");

fn between<'t>(text: &'t str, start: &str, end: &str) -> &'t str {
    let from = text.find(start).unwrap() + start.len();
    let length = text[from..].find(end).unwrap();
    &text[from..from + length]
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .fold(0_usize, |group, byte| group << 8 | usize::from(*byte))
            << (8 * (3 - chunk.len()));
        for position in 0..4 {
            let sextet = group >> (18 - 6 * position) & 63;
            text.push(if position <= chunk.len() {
                char::from(ALPHABET[sextet])
            } else {
                '='
            });
        }
    }
    text
}

#[test]
fn the_policy_holds_the_hash_of_the_one_script() {
    assert_eq!(PAGE.matches("<script").count(), 1);
    let script = between(PAGE, "<script>", "</script>");
    let hash = base64(&Sha256::digest(script.as_bytes()));
    let policy = between(PAGE, "content=\"default-src", "\"");
    assert!(
        policy.contains(&format!("'sha256-{hash}'")),
        "write sha256-{hash} into the policy of www/sandbox.html"
    );
}

#[test]
fn the_policy_lets_nothing_else_in() {
    let policy = format!(
        "default-src{}",
        between(PAGE, "content=\"default-src", "\"")
    );
    let directives: Vec<&str> = policy.split(';').map(str::trim).collect();
    assert_eq!(directives[0], "default-src 'none'");
    assert!(directives[1].starts_with("script-src 'sha256-"));
    assert!(directives[1].ends_with("' blob:"));
    assert_eq!(directives[2..], ["worker-src blob:", "connect-src 'none'"]);
}

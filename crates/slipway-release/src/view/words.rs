//! Words that many views need.

use std::fmt::Display;

/// "1 record", "14 records".
pub(crate) fn count<N: Display + PartialEq + From<u8>>(number: N, one: &str, many: &str) -> String {
    if number == N::from(1) {
        format!("1 {one}")
    } else {
        format!("{number} {many}")
    }
}

/// "a", "a and b", "a, b and c"; empty for nothing.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_agree_in_number_and_lists_end_in_and() {
        assert_eq!(count(1_usize, "person", "people"), "1 person");
        assert_eq!(count(0_u32, "record", "records"), "0 records");
        let items = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(list(&items[..0]), "");
        assert_eq!(list(&items[..1]), "a");
        assert_eq!(list(&items[..2]), "a and b");
        assert_eq!(list(&items), "a, b and c");
    }
}

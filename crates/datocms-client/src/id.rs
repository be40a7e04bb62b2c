//! Identifiers that are worth a type of their own.

use std::fmt;
use std::str::FromStr;

/// The name of a CMS environment, valid by construction: lowercase letters, digits and dashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnvironmentId(Box<str>);

/// Why a text is not the name of an environment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEnvironmentId {
    /// There is nothing there.
    #[error("an environment name cannot be empty")]
    Empty,
    /// A character outside the allowed ones.
    #[error(
        "`{found}` is not allowed in the environment name `{input}`: use lowercase letters, digits and dashes"
    )]
    Char {
        /// The whole name as given.
        input: String,
        /// The first character that is not allowed.
        found: char,
    },
}

impl EnvironmentId {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EnvironmentId {
    type Err = InvalidEnvironmentId;

    fn from_str(input: &str) -> Result<Self, Self::Err> {
        if input.is_empty() {
            return Err(InvalidEnvironmentId::Empty);
        }
        match input
            .chars()
            .find(|c| !matches!(c, 'a'..='z' | '0'..='9' | '-'))
        {
            Some(found) => Err(InvalidEnvironmentId::Char {
                input: input.to_owned(),
                found,
            }),
            None => Ok(Self(input.into())),
        }
    }
}

impl TryFrom<String> for EnvironmentId {
    type Error = InvalidEnvironmentId;

    fn try_from(input: String) -> Result<Self, Self::Error> {
        input.parse()
    }
}

impl fmt::Display for EnvironmentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for EnvironmentId {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

/// The id of an asynchronous job. A hint worth keeping in a journal; how long its result stays readable is unknown.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JobId(Box<str>);

impl JobId {
    /// Wraps an id that the server gave out.
    pub fn new(id: impl Into<Box<str>>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An id as the vendor's clients make them: the URL-safe base64 of a version 4 UUID, 22 characters, whose first bit is
/// cleared so that it begins with a letter (reference section 1.4). The bits that say so are set here, the others are the
/// given ones: random for an id that nothing else has, a hash for one that the same thing always gets.
pub fn entity_id(mut bytes: [u8; 16]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bytes[0] &= 0x7f;
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let bits = u128::from_be_bytes(bytes);
    // 21 characters of 6 bits, and the last 2 bits at the upper end of a 22nd.
    let sixes = (0..21).map(|place| bits >> (122 - 6 * place));
    sixes
        .chain([bits << 4])
        .map(|six| char::from(ALPHABET[(six & 0x3f) as usize]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, expected: Result<(), InvalidEnvironmentId>) {
        assert_eq!(
            input.parse::<EnvironmentId>().map(|_| ()),
            expected,
            "{input:?}"
        );
    }

    #[test]
    fn an_environment_name_is_lowercase_letters_digits_and_dashes() {
        let char = |input: &str, found| {
            Err(InvalidEnvironmentId::Char {
                input: input.to_owned(),
                found,
            })
        };
        check("main", Ok(()));
        check("release-2026-11-21", Ok(()));
        check("7", Ok(()));
        check("", Err(InvalidEnvironmentId::Empty));
        check("Main", char("Main", 'M'));
        check("my_sandbox", char("my_sandbox", '_'));
        check("a b", char("a b", ' '));
        check("prova-è", char("prova-è", 'è'));
        check("a/../b", char("a/../b", '/'));
    }

    #[test]
    fn the_error_names_the_character_and_the_name() {
        let error = "my_sandbox".parse::<EnvironmentId>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "`_` is not allowed in the environment name `my_sandbox`: use lowercase letters, digits and dashes"
        );
    }

    #[test]
    fn an_entity_id_is_a_uuid_in_url_safe_base64() {
        assert_eq!(entity_id([0; 16]), "AAAAAAAAQACAAAAAAAAAAA");
        assert_eq!(entity_id([0xff; 16]), "f_______T_-__________w");
        let bytes = *b"0123456789abcdef";
        assert_eq!(entity_id(bytes), "MDEyMzQ1Rje4OWFiY2RlZg");
    }

    proptest! {
        #[test]
        fn allowed_names_survive_the_round_trip(name in "[a-z0-9-]{1,40}") {
            prop_assert_eq!(name.parse::<EnvironmentId>().unwrap().to_string(), name);
        }

        #[test]
        fn a_refusal_names_a_character_of_the_input(name in ".*") {
            match name.parse::<EnvironmentId>() {
                Ok(id) => prop_assert!(id.as_str().bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')),
                Err(InvalidEnvironmentId::Empty) => prop_assert!(name.is_empty()),
                Err(InvalidEnvironmentId::Char { input, found }) => prop_assert!(input == name && name.contains(found)),
            }
        }
    }
}

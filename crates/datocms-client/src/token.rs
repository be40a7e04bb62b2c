//! API tokens, kept out of logs.

use std::fmt;
use std::str::FromStr;

use http::HeaderValue;

/// An API token. It never shows in `Debug`, has no `Display`, and goes nowhere but the `Authorization` header.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(HeaderValue);

/// Why a text cannot be a token. It does not repeat the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidToken {
    /// There is nothing there.
    #[error("the API token is empty")]
    Empty,
    /// It holds characters that cannot be sent in a header.
    #[error("the API token holds characters that no token has")]
    Char,
}

impl Token {
    /// The value of the `Authorization` header, marked sensitive.
    pub(crate) fn authorization(&self) -> &HeaderValue {
        &self.0
    }
}

impl FromStr for Token {
    type Err = InvalidToken;

    fn from_str(input: &str) -> Result<Self, Self::Err> {
        if input.is_empty() {
            return Err(InvalidToken::Empty);
        }
        if !input.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidToken::Char);
        }
        let mut value =
            HeaderValue::try_from(format!("Bearer {input}")).map_err(|_| InvalidToken::Char)?;
        value.set_sensitive(true);
        Ok(Self(value))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_shows() {
        let token: Token = "s3cr3t".parse().unwrap();
        assert_eq!(format!("{token:?}"), "Token(…)");
        assert_eq!(format!("{:?}", token.authorization()), "Sensitive");
        assert_eq!(token.authorization().to_str().unwrap(), "Bearer s3cr3t");
    }

    #[test]
    fn what_cannot_be_a_token_is_refused_without_being_repeated() {
        assert_eq!("".parse::<Token>(), Err(InvalidToken::Empty));
        let error = "s3cr3t\n".parse::<Token>().unwrap_err();
        assert_eq!(error, InvalidToken::Char);
        assert!(!error.to_string().contains("s3cr3t"));
    }
}

//! The address of an API.

use std::fmt;
use std::str::FromStr;

use http::Uri;

/// The absolute address of an API, without its trailing slash: `https://site-api.datocms.com`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl(Box<str>);

/// Why a text is not the address of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{input}` is not an address like https://site-api.datocms.com: {reason}")]
pub struct InvalidBaseUrl {
    /// The text as given.
    pub input: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl BaseUrl {
    /// The address as text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BaseUrl {
    type Err = InvalidBaseUrl;

    fn from_str(input: &str) -> Result<Self, Self::Err> {
        let refused = |reason| InvalidBaseUrl {
            input: input.to_owned(),
            reason,
        };
        let uri: Uri = input.parse().map_err(|_| refused("it is not a URL"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(refused("it must start with http:// or https://"));
        }
        if uri.query().is_some() || input.contains('#') {
            return Err(refused("it must end with its path"));
        }
        Ok(Self(input.strip_suffix('/').unwrap_or(input).into()))
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: &str, expected: Result<&str, &'static str>) {
        let found = input.parse::<BaseUrl>();
        let found = found
            .as_ref()
            .map(BaseUrl::as_str)
            .map_err(|error| error.reason);
        assert_eq!(found, expected, "{input:?}");
    }

    #[test]
    fn an_address_is_absolute_and_loses_one_trailing_slash() {
        check(
            "https://site-api.datocms.com",
            Ok("https://site-api.datocms.com"),
        );
        check(
            "https://site-api.datocms.com/",
            Ok("https://site-api.datocms.com"),
        );
        check("http://127.0.0.1:4000/cma", Ok("http://127.0.0.1:4000/cma"));
        check("/cma", Err("it must start with http:// or https://"));
        check("ftp://files", Err("it must start with http:// or https://"));
        check("https://a.b/?x=1", Err("it must end with its path"));
        check("", Err("it is not a URL"));
    }
}

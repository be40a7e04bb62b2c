//! Whom a window may talk to.

use std::fmt;

/// The origin of a window, as `MessageEvent.origin` gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Scheme, host and port, such as `https://plugin.test`.
    Tuple(String),
    /// An origin that equals no other, spelled `null`: a sandboxed frame without `allow-same-origin`, a `data:` URL.
    Opaque,
}

impl Origin {
    /// Reads what the browser reports. The string `null` is the opaque origin.
    #[must_use]
    pub fn new(reported: &str) -> Self {
        if reported == "null" {
            Self::Opaque
        } else {
            Self::Tuple(reported.to_owned())
        }
    }

    /// The second argument for `postMessage`. An opaque origin cannot be named, so it takes the wildcard; the
    /// window is still the right one, because a message is posted to a window and not to an origin.
    #[must_use]
    pub fn post_target(&self) -> &str {
        match self {
            Self::Tuple(origin) => origin,
            Self::Opaque => "*",
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tuple(origin) => origin,
            Self::Opaque => "null",
        })
    }
}

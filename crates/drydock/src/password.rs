//! The password of the users.

/// What every user signs in with: on one developer's machine it keeps nobody out.
#[derive(Clone, PartialEq, Eq)]
pub struct UserPassword(Box<str>);

impl UserPassword {
    /// What it is when nobody says; `--help` tells it.
    pub(crate) const USUAL: &'static str = "drydock";

    /// This one. `None` for an empty text.
    pub fn new(password: &str) -> Option<Self> {
        (!password.is_empty()).then(|| Self(password.into()))
    }

    pub(crate) fn is(&self, password: &str) -> bool {
        *self.0 == *password
    }
}

impl Default for UserPassword {
    fn default() -> Self {
        Self(Self::USUAL.into())
    }
}

impl std::fmt::Debug for UserPassword {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserPassword(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::UserPassword;

    #[test]
    fn a_password_shows_nothing_of_itself() {
        let password = UserPassword::new("open sesame").unwrap();
        assert_eq!(format!("{password:?}"), "UserPassword(..)");
        assert!(password.is("open sesame") && !password.is("drydock"));
        assert!(UserPassword::default().is("drydock"));
        assert_eq!(UserPassword::new(""), None);
    }
}

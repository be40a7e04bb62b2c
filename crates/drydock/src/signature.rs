//! Signatures of webhook deliveries, as the open Standard Webhooks scheme has them: HMAC with SHA-256 over the id of the
//! delivery, the second it is made in, and its body. Receivers that check them by any library of that scheme can be tried
//! here; the real service signs nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What signatures are made with.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookSecret(Box<[u8]>);

impl std::fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebhookSecret(..)")
    }
}

/// A text that is no secret for signatures. The text is not repeated: it may be nearly one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidWebhookSecret {
    /// It does not begin as secrets do.
    #[error("a secret begins with `{PREFIX}`")]
    Prefix,
    /// What follows is no base64.
    #[error("what follows `{PREFIX}` is no base64")]
    Base64,
    /// It is too short or too long.
    #[error("a secret is {MIN} to {MAX} bytes long, not {found}")]
    Length {
        /// Bytes found.
        found: usize,
    },
}

const PREFIX: &str = "whsec_";
/// Bytes of a secret, at least and at most.
const MIN: usize = 24;
const MAX: usize = 64;

impl std::str::FromStr for WebhookSecret {
    type Err = InvalidWebhookSecret;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let encoded = text
            .strip_prefix(PREFIX)
            .ok_or(InvalidWebhookSecret::Prefix)?;
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|_| InvalidWebhookSecret::Base64)?;
        if (MIN..=MAX).contains(&bytes.len()) {
            Ok(Self(bytes.into()))
        } else {
            Err(InvalidWebhookSecret::Length { found: bytes.len() })
        }
    }
}

impl WebhookSecret {
    /// The headers that sign a delivery. `id` stays the same when it is made again; `seconds` is when it is made, counted from
    /// 1970.
    pub(crate) fn headers(&self, id: &str, seconds: i64, body: &str) -> [(String, String); 3] {
        let header = |name: &str, value: String| (name.to_owned(), value);
        [
            header("webhook-id", id.to_owned()),
            header("webhook-timestamp", seconds.to_string()),
            header("webhook-signature", self.sign(id, seconds, body)),
        ]
    }

    fn sign(&self, id: &str, seconds: i64, body: &str) -> String {
        // A key of any length will do, so there is one.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else {
            return String::new();
        };
        for part in [id, ".", &seconds.to_string(), ".", body] {
            mac.update(part.as_bytes());
        }
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_the_scheme_publishes() {
        let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        let [id, timestamp, signature] = secret.headers(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(id.1, "msg_p5jXN8AQM9LWM0D4loKWxJek");
        assert_eq!(timestamp.1, "1614265330");
        assert_eq!(
            signature.1,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn what_is_no_secret_is_refused_and_not_repeated() {
        let refused = |text: &str| text.parse::<WebhookSecret>().unwrap_err().to_string();
        assert_eq!(refused("secret"), "a secret begins with `whsec_`");
        assert_eq!(refused("whsec_%"), "what follows `whsec_` is no base64");
        assert_eq!(
            refused("whsec_c2hvcnQ="),
            "a secret is 24 to 64 bytes long, not 5"
        );
        let secret: WebhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "WebhookSecret(..)");
    }
}

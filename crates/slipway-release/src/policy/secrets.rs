//! What the CMS would hand out and no script gets to see: credentials of the CMS itself.
//!
//! A consent lets a script handle what belongs to the project, but not carry away the keys to it. The CMS leaves the same
//! attributes empty for whoever may not manage them, so that scripts know what to make of it.

use serde_json::Value;

use super::endpoints::{self, Reach};

/// JSON:API types and those of their attributes that open the project (reference sections 5.4 and 5.8, and the vendor's
/// types of `sso_settings`, `sso_token` and `site_invitation`).
const SECRETS: [(&str, &[&str]); 4] = [
    ("access_token", &["token"]),
    ("sso_settings", &["scim_api_token", "saml_token"]),
    ("sso_token", &["scim_api_token"]),
    ("site_invitation", &["invitation_link"]),
];

/// The body of an answer as the script may see it; `None` where it may see it as it came.
///
/// Only what is of the project is looked into: records and schema have no such entities, and are large.
pub fn withhold(verb: &str, path: &str, body: &str) -> Option<String> {
    let endpoint = endpoints::of_request(&verb.to_ascii_uppercase(), path)?;
    match endpoint.reach {
        Reach::Environment | Reach::Settings(_) | Reach::Forbidden(_) => return None,
        Reach::Look | Reach::Consent(_) => {}
    }
    let mut body: Value = serde_json::from_str(body).ok()?;
    blank(&mut body).then(|| body.to_string())
}

/// Empties the secrets of every entity in it. Says whether there were any.
fn blank(value: &mut Value) -> bool {
    let mut found = false;
    match value {
        Value::Array(items) => {
            for item in items {
                found |= blank(item);
            }
        }
        Value::Object(entity) => {
            let secrets = entity
                .get("type")
                .and_then(Value::as_str)
                .and_then(|name| SECRETS.iter().find(|(known, _)| *known == name))
                .map_or(&[][..], |(_, secrets)| secrets);
            if let Some(Value::Object(attributes)) = entity.get_mut("attributes") {
                for secret in secrets {
                    let value = attributes.get_mut(*secret);
                    if let Some(value) = value.filter(|value| !value.is_null()) {
                        *value = Value::Null;
                        found = true;
                    }
                }
            }
            for part in entity.values_mut() {
                found |= blank(part);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKENS: &str = r#"{"data":[{"type":"access_token","id":"1","attributes":{"name":"CI","token":"s3cret"}}],"included":[{"type":"role","id":"2","attributes":{"name":"token"}}]}"#;

    #[test]
    fn the_keys_to_the_project_never_reach_a_script() {
        let shown = withhold("get", "/access_tokens", TOKENS).unwrap();
        assert!(!shown.contains("s3cret"), "{shown}");
        assert!(shown.contains(r#""name":"CI""#), "{shown}");
        let me = r#"{"data":{"type":"access_token","id":"1","attributes":{"token":"s3cret"}}}"#;
        assert!(!withhold("GET", "/users/me", me).unwrap().contains("s3cret"));
        let made = withhold("POST", "/access_tokens", me).unwrap();
        assert!(!made.contains("s3cret"));
        let scim =
            r#"{"data":{"type":"sso_token","id":"1","attributes":{"scim_api_token":"s3cret"}}}"#;
        let shown = withhold("PUT", "/sso-settings/generate-token", scim).unwrap();
        assert!(!shown.contains("s3cret"), "{shown}");
        let link = r#"{"data":{"type":"site_invitation","id":"1","attributes":{"invitation_link":"https://join"}}}"#;
        assert!(
            !withhold("POST", "/site-invitations", link)
                .unwrap()
                .contains("join")
        );
    }

    #[test]
    fn everything_else_comes_as_it_is() {
        assert_eq!(withhold("GET", "/items", TOKENS), None);
        assert_eq!(withhold("GET", "/roles", r#"{"data":[]}"#), None);
        assert_eq!(withhold("GET", "/access_tokens", "no JSON"), None);
        let empty = TOKENS.replace(r#""s3cret""#, "null");
        assert_eq!(withhold("GET", "/access_tokens", &empty), None);
    }
}

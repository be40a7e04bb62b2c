//! Taking secrets out of what is written down.

use serde_json::Value;

/// What stands where a secret was.
const MASK: &str = "[masked]";

/// Parts of the names of attributes that hold secrets, whoever named them.
const SECRET: [&str; 5] = ["token", "password", "secret", "otp_code", "private_key"];

/// Addresses with a secret in them.
const SECRET_ADDRESSES: [&str; 3] = ["webhook_url", "trigger_url", "invitation_link"];

/// The document with its secrets masked: texts in attributes that are called like one, the values of custom headers, and
/// addresses that let in whoever knows them.
pub(crate) fn masked(mut document: Value) -> Value {
    mask(&mut document);
    document
}

fn mask(value: &mut Value) {
    if let Some(list) = value.as_array_mut() {
        list.iter_mut().for_each(mask);
    } else if let Some(map) = value.as_object_mut() {
        for (key, inner) in map.iter_mut() {
            if is_secret(key) {
                hide(inner);
            } else if key == "headers" || key == "request_headers" {
                for header in inner.as_object_mut().into_iter().flatten() {
                    hide(header.1);
                }
            } else {
                mask(inner);
            }
        }
    } else if value
        .as_str()
        .is_some_and(|text| text.contains("?signature="))
    {
        hide(value);
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_lowercase();
    // `can_manage_access_tokens` and its like hold no text and stay as they are.
    SECRET.iter().any(|part| key.contains(part)) || SECRET_ADDRESSES.contains(&key.as_str())
}

fn hide(value: &mut Value) {
    if value.is_string() {
        *value = MASK.into();
    } else if !value.is_boolean() {
        mask(value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::masked;

    #[test]
    fn secrets_go_and_the_rest_stays() {
        let document = json!({"data": [{"type": "access_token", "attributes": {
            "name": "CI", "token": "abc", "can_manage_access_tokens": true,
            "parameters": {"readToken": "abc", "depth": 3},
            "headers": {"Authorization": "Bearer abc"}, "http_basic_password": null,
            "url": "http://host/assets/a.png?signature=abc",
            "webhook_url": "https://host/abc/deploy-results",
        }}]});
        let masked = masked(document);
        assert!(!masked.to_string().contains("abc"), "{masked}");
        let attributes = &masked["data"][0]["attributes"];
        assert_eq!(attributes["name"], "CI");
        assert_eq!(attributes["can_manage_access_tokens"], true);
        assert_eq!(attributes["parameters"]["depth"], 3);
        assert_eq!(attributes["http_basic_password"], json!(null));
    }
}

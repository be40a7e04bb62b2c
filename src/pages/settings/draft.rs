//! The settings while they are edited: text as typed, what is wrong with it, and how it is written back.

use datocms_client::Token;
use serde_json::{Map, Value, json};

use super::previews::LinkErrors;
use crate::session::{Config, Preview};

/// The settings as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Draft {
    pub(super) migrations_url: String,
    pub(super) previews: Vec<Preview>,
    pub(super) delivery_token: String,
    pub(super) ledger_model: String,
    pub(super) journal_model: String,
}

/// What is wrong with a draft, beside the fields it is wrong with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Errors {
    pub(super) migrations_url: Option<String>,
    /// For every preview link.
    pub(super) previews: Vec<LinkErrors>,
    pub(super) delivery_token: Option<String>,
    pub(super) ledger_model: Option<String>,
    pub(super) journal_model: Option<String>,
}

impl Errors {
    /// Whether nothing is wrong.
    pub(super) fn is_empty(&self) -> bool {
        let fields = [
            &self.migrations_url,
            &self.delivery_token,
            &self.ledger_model,
            &self.journal_model,
        ];
        fields.into_iter().all(Option::is_none)
            && self
                .previews
                .iter()
                .all(|(name, url)| name.is_none() && url.is_none())
    }
}

impl Draft {
    /// What is saved, as text to edit.
    pub(super) fn of(config: &Config) -> Self {
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Self {
            migrations_url: text(&config.migrations_url),
            previews: config.previews.clone(),
            delivery_token: text(&config.delivery_token),
            ledger_model: text(&config.ledger_model),
            journal_model: text(&config.journal_model),
        }
    }

    /// The settings this draft means.
    pub(super) fn config(&self) -> Config {
        let value = |text: &str| {
            let text = text.trim();
            (!text.is_empty()).then(|| text.to_owned())
        };
        Config {
            migrations_url: value(&self.migrations_url),
            previews: self
                .previews
                .iter()
                .map(|preview| Preview {
                    name: preview.name.trim().to_owned(),
                    url: preview.url.trim().to_owned(),
                })
                .collect(),
            delivery_token: value(&self.delivery_token),
            ledger_model: value(&self.ledger_model),
            journal_model: value(&self.journal_model),
        }
    }

    /// What is wrong with it.
    pub(super) fn errors(&self) -> Errors {
        let config = self.config();
        let models = config.models();
        let same = models.ledger == models.journal;
        Errors {
            migrations_url: config.migrations_url.as_deref().and_then(address_error),
            previews: (0..config.previews.len())
                .map(|index| preview_errors(&config.previews, index))
                .collect(),
            delivery_token: config.delivery_token.as_deref().and_then(token_error),
            ledger_model: config.ledger_model.as_deref().and_then(key_error),
            journal_model: config
                .journal_model
                .as_deref()
                .and_then(key_error)
                .or_else(|| same.then(|| "The two models must be different.".to_owned())),
        }
    }

    /// The plugin's parameters with this draft in them: what is not ours stays, what is empty goes.
    pub(super) fn merged_into(&self, parameters: &Value) -> Value {
        let mut merged: Map<String, Value> = parameters.as_object().cloned().unwrap_or_default();
        if let Value::Object(ours) = json!(self.config()) {
            for (key, value) in ours {
                let empty = value.is_null() || value.as_array().is_some_and(Vec::is_empty);
                if empty {
                    merged.remove(&key);
                } else {
                    merged.insert(key, value);
                }
            }
        }
        Value::Object(merged)
    }
}

fn address_error(address: &str) -> Option<String> {
    let host = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"));
    match host {
        None => Some("An address begins with https:// (or http:// for a local one).".to_owned()),
        Some(host) if host.is_empty() || host.starts_with('/') => {
            Some("The address names no host.".to_owned())
        }
        Some(host) if host.contains(char::is_whitespace) => {
            Some("An address contains no spaces.".to_owned())
        }
        Some(_) => None,
    }
}

fn preview_errors(previews: &[Preview], index: usize) -> LinkErrors {
    let Preview { name, url } = &previews[index];
    let name_error = if name.is_empty() {
        Some("Give the link a name.".to_owned())
    } else {
        previews[..index]
            .iter()
            .any(|other| other.name == *name)
            .then(|| format!("There is another link called {name}."))
    };
    let url_error = address_error(url).or_else(|| {
        (!url.contains("{environment}")).then(|| {
            "Put {environment} where the environment’s name belongs; without it the link shows the same for every release."
                .to_owned()
        })
    });
    (name_error, url_error)
}

fn token_error(token: &str) -> Option<String> {
    token
        .parse::<Token>()
        .err()
        .map(|_| "This is not an API token.".to_owned())
}

/// Api keys as the CMS takes them: lowercase letters, digits and underscores, a letter first.
fn key_error(key: &str) -> Option<String> {
    let fits = key.starts_with(|c: char| c.is_ascii_lowercase())
        && key
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    (!fits).then(|| {
        "An API key has lowercase letters, digits and underscores, and begins with a letter."
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            migrations_url: "https://ci.example.com/manifest.json".to_owned(),
            previews: vec![Preview {
                name: "Website".to_owned(),
                url: "https://{environment}.example.com".to_owned(),
            }],
            ..Draft::default()
        }
    }

    #[test]
    fn what_is_saved_comes_back_to_be_edited() {
        let saved = draft().merged_into(&json!({}));
        assert_eq!(Draft::of(&Config::read(&saved)), draft());
    }

    #[test]
    fn parameters_of_others_are_kept_and_emptied_fields_go() {
        let before = json!({ "theirs": { "kept": true }, "delivery_token": "old", "previews": [] });
        let after = draft().merged_into(&before);
        assert_eq!(after["theirs"], json!({ "kept": true }));
        assert_eq!(after.get("delivery_token"), None);
        assert_eq!(after["previews"][0]["name"], "Website");
    }

    #[test]
    fn a_good_draft_has_no_errors() {
        assert!(draft().errors().is_empty(), "{:?}", draft().errors());
        assert!(Draft::default().errors().is_empty());
    }

    #[test]
    fn every_mistake_is_told_beside_its_field() {
        let mut bad = draft();
        bad.migrations_url = "ci.example.com".to_owned();
        bad.previews.push(Preview {
            name: "Website".to_owned(),
            url: "https://example.com".to_owned(),
        });
        bad.ledger_model = "Schema Migration".to_owned();
        bad.journal_model = "9lives".to_owned();
        let errors = bad.errors();
        assert!(errors.migrations_url.unwrap().contains("https://"));
        assert_eq!(errors.previews[0], (None, None));
        let (name, url) = &errors.previews[1];
        assert!(
            name.as_ref()
                .unwrap()
                .contains("another link called Website")
        );
        assert!(url.as_ref().unwrap().contains("{environment}"));
        assert!(errors.ledger_model.is_some() && errors.journal_model.is_some());
    }

    #[test]
    fn one_model_cannot_be_both() {
        let mut bad = draft();
        bad.journal_model = "schema_migration".to_owned();
        assert_eq!(
            bad.errors().journal_model.as_deref(),
            Some("The two models must be different.")
        );
    }
}

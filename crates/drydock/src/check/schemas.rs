//! The vendor's published types, as JSON Schemas in a file that `schemas/responses.mjs` writes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jsonschema::{Registry, Validator};
use serde_json::{Value, json};

use super::endpoints::ENDPOINTS;

/// Schemas of every answer, to check drydock's own against ([`Options::check_responses`](crate::Options)). Clones share
/// them.
#[derive(Clone)]
pub struct ResponseSchemas(Arc<Inner>);

struct Inner {
    source: String,
    registry: Registry<'static>,
    /// What was needed so far: few programs call every endpoint, and a validator takes a moment to make.
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

/// Why the schemas cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemasError {
    /// The file cannot be read.
    #[error(
        "{path} cannot be read ({reason}); `node crates/drydock/schemas/responses.mjs FILE` writes it"
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        reason: std::io::Error,
    },
    /// The file is not a document of JSON Schema.
    #[error("{path} is no JSON Schema: {reason}")]
    Syntax {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The file lacks a type: it was made from another version of the vendor's client, or is something else.
    #[error("{path} has no schema of `{name}`")]
    Missing {
        /// The file.
        path: PathBuf,
        /// The type.
        name: String,
    },
}

/// What the types are below in the file.
const TYPES: &str = "/definitions/Answers/properties";
/// Where they are for the validator; nothing is fetched.
const DOCUMENT: &str = "urn:drydock:answers";
/// What is in the file besides the answers of endpoints.
pub(super) const ERRORS: &str = "Errors";
pub(super) const JOB: &str = "Job";

impl ResponseSchemas {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// [`SchemasError`] when it cannot be read, is no JSON Schema, or lacks the type of an endpoint.
    pub fn read(path: &Path) -> Result<Self, SchemasError> {
        let text = std::fs::read_to_string(path).map_err(|reason| SchemasError::Read {
            path: path.to_owned(),
            reason,
        })?;
        let syntax = |reason: String| SchemasError::Syntax {
            path: path.to_owned(),
            reason,
        };
        let document: Value =
            serde_json::from_str(&text).map_err(|error| syntax(error.to_string()))?;
        let known = document.pointer(TYPES).and_then(Value::as_object);
        let known = known.ok_or_else(|| syntax(format!("it has no {TYPES}")))?;
        let mut wanted = ENDPOINTS
            .iter()
            .filter_map(|endpoint| endpoint.answer)
            .chain([ERRORS, JOB]);
        if let Some(name) = wanted.find(|name| !known.contains_key(*name)) {
            return Err(SchemasError::Missing {
                path: path.to_owned(),
                name: name.to_owned(),
            });
        }
        let source = document["$comment"].as_str().unwrap_or_default().to_owned();
        let registry = Registry::new()
            .add(DOCUMENT, document)
            .and_then(jsonschema::RegistryBuilder::prepare)
            .map_err(|error| syntax(error.to_string()))?;
        Ok(Self(Arc::new(Inner {
            source,
            registry,
            validators: Mutex::default(),
        })))
    }

    /// What the schemas were made from: the version of the vendor's client, and of the script that made them.
    pub fn source(&self) -> &str {
        &self.0.source
    }

    /// What checks documents against a type. The error says why its schema is none.
    pub(super) fn validator(&self, name: &str) -> Result<Arc<Validator>, String> {
        let mut validators = self
            .0
            .validators
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(validator) = validators.get(name) {
            return Ok(validator.clone());
        }
        let schema = json!({"$schema": "http://json-schema.org/draft-07/schema#",
            "$ref": format!("{DOCUMENT}#{TYPES}/{name}")});
        let validator = jsonschema::options()
            .offline()
            .with_registry(&self.0.registry)
            .build(&schema)
            .map_err(|error| error.to_string())?;
        let validator = Arc::new(validator);
        validators.insert(name.to_owned(), validator.clone());
        Ok(validator)
    }
}

impl std::fmt::Debug for ResponseSchemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResponseSchemas")
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

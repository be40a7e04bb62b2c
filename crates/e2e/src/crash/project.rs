//! The project of a run: small, the same every time, on a drydock of its own.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::{Value, json};

use crate::{
    api::Api,
    failure::Failure,
    server::{Addresses, Server, ServerOptions, root},
};

/// More than a release needs: the client learns it from the server's answers, and paces nothing.
const RATE_LIMIT: &str = "100000/3s";

/// A running project with one model and one record.
#[derive(Debug)]
pub(super) struct Project {
    server: Server,
}

impl Project {
    /// Starts the server and makes the project.
    pub(super) async fn start(log: &Path) -> Result<Self, Failure> {
        let options = ServerOptions {
            project: "blank",
            arguments: vec!["--rate-limit".to_owned(), RATE_LIMIT.to_owned()],
        };
        let project = Self {
            server: Server::start(&options, log).await?,
        };
        project.furnish().await?;
        Ok(project)
    }

    /// Where it answers.
    pub(super) fn addresses(&self) -> &Addresses {
        &self.server.addresses
    }

    /// The management API, to see what really happened.
    pub(super) fn api(&self) -> Api {
        let addresses = self.addresses();
        Api::new(&addresses.cma, &addresses.tokens.full)
    }

    /// Ends the server.
    pub(super) async fn stop(mut self) -> Result<(), Failure> {
        self.server.kill().await
    }

    async fn furnish(&self) -> Result<(), Failure> {
        let api = self.api();
        let model = json!({ "type": "item_type", "attributes": { "name": "Boat", "api_key": "boat", "draft_mode_active": false } });
        let model = api.post("item-types", json!({ "data": model })).await?;
        let model = model["data"]["id"].as_str().unwrap_or_default().to_owned();
        for (label, api_key, kind) in [
            ("Name", "name", "string"),
            ("Voyages", "voyages", "integer"),
        ] {
            let field =
                json!({ "label": label, "api_key": api_key, "field_type": kind, "validators": {} });
            let field = json!({ "data": { "type": "field", "attributes": field } });
            api.post(&format!("item-types/{model}/fields"), field)
                .await?;
        }
        let boat = json!({
            "type": "item",
            "attributes": { "name": "Leudo", "voyages": 41 },
            "relationships": { "item_type": { "data": { "type": "item_type", "id": model } } },
        });
        api.post("items", json!({ "data": boat })).await?;
        Ok(())
    }
}

/// The migrations of the release, texts by name.
pub(super) fn migrations() -> Result<Value, Failure> {
    let folder = root().join("crates/e2e/crash/migrations");
    let mut texts = BTreeMap::new();
    for entry in fs::read_dir(&folder).map_err(Failure::file(&folder))? {
        let entry = entry.map_err(Failure::file(&folder))?;
        let text = fs::read_to_string(entry.path()).map_err(Failure::file(entry.path()))?;
        texts.insert(entry.file_name().to_string_lossy().into_owned(), text);
    }
    Ok(json!(texts))
}

//! More than one person, or more than one page, on the same release.

mod beside;
mod freeze;
mod hand_on;
mod race;

use e2e::{Failure, Migrations, Name, Page, Panel, Role, Slipway, Stage};
use serde_json::{Value, json};

/// A server that makes nobody wait.
const QUICK: [&str; 2] = ["--rate-limit", "off"];

const FIRST: &str = "1800000000_addKilns.js";
const SECOND: &str = "1800000100_addCellars.js";

/// Two scripts that make a model each.
fn scripts() -> Result<Migrations, Failure> {
    let make = |name: &str, key: &str| {
        format!(
            "module.exports = async (client) => {{\n  await client.itemTypes.create({{ name: '{name}', api_key: '{key}' }});\n}};\n"
        )
    };
    let (kilns, cellars) = (make("Kiln", "kiln"), make("Cellar", "cellar"));
    Migrations::of(&[(FIRST, &kilns), (SECOND, &cellars)])
}

/// Gives somebody of the team the admin role, and returns their name.
async fn second_admin(stage: &Stage) -> Result<String, Failure> {
    const NAME: &str = "Hannah Doyle";
    let api = stage.api()?;
    let id_of = async |path: &str, key: &str, wanted: &str| {
        let answer = api.get(path).await?;
        let all = answer["data"].as_array().cloned().unwrap_or_default();
        let found = all.iter().find(|one| one["attributes"][key] == wanted);
        let id = found.and_then(|one| one["id"].as_str()).map(str::to_owned);
        id.ok_or_else(|| Failure::Untrue(format!("{wanted} is not among {path}: {answer}")))
    };
    let admin = id_of("roles", "name", "Admin").await?;
    let user = id_of("users", "full_name", NAME).await?;
    let role = json!({ "role": { "data": { "type": "role", "id": admin } } });
    let body = json!({ "data": { "type": "user", "id": user, "relationships": role } });
    api.put(&format!("users/{user}"), Some(body)).await?;
    Ok(NAME.to_owned())
}

/// Opens the panel in a window as the person of this name.
async fn open_as(stage: &Stage, window: Page, name: &str) -> Result<Panel, Failure> {
    let admin = stage.addresses()?.admin.clone();
    let panel = Panel::open_at(stage, window, &admin).await?;
    let user = panel.users().iter().find(|user| user.name == name).cloned();
    let user = user.ok_or_else(|| Failure::Untrue(format!("nobody is called {name}")))?;
    panel.sign_in(&user).await?;
    Ok(panel)
}

/// Opens the plugin's list and the release that is under way.
async fn open_release(panel: &Panel) -> Result<Slipway, Failure> {
    let slipway = Slipway::open(panel).await?;
    slipway
        .page()
        .await?
        .press(Role::Button, Name::containing("Open release"))
        .await?;
    Ok(slipway)
}

/// What happened in a release, as the journal in an environment tells it: `started fork`, `succeeded fork`.
async fn journal(stage: &Stage, environment: &str) -> Result<Vec<String>, Failure> {
    let api = stage.api()?.in_environment(environment);
    let records = api.records("slipway_release").await?;
    let [record] = records.as_slice() else {
        return Err(Failure::Untrue(format!("{} journals", records.len())));
    };
    let text = record["attributes"]["journal"].as_str().unwrap_or_default();
    let journal: Value = serde_json::from_str(text)
        .map_err(|error| Failure::Untrue(format!("{error} in the journal {text}")))?;
    let told = |entry: &Value| {
        let words = ["event", "step"].map(|key| entry[key].as_str());
        words.into_iter().flatten().collect::<Vec<_>>().join(" ")
    };
    let log = journal["log"].as_array().into_iter().flatten();
    Ok(log.map(told).collect())
}

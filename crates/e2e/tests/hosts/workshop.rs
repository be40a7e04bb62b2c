//! The plugin on the vendor's SDK: every surface there is.

use std::{path::Path, process::Command};

use e2e::{Failure, Mount, Name, Page, Role, Scheme, Stage, StaticFiles};
use fantoccini::key::Key;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    checks::{Check, Checks},
    host::Host,
};

/// The name it is installed under.
pub(crate) const NAME: &str = "Workshop";
const DIALOG: &str = "Drawer";
const QUESTION: &str = "Sand it down?";

/// The plugin's pages on an origin of their own, and the bundle they load.
#[derive(Debug)]
pub(crate) struct Served {
    _files: StaticFiles,
    _bundle: TempDir,
}

/// Bundles the plugin with the vendor's SDK, serves it and installs it in the project.
pub(crate) async fn install(stage: &Stage) -> Result<Served, Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = TempDir::new().map_err(|source| Failure::File {
        path: "a folder for the bundle".into(),
        source,
    })?;
    let bundle = folder.path().join("workshop.js");
    bundle_with_sdk(&here.join("hosts/workshop.js"), &bundle)?;
    let files = StaticFiles::serve(vec![
        Mount {
            path: "/",
            from: here.join("hosts/workshop.html"),
        },
        Mount {
            path: "/workshop.js",
            from: bundle,
        },
    ])
    .await?;
    let attributes = json!({ "name": NAME, "url": format!("{}/", files.origin) });
    let plugin = json!({ "data": { "type": "plugin", "attributes": attributes } });
    stage.api()?.post("plugins", plugin).await?;
    Ok(Served {
        _files: files,
        _bundle: folder,
    })
}

fn bundle_with_sdk(from: &Path, to: &Path) -> Result<(), Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let program = root.join("node_modules/.bin/esbuild");
    if !program.exists() {
        return Err(Failure::NotBuilt(program));
    }
    let ran = Command::new(&program)
        .arg(from)
        .args(["--bundle", "--format=iife", "--log-level=warning"])
        .arg(format!("--outfile={}", to.display()))
        .output();
    let problem = match ran {
        Ok(output) if output.status.success() => return Ok(()),
        Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
        Err(error) => error.to_string(),
    };
    Err(Failure::Program { program, problem })
}

/// The whole story, the same under every host.
pub(crate) async fn story(stage: &Stage, host: &Host, checks: &mut Checks) -> Result<(), Failure> {
    let bench = host.plugin_page("Main", "Bench").await?;
    bench.find(Role::Heading, NAME).await?;
    if let Some(version) = host.sdk_version().await? {
        assert_eq!(version, "0.3.0");
    }
    checks.holds(Check::Tab);
    let bench = self::bench(host).await?;
    let told = [
        "Page: bench",
        "Environment: main",
        "Primary: true",
        "Locales: true",
        "Greeting: none",
        "Under: true",
        // It was not granted the user's token.
        "Token: none",
    ];
    for fact in told {
        knows(&bench, fact).await?;
    }
    checks.holds(Check::Settings);
    loads(&bench).await?;
    checks.holds(Check::Loading);
    for scheme in [Scheme::Dark, Scheme::Light] {
        stage.prefer(scheme).await?;
        knows(&bench, &format!("Colour scheme: {}", scheme.as_str())).await?;
    }
    checks.holds(Check::Colours);
    toasts(host).await?;
    checks.holds(Check::Toasts);
    questions(host).await?;
    checks.holds(Check::Confirm);
    dialogs(host).await?;
    checks.holds(Check::Modal);
    heights(host).await?;
    checks.holds(Check::Height);
    addresses(host).await?;
    checks.holds(Check::Address);
    refusal(host).await?;
    checks.holds(Check::Refusal);
    parameters(stage, host).await?;
    checks.holds(Check::Parameters);
    other_pages(host).await?;
    checks.holds(Check::OtherPages);
    record_panel(stage, host).await?;
    checks.holds(Check::RecordPanel);
    Ok(())
}

async fn bench(host: &Host) -> Result<Page, Failure> {
    host.frame(&format!("Bench ({NAME})")).await
}

/// A fact the frame shows.
async fn knows(frame: &Page, fact: &str) -> Result<(), Failure> {
    let facts = frame.within(Role::List, "Facts").await?;
    facts.find(Role::ListItem, fact).await.map(drop)
}

/// Presses a button that calls the panel, and waits for the answer.
async fn calls(frame: &Page, button: &str, answer: &Value) -> Result<(), Failure> {
    frame.press(Role::Button, button).await?;
    says(frame, button, answer).await
}

async fn says(frame: &Page, button: &str, answer: &Value) -> Result<(), Failure> {
    let answer = format!("{button}: {answer}");
    frame.find(Role::Status, answer.as_str()).await.map(drop)
}

async fn loads(bench: &Page) -> Result<(), Failure> {
    calls(bench, "Count fields", &json!(true)).await?;
    calls(bench, "Count users", &json!(true)).await
}

async fn toasts(host: &Host) -> Result<(), Failure> {
    calls(&bench(host).await?, "Say so", &Value::Null).await?;
    let page = host.page().await?;
    let note = Name::containing("The glue is dry.");
    page.find(Role::Status, note).await?;
    calls(&bench(host).await?, "Raise alarm", &Value::Null).await?;
    let page = host.page().await?;
    let alarm = Name::containing("The glue is on fire.");
    page.find(Role::Alert, alarm).await?;

    let tea = Name::containing("The kettle is on.");
    for (button, answer) in [("Pour", json!("green")), ("Dismiss", Value::Null)] {
        let bench = bench(host).await?;
        bench.press(Role::Button, "Offer tea").await?;
        bench.find(Role::Status, "Waiting").await?;
        let page = host.page().await?;
        let offer = page.within(Role::Alert, tea).await?;
        offer.press(Role::Button, button).await?;
        page.gone(Role::Alert, tea).await?;
        says(&self::bench(host).await?, "Offer tea", &answer).await?;
    }
    Ok(())
}

async fn questions(host: &Host) -> Result<(), Failure> {
    for (button, grain) in [("Sand", json!(120)), ("Leave it", Value::Null)] {
        bench(host).await?.press(Role::Button, "Ask").await?;
        let page = host.page().await?;
        page.sees("The varnish goes with it.").await?;
        host.answer(QUESTION, button).await?;
        says(&bench(host).await?, "Ask", &json!({ "grain": grain })).await?;
    }
    // Leaving a question is the same as refusing it.
    bench(host).await?.press(Role::Button, "Ask").await?;
    let page = host.page().await?;
    page.find(Role::Dialog, QUESTION).await?;
    page.key(Key::Escape).await?;
    page.gone(Role::Dialog, QUESTION).await?;
    says(&bench(host).await?, "Ask", &json!({ "grain": null })).await
}

async fn dialogs(host: &Host) -> Result<(), Failure> {
    bench(host)
        .await?
        .press(Role::Button, "Open drawer")
        .await?;
    let drawer = host.frame(DIALOG).await?;
    knows(&drawer, "Drawer: drawer").await?;
    knows(&drawer, r#"Holds: {"holds":["nails",null,2.5]}"#).await?;
    drawer.press(Role::Button, "Take nails").await?;
    host.page().await?.gone(Role::Dialog, DIALOG).await?;
    let taken = json!({ "taken": "nails" });
    says(&bench(host).await?, "Open drawer", &taken).await?;

    bench(host)
        .await?
        .press(Role::Button, "Open drawer")
        .await?;
    host.frame(DIALOG).await?.find(Role::List, "Facts").await?;
    host.answer(DIALOG, "Close").await?;
    says(&bench(host).await?, "Open drawer", &Value::Null).await
}

async fn heights(host: &Host) -> Result<(), Failure> {
    bench(host)
        .await?
        .press(Role::Button, "Open drawer")
        .await?;
    let drawer = host.frame(DIALOG).await?;
    let is_tall = "return innerHeight > 700";
    drawer.comes_to(is_tall, &json!(false)).await?;
    drawer.press(Role::Button, "Pull out").await?;
    drawer.comes_to(is_tall, &json!(true)).await?;
    host.answer(DIALOG, "Close").await
}

async fn addresses(host: &Host) -> Result<(), Failure> {
    let bench = bench(host).await?;
    bench.script("window.mark = 1", vec![]).await?;
    calls(&bench, "Turn the page", &Value::Null).await?;
    knows(&bench, "Address: ?leaf=2#foot").await?;
    let mark = bench.script("return window.mark", vec![]).await?;
    assert_eq!(mark, json!(1), "the frame was loaded again");
    assert_eq!(host.address().await?, json!("?leaf=2#foot"));
    Ok(())
}

async fn refusal(host: &Host) -> Result<(), Failure> {
    let bench = bench(host).await?;
    bench.press(Role::Button, "Leave the panel").await?;
    let refused = Name::containing("Leave the panel failed: ");
    bench.find(Role::Status, refused).await?;
    assert_eq!(host.address().await?, json!("?leaf=2#foot"));
    Ok(())
}

async fn parameters(stage: &Stage, host: &Host) -> Result<(), Failure> {
    let form = host.configuration().await?;
    knows(&form, "Greeting: none").await?;
    form.fill("Greeting", "Good wood").await?;
    calls(&form, "Keep", &Value::Null).await?;
    knows(&form, "Greeting: Good wood").await?;
    let plugins = stage.api()?.get("plugins").await?;
    let plugins = plugins["data"].as_array().into_iter().flatten();
    let kept: Vec<_> = plugins
        .map(|plugin| &plugin["attributes"])
        .filter(|plugin| plugin["name"] == NAME)
        .map(|plugin| plugin["parameters"].clone())
        .collect();
    assert_eq!(kept, [json!({ "greeting": "Good wood" })]);
    let bench = host.plugin_page("Main", "Bench").await?;
    knows(&bench, "Greeting: Good wood").await
}

async fn other_pages(host: &Host) -> Result<(), Failure> {
    host.go_to("Content").await?;
    let offcuts = host.plugin_page("Models", "Offcuts").await?;
    knows(&offcuts, "Page: offcuts").await?;
    knows(&offcuts, "Under: true").await?;
    host.go_to("Settings").await?;
    let tools = host.plugin_page("Settings", "Tools").await?;
    knows(&tools, "Page: tools").await?;
    knows(&tools, "Under: true").await
}

async fn record_panel(stage: &Stage, host: &Host) -> Result<(), Failure> {
    let api = stage.api()?;
    let author = api.get("items?filter[type]=author&page[limit]=1").await?;
    let author = &author["data"][0];
    let name = author["attributes"]["name"].as_str().unwrap_or_default();
    let editor = host.author(name).await?;
    let panel = "Label of an author";
    let label = host.frame(panel).await?;
    for fact in [
        "Panel: label".to_owned(),
        "Ink: black".to_owned(),
        format!("Name: {name}"),
        "Dirty: false".to_owned(),
        format!(
            "Status: {}",
            author["meta"]["status"].as_str().unwrap_or_default()
        ),
    ] {
        knows(&label, &fact).await?;
    }
    // What is typed into the form reaches the panel, and what the panel writes reaches the form.
    let field = Name::containing("Name");
    host.page().await?;
    editor.fill(field, "Ada of Faenza").await?;
    let label = host.frame(panel).await?;
    knows(&label, "Name: Ada of Faenza").await?;
    knows(&label, "Dirty: true").await?;
    let engraved = "Engraved by the workshop";
    calls(&label, "Engrave", &Value::Null).await?;
    knows(&label, &format!("Name: {engraved}")).await?;
    calls(&label, "Compare", &json!(["item", true])).await?;
    host.page().await?;
    assert_eq!(editor.value_of(field).await?, engraved);

    let label = host.frame(panel).await?;
    label.press(Role::Button, "Keep record").await?;
    knows(&label, &format!("Saved: {engraved}")).await?;
    knows(&label, "Dirty: false").await?;
    let path = format!("items/{}", author["id"].as_str().unwrap_or_default());
    let saved = api.get(&path).await?;
    assert_eq!(saved["data"]["attributes"]["name"], engraved);
    Ok(())
}

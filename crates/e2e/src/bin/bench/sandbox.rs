//! What the sandbox costs: bytes before it is used, time until a script runs in it, time a call takes longer from there.

use e2e::{Failure, Name, Page, Role, Slipway};
use serde_json::{Value, json};

use crate::{AT_ONCE, PATIENCE, figure::Figure, in_blank_project, one_script, probe::Probe};

/// Calls of which the time is taken.
const CALLS: u32 = 500;
/// Runs of which the middle one counts.
const ROUNDS: usize = 5;

/// How the script's line begins that says how long it took.
const SAYS: &str = "milliseconds for the calls: ";

/// Bytes of what was loaded, by whether it is a part of the sandbox or of what prepares scripts for it.
const LOADED: &str = "
    const parts = ['/sandbox/', '/sandbox.html', '/scripts.js', '/scripts_bg.wasm', '/scripts_loader.js'];
    const loaded = performance.getEntriesByType('resource');
    const lazy = loaded.filter(({ name }) => parts.some((part) => new URL(name).pathname.includes(part)));
    const bytes = (entries) => entries.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
    return { all: bytes(loaded), lazy: bytes(lazy) };
";

/// Makes the same calls as the script, with the same client, straight from the page.
const CALL_DIRECTLY: &str = "
    const [base, token, environment, calls] = arguments;
    const straight = (url, request) => {
        const headers = new Headers(request.headers);
        headers.set('authorization', `Bearer ${token}`);
        return fetch(url, { ...request, headers });
    };
    const files = {};
    window.slipwayDirect = null;
    window.__slipwayDefine = async (provide) => {
        const { client } = provide({ baseUrl: base, environment, fetch: straight, track: (promise) => promise, files });
        await client.site.find();
        const began = performance.now();
        for (let made = 0; made < calls; made += 1) await client.site.find();
        window.slipwayDirect = performance.now() - began;
    };
    const script = document.createElement('script');
    script.src = 'sandbox/client.js';
    document.head.append(script);
";

pub(crate) async fn figures() -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    let mut starts = Vec::new();
    for round in 0..ROUNDS {
        in_blank_project("bench-sandbox", &AT_ONCE, async |slipway| {
            let is_first = round == 0;
            if is_first {
                figures.push(first_load(&slipway.page().await?).await?);
            }
            let calls = if is_first { CALLS } else { 1 };
            let run = run(slipway, calls).await?;
            starts.push(run.start);
            if is_first {
                figures.push(run.overhead(slipway).await?);
            }
            Ok(())
        })
        .await?;
    }
    starts.sort_unstable_by(f64::total_cmp);
    figures.push(Figure {
        name: "from the sandbox's frame to the first call of its script".to_owned(),
        measured: starts[ROUNDS / 2],
        beside: None,
        unit: "ms",
        goal: 100.0,
    });
    Ok(figures)
}

async fn first_load(page: &Page) -> Result<Figure, Failure> {
    let loaded = page.script(LOADED, vec![]).await?;
    let bytes = |of: &str| loaded[of].as_f64().unwrap_or(f64::MAX);
    Ok(Figure {
        name: format!("bytes of the sandbox in the first load of {}", bytes("all")),
        measured: bytes("lazy"),
        beside: None,
        unit: "bytes",
        goal: 0.0,
    })
}

/// A script that made calls.
struct Run {
    environment: String,
    /// Milliseconds until it ran.
    start: f64,
    /// Milliseconds that its calls took.
    took: f64,
}

async fn run(slipway: &Slipway, calls: u32) -> Result<Run, Failure> {
    let script = format!(
        "module.exports = async (client) => {{
           await client.site.find();
           const began = performance.now();
           for (let made = 0; made < {calls}; made += 1) await client.site.find();
           console.log('{SAYS}' + (performance.now() - began));
         }};"
    );
    let migrations = one_script(&script)?;
    let environment = slipway.create_and_fork(&migrations.path()).await?;
    let page = slipway.page().await?;
    Probe::start(&page).await?;
    page.press(Role::Button, Name::containing("Run ")).await?;
    let page = page.patient_for(PATIENCE);
    // One look at a number, as beside the direct calls: to look for a button would busy the page that is measured.
    page.until("the script's calls", async || {
        let answered = Probe::answered(&page, "/site").await;
        Ok(match answered {
            Ok(answered) if answered > u64::from(calls) => Ok(()),
            Ok(answered) => Err(format!("{answered} are answered")),
            Err(failure) => Err(failure.to_string()),
        })
    })
    .await?;
    page.find(Role::Button, "Promote…").await?;
    let start = Probe::read(&page).await?.frame_to_call("/site")?;
    page.press(Role::Tab, "Migrations").await?;
    page.press(Role::Button, "Calls and output").await?;
    page.sees(SAYS).await?;
    let text = page.text().await?;
    let took = text
        .split_once(SAYS)
        .and_then(|(_, rest)| rest.split_whitespace().next()?.parse().ok());
    let took =
        took.ok_or_else(|| Failure::Untrue(format!("the script's line is not seen: {text}")))?;
    Ok(Run {
        environment,
        start,
        took,
    })
}

impl Run {
    /// The same calls of the same client straight from the page, and by how much each took longer from the script.
    async fn overhead(&self, slipway: &Slipway) -> Result<Figure, Failure> {
        let page = slipway.page().await?;
        let token = slipway.panel().user("Admin")?.token.clone();
        let base = Probe::read(&page).await?.base()?;
        let arguments = [
            json!(base),
            json!(token),
            json!(self.environment),
            json!(CALLS),
        ];
        page.script(CALL_DIRECTLY, arguments.to_vec()).await?;
        let page = page.patient_for(PATIENCE);
        let direct = page
            .until("the direct calls", async || {
                let said = page.script("return window.slipwayDirect", vec![]).await;
                Ok(match said {
                    Ok(Value::Number(took)) => Ok(took.as_f64().unwrap_or_default()),
                    Ok(other) => Err(format!("it is {other}")),
                    Err(failure) => Err(failure.to_string()),
                })
            })
            .await?;
        eprintln!(
            "{CALLS} calls: {:.0} ms from a script, {direct:.0} ms from the page",
            self.took
        );
        Ok(Figure {
            name: "what a call from a script takes longer than one from the page".to_owned(),
            measured: ((self.took - direct) / f64::from(CALLS)).max(0.0),
            beside: None,
            unit: "ms",
            goal: 1.0,
        })
    }
}

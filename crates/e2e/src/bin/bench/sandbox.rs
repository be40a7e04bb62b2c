//! What the sandbox costs: bytes before it is used, time until a script runs in it, time a call takes longer from there.

use e2e::{Failure, Name, Page, Role, Slipway};
use serde_json::{from_value, json};

use crate::{AT_ONCE, PATIENCE, figure::Figure, in_blank_project, one_script, probe::Probe};

/// Calls in a row of which the time is taken.
const CALLS: u32 = 100;
/// How often they are made from the script and, in turn, from the page. A machine is not equally fast from one second to the
/// next, and the first turns find a browser that still compiles what it runs.
const TURNS: usize = 7;
/// The first turns, which do not count.
const WARM_UP: usize = 2;
/// Browsers: how their threads come to share the cores differs from one to the next.
const ROUNDS: usize = 5;

/// How the script's line begins that says how many milliseconds a call of each turn took.
const SAYS: &str = "milliseconds of a call: ";

/// A function that makes calls in a row and says how many milliseconds one takes: the mean of the half in the middle. Without
/// the quarter that took longest, among which are those that waited while the page drew the log, and without the fastest.
const TURN: &str = "
    const turn = async (client, calls) => {
        const took = [];
        for (let call = 0; call < calls; call += 1) {
            const began = performance.now();
            await client.site.find();
            took.push(performance.now() - began);
        }
        const middle = took.sort((a, b) => a - b).slice(calls / 4, calls * 3 / 4);
        return middle.reduce((sum, time) => sum + time, 0) / middle.length;
    };
";

/// Bytes of what was loaded, by whether it is a part of the sandbox or of what prepares scripts for it.
const LOADED: &str = "
    const parts = ['/sandbox/', '/sandbox.html', '/scripts.js', '/scripts_bg.wasm', '/scripts_loader.js'];
    const loaded = performance.getEntriesByType('resource');
    const lazy = loaded.filter(({ name }) => parts.some((part) => new URL(name).pathname.includes(part)));
    const bytes = (entries) => entries.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
    return { all: bytes(loaded), lazy: bytes(lazy) };
";

/// Makes the same calls as the script, with the same client, straight from the page, whenever the script pauses.
const CALL_DIRECTLY: &str = "
    const [base, token, environment, calls, turns] = arguments;
    const straight = (url, request) => {
        const headers = new Headers(request.headers);
        headers.set('authorization', `Bearer ${token}`);
        return fetch(url, { ...request, headers });
    };
    const last = () => window.slipwayHeard.calls.findLast(({ url }) => url.endsWith('/site'));
    const pauses = () => {
        const call = last();
        return call !== undefined && call.answered > 0 && performance.now() - call.answered > 100;
    };
    // Seldom: each look takes some of the page's time, while it serves the script.
    const until = async (holds) => {
        while (!holds()) await new Promise((resolve) => setTimeout(resolve, 100));
    };
    const files = {};
    window.slipwayDirect = [];
    window.__slipwayDefine = async (provide) => {
        const { client } = provide({ baseUrl: base, environment, fetch: straight, track: (promise) => promise, files });
        for (let number = 0; number < turns; number += 1) {
            await until(pauses);
            window.slipwayDirect.push(await turn(client, calls));
            const known = last();
            if (number + 1 < turns) await until(() => last() !== known);
        }
    };
    const script = document.createElement('script');
    script.src = 'sandbox/client.js';
    document.head.append(script);
";

pub(crate) async fn figures() -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    let (mut starts, mut overheads) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        in_blank_project("bench-sandbox", &AT_ONCE, async |slipway| {
            if round == 0 {
                figures.push(first_load(&slipway.page().await?).await?);
            }
            let run = Run::begin(slipway).await?;
            starts.push(run.start(slipway).await?);
            overheads.extend(run.overheads(slipway).await?);
            Ok(())
        })
        .await?;
    }
    figures.push(Figure {
        name: "what a call from a script takes longer than one from the page".to_owned(),
        measured: usual(overheads).max(0.0),
        beside: None,
        unit: "ms",
        goal: 1.0,
    });
    figures.push(Figure {
        name: "from the sandbox's frame to the first call of its script".to_owned(),
        measured: usual(starts),
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

/// A script that makes calls, in turns.
struct Run {
    environment: String,
}

impl Run {
    /// Starts it. Its pauses are long enough for a turn from the page.
    async fn begin(slipway: &Slipway) -> Result<Self, Failure> {
        let script = format!(
            "{TURN}
             module.exports = async (client) => {{
               const took = [];
               for (let number = 0; number < {TURNS}; number += 1) {{
                 took.push(await turn(client, {CALLS}));
                 await new Promise((resolve) => setTimeout(resolve, 500 + 3 * {CALLS} * took.at(-1)));
               }}
               console.log('{SAYS}' + JSON.stringify(took));
             }};"
        );
        let migrations = one_script(&script)?;
        let environment = slipway.create_and_fork(&migrations.path()).await?;
        let page = slipway.page().await?;
        Probe::start(&page).await?;
        page.press(Role::Button, Name::containing("Run ")).await?;
        Ok(Self { environment })
    }

    /// Milliseconds from its frame to its first call.
    async fn start(&self, slipway: &Slipway) -> Result<f64, Failure> {
        let page = slipway.page().await?.patient_for(PATIENCE);
        // A look at a number, as beside the direct calls: to look for a button would busy the page that is measured.
        page.until("the script's first call", async || {
            let answered = Probe::answered(&page, "/site").await;
            Ok(match answered {
                Ok(0) => Err("none is answered".to_owned()),
                Ok(_) => Ok(()),
                Err(failure) => Err(failure.to_string()),
            })
        })
        .await?;
        Probe::read(&page).await?.frame_to_call("/site")
    }

    /// Milliseconds that a call takes longer than the same call of the same client straight from the page: for each turn
    /// that counts, beside the page's turn right after it.
    async fn overheads(&self, slipway: &Slipway) -> Result<Vec<f64>, Failure> {
        let page = self.turns_of_page(slipway).await?;
        let script = self.turns_of_script(slipway).await?;
        let pairs = script.iter().zip(&page).skip(WARM_UP);
        for (script, page) in pairs.clone() {
            eprintln!("a call: {script:.2} ms from a script, {page:.2} ms from the page");
        }
        Ok(pairs.map(|(script, page)| script - page).collect())
    }

    async fn turns_of_page(&self, slipway: &Slipway) -> Result<Vec<f64>, Failure> {
        let page = slipway.page().await?;
        let token = slipway.panel().user("Admin")?.token.clone();
        let base = Probe::read(&page).await?.base()?;
        let arguments = [
            json!(base),
            json!(token),
            json!(self.environment),
            json!(CALLS),
            json!(TURNS),
        ];
        let calls = format!("{TURN}{CALL_DIRECTLY}");
        page.script(&calls, arguments.to_vec()).await?;
        let page = page.patient_for(PATIENCE);
        page.until("the direct calls", async || {
            let said = page.script("return window.slipwayDirect", vec![]).await;
            let turns: Option<Vec<f64>> = said.ok().and_then(|said| from_value(said).ok());
            let turns = turns.filter(|turns| turns.len() == TURNS);
            Ok(turns.ok_or_else(|| "not all are made".to_owned()))
        })
        .await
    }

    async fn turns_of_script(&self, slipway: &Slipway) -> Result<Vec<f64>, Failure> {
        let page = slipway.page().await?.patient_for(PATIENCE);
        page.find(Role::Button, "Promote…").await?;
        page.press(Role::Tab, "Migrations").await?;
        page.press(Role::Button, "Calls and output").await?;
        page.sees(SAYS).await?;
        let text = page.text().await?;
        let said = text.split_once(SAYS).map(|(_, rest)| rest);
        let line = said.and_then(|rest| rest.split_whitespace().next());
        let turns: Option<Vec<f64>> = line.and_then(|line| serde_json::from_str(line).ok());
        turns
            .filter(|turns| turns.len() == TURNS)
            .ok_or_else(|| Failure::Untrue(format!("the script's line is not seen: {text}")))
    }
}

/// The one in the middle.
fn usual(mut figures: Vec<f64>) -> f64 {
    figures.sort_unstable_by(f64::total_cmp);
    figures[figures.len() / 2]
}

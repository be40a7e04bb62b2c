//! What the sandbox costs: bytes before it is used, time until a script runs in it, time a call takes longer from there.

use e2e::{Failure, Name, Page, Role, Slipway};
use serde_json::{Value, json};

use crate::{AT_ONCE, PATIENCE, figure::Figure, in_blank_project, one_script, probe::Probe};

/// Calls in a row of which the time is taken.
const CALLS: u32 = 100;
/// How often they are made from the script and, in turn, from the page. A machine is not equally fast from one second to the
/// next, and the first turns find a browser that still compiles what it runs.
const TURNS: usize = 11;
/// The first turns, which do not count.
const WARM_UP: usize = 2;
/// Runs of which the middle one counts.
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
        const mean = (times) => times.reduce((sum, time) => sum + time, 0) / times.length;
        return { middle: mean(middle), all: mean(took) };
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
    const made = () => window.slipwayHeard.calls.filter(({ url }) => url.endsWith('/site'));
    const pauses = () => {
        const last = made().at(-1);
        return last !== undefined && last.answered > 0 && performance.now() - last.answered > 100;
    };
    const until = async (holds) => {
        while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const files = {};
    window.slipwayDirect = [];
    window.__slipwayDefine = async (provide) => {
        const { client } = provide({ baseUrl: base, environment, fetch: straight, track: (promise) => promise, files });
        for (let number = 0; number < turns; number += 1) {
            await until(pauses);
            window.slipwayDirect.push(await turn(client, calls));
            const known = made().length;
            if (number + 1 < turns) await until(() => made().length > known);
        }
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
            let run = Run::begin(slipway, if is_first { TURNS } else { 1 }).await?;
            starts.push(run.start(slipway).await?);
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

/// A script that makes calls, in turns.
struct Run {
    environment: String,
    turns: usize,
}

impl Run {
    /// Starts it. Its pauses are long enough for a turn from the page.
    async fn begin(slipway: &Slipway, turns: usize) -> Result<Self, Failure> {
        let script = format!(
            "{TURN}
             module.exports = async (client) => {{
               const took = [];
               for (let number = 0; number < {turns}; number += 1) {{
                 took.push(await turn(client, {CALLS}));
                 await new Promise((resolve) => setTimeout(resolve, 500 + 3 * {CALLS} * took.at(-1).all));
               }}
               console.log('{SAYS}' + JSON.stringify(took));
             }};"
        );
        let migrations = one_script(&script)?;
        let environment = slipway.create_and_fork(&migrations.path()).await?;
        let page = slipway.page().await?;
        Probe::start(&page).await?;
        page.press(Role::Button, Name::containing("Run ")).await?;
        Ok(Self { environment, turns })
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

    /// By how much a call takes longer than the same call of the same client straight from the page.
    async fn overhead(&self, slipway: &Slipway) -> Result<Figure, Failure> {
        let direct = self.turns_of_page(slipway).await?;
        let script = self.turns_of_script(slipway).await?;
        for part in ["middle", "all"] {
            let [script, direct] = [&script, &direct].map(|turns| usual(turns, part));
            eprintln!(
                "a call ({part}): {script:.2} ms from a script, {direct:.2} ms from the page"
            );
        }
        let [script, direct] = [&script, &direct].map(|turns| usual(turns, "middle"));
        Ok(Figure {
            name: "what a call from a script takes longer than one from the page".to_owned(),
            measured: (script - direct).max(0.0),
            beside: None,
            unit: "ms",
            goal: 1.0,
        })
    }

    async fn turns_of_page(&self, slipway: &Slipway) -> Result<Vec<Value>, Failure> {
        let page = slipway.page().await?;
        let token = slipway.panel().user("Admin")?.token.clone();
        let base = Probe::read(&page).await?.base()?;
        let arguments = [
            json!(base),
            json!(token),
            json!(self.environment),
            json!(CALLS),
            json!(self.turns),
        ];
        let calls = format!("{TURN}{CALL_DIRECTLY}");
        page.script(&calls, arguments.to_vec()).await?;
        let page = page.patient_for(PATIENCE);
        page.until("the direct calls", async || {
            let said = page.script("return window.slipwayDirect", vec![]).await;
            Ok(match said {
                Ok(Value::Array(turns)) if turns.len() == self.turns => Ok(turns),
                other => Err(format!("it is {other:?}")),
            })
        })
        .await
    }

    async fn turns_of_script(&self, slipway: &Slipway) -> Result<Vec<Value>, Failure> {
        let page = slipway.page().await?.patient_for(PATIENCE);
        page.find(Role::Button, "Promote…").await?;
        page.press(Role::Tab, "Migrations").await?;
        page.press(Role::Button, "Calls and output").await?;
        page.sees(SAYS).await?;
        let text = page.text().await?;
        let said = text.split_once(SAYS).map(|(_, rest)| rest);
        let line = said.and_then(|rest| rest.split_whitespace().next());
        let turns: Option<Vec<Value>> = line.and_then(|line| serde_json::from_str(line).ok());
        turns
            .filter(|turns| turns.len() == self.turns)
            .ok_or_else(|| Failure::Untrue(format!("the script's line is not seen: {text}")))
    }
}

/// Milliseconds of a call in the turn in the middle, of those that count.
fn usual(turns: &[Value], part: &str) -> f64 {
    let counted = turns.iter().skip(WARM_UP);
    let mut took: Vec<f64> = counted.filter_map(|turn| turn[part].as_f64()).collect();
    took.sort_unstable_by(f64::total_cmp);
    took[took.len() / 2]
}

//! Many callers at once, who read and write as fast as they are answered.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use super::{
    BenchError,
    figure::Figure,
    http::Client,
    stage::{Stage, id_of, joined},
    timing::{ninety_ninth, now},
};

const CLIENTS: u32 = 64;

/// What a caller saw.
#[derive(Default)]
struct Seen {
    times: Vec<Duration>,
    errors: u32,
    /// The first of them.
    error: Option<String>,
}

pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    let stage = &*stage;
    let mut all = Seen::default();
    thread::scope(|scope| {
        let clients = (0..CLIENTS).map(|number| scope.spawn(move || client(stage, number)));
        let clients: Vec<_> = clients.collect();
        clients.into_iter().try_for_each(|client| {
            let seen = joined(client)?;
            all.times.extend(seen.times);
            all.errors += seen.errors;
            all.error = all.error.take().or(seen.error);
            Ok::<_, BenchError>(())
        })
    })?;
    if let Some(error) = &all.error {
        eprintln!("the first error: {error}");
    }
    let (seconds, calls) = (stage.seconds, all.times.len());
    eprintln!("{calls} calls in {seconds} s");
    Ok(vec![
        Figure {
            name: format!("{CLIENTS} clients for {seconds} s, 99th percentile"),
            measured: ninety_ninth(&mut all.times).as_secs_f64() * 1000.0,
            beside: None,
            unit: "ms",
            goal: 250.0,
        },
        Figure {
            name: format!("{CLIENTS} clients for {seconds} s, errors"),
            measured: f64::from(all.errors),
            beside: None,
            unit: "calls",
            goal: 0.0,
        },
    ])
}

/// Until the time is over: makes a record of its own, then reads pages and records, and changes its own.
fn client(stage: &Stage, number: u32) -> Result<Seen, BenchError> {
    let mut client = stage.client()?;
    let own = client.document("POST", "/items", &record(stage, number)?)?;
    let own = id_of(&own)?.to_owned();
    let mut seen = Seen::default();
    let began = now();
    for turn in number.. {
        if began.elapsed() >= Duration::from_secs(stage.seconds) {
            break;
        }
        let sent = now();
        let answered = act(stage, &mut client, turn, &own);
        seen.times.push(sent.elapsed());
        if let Err(error) = answered {
            seen.errors += 1;
            seen.error.get_or_insert_with(|| error.to_string());
            // What is left in the connection may belong to the call that failed.
            client = stage.client()?;
        }
    }
    Ok(seen)
}

fn act(stage: &Stage, client: &mut Client, turn: u32, own: &str) -> Result<(), BenchError> {
    let path = format!("/items/{own}");
    match turn % 8 {
        0 | 1 => {
            let offset = turn.wrapping_mul(2_654_435_761) % stage.records;
            let model = &stage.model;
            let page = format!("/items?filter[type]={model}&page[limit]=30&page[offset]={offset}");
            client.call("GET", &page, "")
        }
        2..=4 => client.call("GET", &path, ""),
        5 | 6 => {
            let attributes = json!({ "title": format!("turn {turn}") });
            let body = json!({"data": {"type": "item", "id": own, "attributes": attributes}});
            client.call("PUT", &path, &body.to_string())
        }
        _ => client.call("POST", "/items", &stage.record(turn)),
    }
    .map(drop)
}

fn record(stage: &Stage, number: u32) -> Result<Value, BenchError> {
    serde_json::from_str(&stage.record(number))
        .map_err(|error| BenchError::Unexpected(error.to_string()))
}

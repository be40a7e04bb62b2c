//! A fork of the environment beside `cp` of its database.

use serde_json::json;

use super::{
    BenchError,
    figure::Figure,
    http::Client,
    stage::Stage,
    timing::{median, milliseconds},
};
use crate::process;

/// How often each is done.
const ROUNDS: u32 = 5;

pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    let mut client = stage.client()?;
    let (mut forks, mut copies) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        copies.push(copy(stage)?);
        forks.push(fork(&mut client, &format!("fork-{round}"))?);
    }
    Ok(vec![Figure {
        name: format!("fork of {} records beside `cp` of the file", stage.records),
        measured: median(&mut forks),
        beside: Some(median(&mut copies)),
        unit: "ms",
        goal: 1.5,
    }])
}

/// From the request to the environment that is ready; then it is destroyed.
fn fork(client: &mut Client, name: &str) -> Result<f64, BenchError> {
    let body = json!({"data": {"type": "environment", "id": name}});
    // Without a job delay the job is over when it is answered.
    let (_, took) = milliseconds(|| client.document("POST", "/environments/main/fork", &body))?;
    let path = format!("/environments/{name}");
    let made = client.document("GET", &path, &serde_json::Value::Null)?;
    if made["data"]["meta"]["status"] != "ready" {
        return Err(BenchError::Unexpected(format!(
            "the fork is not ready: {made}"
        )));
    }
    client.call("DELETE", &path, "")?;
    Ok(took)
}

fn copy(stage: &Stage) -> Result<f64, BenchError> {
    let (from, to) = (stage.database()?, stage.beside("copy.sqlite"));
    let mut cp = process::command("cp");
    cp.arg(from).arg(&to);
    let ((), took) = milliseconds(|| process::run(cp))?;
    std::fs::remove_file(&to).map_err(BenchError::io("the copy"))?;
    Ok(took)
}

//! All records in pages of 500 beside `sqlite3` printing the same rows.

use std::process::Stdio;

use super::{
    BenchError,
    figure::Figure,
    stage::Stage,
    timing::{median, milliseconds},
};
use crate::process;

/// How often each is done.
const ROUNDS: u32 = 3;
/// The most records the API gives on a page.
const PAGE: u32 = 500;

pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    let (mut pages, mut prints) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        prints.push(print(stage)?);
        pages.push(list(stage)?);
    }
    Ok(vec![Figure {
        name: format!("listing of {} records beside `sqlite3`", stage.records),
        measured: median(&mut pages),
        beside: Some(median(&mut prints)),
        unit: "ms",
        goal: 3.0,
    }])
}

fn list(stage: &Stage) -> Result<f64, BenchError> {
    let mut client = stage.client()?;
    let ((), took) = milliseconds(|| {
        for offset in (0..stage.records).step_by(PAGE as usize) {
            let path = format!(
                "/items?filter[type]={}&page[limit]={PAGE}&page[offset]={offset}",
                stage.model
            );
            client.call("GET", &path, "")?;
        }
        Ok::<_, BenchError>(())
    })?;
    Ok(took)
}

/// Every column of every record with its document, printed as JSON, which the program does as fast as anything else it prints.
fn print(stage: &Stage) -> Result<f64, BenchError> {
    let mut sqlite = stage.sqlite.command();
    sqlite
        .arg("-readonly")
        .arg(stage.database()?)
        .arg("SELECT items.*, attributes FROM items JOIN item_versions ON item_versions.version = current_version")
        .stdout(Stdio::null());
    let ((), took) = milliseconds(|| process::run(sqlite))?;
    Ok(took)
}

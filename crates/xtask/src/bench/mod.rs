//! `cargo xtask bench`: what drydock does, each beside what it is measured against, in one run on one machine.
//!
//! A row is a function in [`ROWS`] that takes the [`Stage`] (the server with 100,000 records in it) and gives [`Figure`]s.
//! What a figure says is a ratio wherever there is something to measure against: milliseconds are the machine's.

mod creates;
mod figure;
mod fork;
mod http;
mod listing;
mod load;
mod memory;
mod migrations;
mod sqlite;
mod stage;
mod timing;

use std::{ffi::OsString, fs, io, path::PathBuf};

use lexopt::{Arg, Parser};
use serde_json::json;

use self::{figure::Figure, sqlite::Sqlite, stage::Stage};
use crate::{
    apps::AppError, browsers::BrowserError, process::ProcessError, report::timed, setup::SetupError,
};

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    #[error(transparent)]
    Options(#[from] lexopt::Error),
    #[error(transparent)]
    Process(#[from] ProcessError),
    #[error(transparent)]
    Setup(#[from] SetupError),
    #[error(transparent)]
    Browser(#[from] BrowserError),
    #[error(transparent)]
    App(#[from] AppError),
    #[error("{what}: {source}")]
    Io { what: String, source: io::Error },
    #[error("{call} answered {status}: {body}")]
    Answer {
        call: String,
        status: u16,
        body: String,
    },
    #[error("{0}")]
    Unexpected(String),
    #[error("sqlite3 is needed. Install it with:\n\n    {0}\n\nor name it in SQLITE3")]
    NoSqlite(&'static str),
    #[error("{0} of the goals were missed; the table says which")]
    Missed(usize),
}

impl BenchError {
    fn io(what: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let what = what.into();
        move |source| Self::Io { what, source }
    }
}

/// A row: what it is called on the command line and in messages, and how it is measured.
type Row = (
    &'static str,
    fn(&mut Stage) -> Result<Vec<Figure>, BenchError>,
);

/// In the order in which they are measured. `memory` looks back at all that was before it.
const ROWS: &[Row] = &[
    ("fork", fork::measure),
    ("listing", listing::measure),
    ("creates", creates::measure),
    ("load", load::measure),
    ("migrations", migrations::measure),
    ("memory", memory::measure),
];

struct Options {
    json: Option<PathBuf>,
    /// The rows that were asked for; all when none was named.
    only: Vec<String>,
    records: u32,
    seconds: u64,
}

/// Measures, prints the table, writes the file. Fails when a goal was missed.
pub(crate) fn bench(arguments: Vec<OsString>) -> Result<(), BenchError> {
    let options = read(arguments)?;
    let sqlite = Sqlite::get()?;
    stage::build()?;
    let set = format!("Start drydock and write {} records", options.records);
    let mut stage = timed(&set, || {
        Stage::set(options.records, options.seconds, sqlite)
    })
    .0?;
    let mut figures = Vec::new();
    for (name, measure) in ROWS {
        if options.only.is_empty() || options.only.iter().any(|only| only == name) {
            figures.extend(timed(name, || measure(&mut stage)).0?);
        }
    }
    drop(stage);
    println!("\n{}", figure::table(&figures));
    if let Some(file) = options.json {
        let document = json!({
            "records": options.records,
            "figures": figures.iter().map(Figure::to_json).collect::<Vec<_>>(),
        });
        let what = file.display().to_string();
        fs::write(file, format!("{document:#}\n")).map_err(BenchError::io(what))?;
    }
    match figures.iter().filter(|figure| !figure.is_met()).count() {
        0 => Ok(()),
        missed => Err(BenchError::Missed(missed)),
    }
}

fn read(arguments: Vec<OsString>) -> Result<Options, lexopt::Error> {
    let mut options = Options {
        json: None,
        only: Vec::new(),
        records: 100_000,
        seconds: 60,
    };
    let mut parser = Parser::from_args(arguments);
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("json") => options.json = Some(parser.value()?.into()),
            Arg::Long("only") => options.only.push(named(parser.value()?)?),
            Arg::Long("records") => options.records = number(&mut parser)?,
            Arg::Long("seconds") => options.seconds = number(&mut parser)?.into(),
            other @ (Arg::Long(_) | Arg::Short(_) | Arg::Value(_)) => {
                return Err(other.unexpected());
            }
        }
    }
    Ok(options)
}

fn number(parser: &mut Parser) -> Result<u32, lexopt::Error> {
    let value = parser.value()?;
    let number = value.to_str().and_then(|value| value.parse().ok());
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| format!("`{}` is not a number above 0", value.display()).into())
}

fn named(value: OsString) -> Result<String, lexopt::Error> {
    let known = value
        .to_str()
        .filter(|value| ROWS.iter().any(|(name, _)| name == value));
    let names: Vec<&str> = ROWS.iter().map(|(name, _)| *name).collect();
    known.map(str::to_owned).ok_or_else(|| {
        let names = names.join(", ");
        format!("`{}` is not a row; {names} are", value.display()).into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(words: &[&str]) -> Result<Options, String> {
        let words = words.iter().map(OsString::from).collect();
        read(words).map_err(|error| error.to_string())
    }

    #[test]
    fn rows_are_asked_for_by_name() {
        let some = options(&["--only", "fork", "--only", "memory", "--records", "500"]).unwrap();
        assert_eq!(
            (some.only, some.records),
            (vec!["fork".into(), "memory".into()], 500)
        );
        assert!(options(&["--only", "speed"]).is_err_and(|error| error.contains("fork, listing")));
        assert!(options(&["--records", "0"]).is_err());
    }
}

//! `cargo xtask reliability`: `docs/reliability.md` from what the tests wrote down.
//!
//! Read every row, sort the rows into tables, draw each table. A row is a line of JSON in a file of
//! `target/reliability`: `{"table": "faults", "row": {"step": "Fork", "fault": "429", "outcome": "…"}}`.

mod table;

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::{Map, Value};

use crate::workspace;
use table::Row;

/// The document, below the root.
const DOCUMENT: &str = "docs/reliability.md";

/// Why there is no new document.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReliabilityError {
    #[error("{path} cannot be read: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error("line {line} of {path} is no row: {reason}")]
    Row {
        path: PathBuf,
        line: usize,
        reason: String,
    },
    #[error("{0} holds no rows; run the tests first")]
    Nothing(PathBuf),
    #[error("docs/reliability.md cannot be written: {0}")]
    Write(io::Error),
}

/// Writes the document anew.
pub(crate) fn reliability() -> Result<(), ReliabilityError> {
    let tables = read(&workspace::target().join("reliability"))?;
    fs::write(workspace::root().join(DOCUMENT), document(&tables))
        .map_err(ReliabilityError::Write)?;
    println!("{DOCUMENT} is up to date");
    Ok(())
}

/// Rows by table, each table's in the order of the files' names.
type Tables = BTreeMap<String, Vec<Row>>;

fn read(folder: &Path) -> Result<Tables, ReliabilityError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| ReliabilityError::Read { path, source }
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "jsonl")
        {
            paths.push(path);
        }
    }
    paths.sort();
    let mut tables = Tables::new();
    for path in paths {
        let text = fs::read_to_string(&path).map_err(unreadable(&path))?;
        for (number, line) in text.lines().enumerate() {
            let (table, row) = parse(line).map_err(|reason| ReliabilityError::Row {
                path: path.clone(),
                line: number + 1,
                reason,
            })?;
            tables.entry(table).or_default().push(row);
        }
    }
    if tables.is_empty() {
        return Err(ReliabilityError::Nothing(folder.to_owned()));
    }
    Ok(tables)
}

fn parse(line: &str) -> Result<(String, Row), String> {
    let value: Value = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let table = value["table"].as_str().ok_or("it names no table")?;
    let row = value["row"].as_object().ok_or("it has no row")?;
    Ok((table.to_owned(), words(row)))
}

fn words(row: &Map<String, Value>) -> Row {
    row.iter()
        .map(|(column, value)| (column.clone(), word(value)))
        .collect()
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(word).collect::<Vec<_>>().join(", "),
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => value.to_string(),
    }
}

/// A table the document knows how to sum up.
struct Chapter {
    /// Its name in the rows.
    table: &'static str,
    title: &'static str,
    about: &'static str,
    /// The column whose values become lines, and those whose values become columns. `None`: the rows
    /// as they are.
    pivot: Option<(&'static str, &'static [&'static str])>,
}

const CHAPTERS: [Chapter; 7] = [
    Chapter {
        table: "crash points",
        title: "Crash points",
        about: "A whole release and its rollback, killed at every call: before it leaves, before its answer, and after it. Then \
            another page is opened, in the same browser profile or in an empty one, and finishes. A plain number counts those where it \
            simply went on; `f` those where it had to start again on a fresh fork, because a script may have half-run; `p` \
            those where nothing had reached the CMS or been kept, so that the release was planned anew. \
            Every one ended with the databases of the undisturbed run. The stories are in \
            [snapshots](../crates/slipway-engine/tests/crashes/snapshots).",
        pivot: Some(("step", &["next page"])),
    },
    Chapter {
        table: "browser crash points",
        title: "Crash points in the browser",
        about: "The same with the built plugin in Chromium.",
        pivot: Some(("call", &["profile"])),
    },
    Chapter {
        table: "faults",
        title: "Faults",
        about: "One fault of every kind at every call. A plain number counts those after which the release went on by itself; `a` those \
            where the page said what happened and went on when asked; `f` those that needed a fresh fork; `r` those where the page was \
            closed and opened again. Every one ended with the databases of the undisturbed run.",
        pivot: Some(("step", &["fault"])),
    },
    Chapter {
        table: "two drivers",
        title: "Two drivers",
        about: "Two people with a browser each press buttons at one release, interleaved call by call, and their pages die.",
        pivot: None,
    },
    Chapter {
        table: "interferences",
        title: "Other people",
        about: "Somebody changes the project from outside while a release is under way.",
        pivot: None,
    },
    Chapter {
        table: "hosts",
        title: "Hosts",
        about: "Plugins under hosts, ours and the vendor's.",
        pivot: None,
    },
    Chapter {
        table: "fuzz",
        title: "Messages",
        about: "Seeded malformed, forged, reordered, duplicated and foreign messages, at both sides of the wire.",
        pivot: None,
    },
];

/// What an outcome is called in a summed up table; nothing for the plain ones.
const MARKS: [(&str, &str); 5] = [
    ("said so, went on when asked", "a"),
    ("fresh fork", "f"),
    ("page reloaded", "r"),
    ("planned anew", "p"),
    ("WRONG", "WRONG"),
];

fn document(tables: &Tables) -> String {
    let mut text = "# Reliability\n\nWritten by the tests: `cargo xtask reliability` makes this page from what the last run of each left \
        in `target/reliability`. `cargo xtask soak` goes on with random releases for as long as it is told.\n"
        .to_owned();
    let known = |name: &str| CHAPTERS.iter().any(|chapter| chapter.table == name);
    for chapter in &CHAPTERS {
        if let Some(rows) = tables.get(chapter.table) {
            let drawn = match chapter.pivot {
                Some((by, across)) => table::pivot(rows, by, across, &MARKS),
                None => table::plain(rows),
            };
            text.push_str(
                &[
                    "\n## ",
                    chapter.title,
                    "\n\n",
                    chapter.about,
                    "\n\n",
                    &drawn,
                ]
                .concat(),
            );
        }
    }
    for (name, rows) in tables.iter().filter(|(name, _)| !known(name)) {
        text.push_str(&["\n## ", &capital(name), "\n\n", &table::plain(rows)].concat());
    }
    text
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(lines: &[&str]) -> Tables {
        let mut tables = Tables::new();
        for line in lines {
            let (table, row) = parse(line).unwrap();
            tables.entry(table).or_default().push(row);
        }
        tables
    }

    #[test]
    fn rows_become_a_document() {
        let tables = tables(&[
            r#"{"table":"faults","row":{"step":"Fork","fault":"429","outcome":"went on by itself"}}"#,
            r#"{"table":"faults","row":{"step":"Fork","fault":"429","outcome":"fresh fork"}}"#,
            r#"{"table":"hosts","row":{"plugin":"ours","checked":["tab","modal"],"messages":7}}"#,
            r#"{"table":"tides","row":{"high":"noon"}}"#,
        ]);
        let document = document(&tables);
        assert!(document.contains("## Faults"), "{document}");
        assert!(
            document.contains("| step | 429 |\n|---|---|\n| Fork | 1, 1 f |\n"),
            "{document}"
        );
        assert!(document.contains("| ours | tab, modal | 7 |"), "{document}");
        assert!(document.contains("## Tides\n\n| high |"), "{document}");
    }

    #[test]
    fn a_line_that_is_no_row_says_why() {
        assert_eq!(parse(r#"{"row":{}}"#), Err("it names no table".to_owned()));
        assert_eq!(parse(r#"{"table":"x"}"#), Err("it has no row".to_owned()));
        assert!(parse("half a li").is_err());
    }

    /// Figures may be newer than the document; a table, a column or a line it does not have may not.
    #[test]
    fn the_document_has_every_table_line_and_column_there_is() {
        let committed = fs::read_to_string(workspace::root().join(DOCUMENT)).unwrap();
        for chapter in ["## Crash points\n", "## Faults\n", "## Two drivers\n"] {
            assert!(committed.contains(chapter), "{chapter}");
        }
        let folder = workspace::target().join("reliability");
        let Ok(tables) = read(&folder) else {
            println!("{} holds nothing to compare with", folder.display());
            return;
        };
        let known = table::shape(&committed);
        for line in table::shape(&document(&tables)) {
            assert!(
                known.contains(&line),
                "docs/reliability.md lacks `{line}`; run cargo xtask reliability"
            );
        }
    }
}

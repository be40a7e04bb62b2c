//! Rows for `docs/reliability.md`, as JSON lines in `target/reliability`.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use serde_json::{Map, Value, json};

/// One row: column and value, in the order of the columns.
pub(crate) type Row = Vec<(&'static str, String)>;

/// Writes the rows of a table, replacing what the same test wrote before.
pub(crate) fn write(file: &str, table: &str, rows: impl IntoIterator<Item = Row>) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("reliability");
    fs::create_dir_all(&folder).unwrap();
    let unfinished = folder.join(format!("{file}.part"));
    let mut lines = File::create(&unfinished).unwrap();
    for row in rows {
        let row: Map<String, Value> = row
            .into_iter()
            .map(|(column, value)| (column.to_owned(), value.into()))
            .collect();
        writeln!(lines, "{}", json!({ "table": table, "row": row })).unwrap();
    }
    // A reader sees all rows of a run or none.
    fs::rename(unfinished, folder.join(format!("{file}.jsonl"))).unwrap();
}

//! Rows for `docs/reliability.md`: lines `{"table": …, "row": {…}}` of `target/reliability/<table>.jsonl`, in order, each
//! row once, as the end-to-end tests write them too.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::Path,
};

use serde_json::{Value, json};

/// Keeps a row, in place of an earlier one with the same values in the columns of the `key`.
pub(crate) fn record(table: &str, key: &[&str], row: &Value) -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/reliability");
    fs::create_dir_all(&folder)?;
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(folder.join(format!("{table}.jsonl")))?;
    // The other side is tried in a process of its own, at the same time.
    file.lock()?;
    let mut before = String::new();
    file.read_to_string(&mut before)?;
    let is_other = |line: &&str| {
        let line = serde_json::from_str::<Value>(line).unwrap_or_default();
        line["row"].is_object() && key.iter().any(|&column| line["row"][column] != row[column])
    };
    let line = json!({ "table": table, "row": row }).to_string();
    let mut lines: Vec<_> = before.lines().filter(is_other).chain([&*line]).collect();
    lines.sort_unstable();
    file.set_len(0)?;
    file.rewind()?;
    file.write_all((lines.join("\n") + "\n").as_bytes())
}

//! What the tests say of themselves, for `docs/reliability.md`.
//!
//! A table is a file of JSON lines, `target/reliability/<table>.jsonl`; a line is `{"table": "<table>", "row": {…}}`.
//! The lines are in order and every row is there once, however often and in however many processes the tests ran.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
};

use serde_json::{Value, json};

use crate::{failure::Failure, server::root};

/// Keeps a row of a table, in place of an earlier one that had the same values in the columns of the `key`.
pub fn record(table: &str, key: &[&str], row: &Value) -> Result<(), Failure> {
    let folder = root().join("target/reliability");
    fs::create_dir_all(&folder).map_err(Failure::file(&folder))?;
    let path = folder.join(format!("{table}.jsonl"));
    let write = || -> io::Result<()> {
        let mut file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        // Tests run in processes of their own, at the same time.
        file.lock()?;
        let mut before = String::new();
        file.read_to_string(&mut before)?;
        let after = with(&before, table, key, row);
        file.set_len(0)?;
        file.rewind()?;
        file.write_all(after.as_bytes())
    };
    write().map_err(Failure::file(&path))
}

fn with(before: &str, table: &str, key: &[&str], row: &Value) -> String {
    let is_other = |line: &&str| {
        let line = serde_json::from_str::<Value>(line).unwrap_or_default();
        // A line that cannot be read was left by a process that died while it wrote.
        line["row"].is_object() && key.iter().any(|&column| line["row"][column] != row[column])
    };
    let line = json!({ "table": table, "row": row }).to_string();
    let mut lines: Vec<_> = before.lines().filter(is_other).chain([&*line]).collect();
    lines.sort_unstable();
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_takes_the_place_of_the_earlier_one_with_its_key() {
        let row = |side: &str, messages: u32| json!({ "side": side, "messages": messages });
        let add = |before: &str, row: &Value| with(before, "fuzz", &["side"], row);
        let one = add("", &row("parent", 1));
        let two = add(&one, &row("child", 2));
        let three = add(&format!("{two}{{\"table\":\"fu"), &row("parent", 3));
        assert_eq!(
            three,
            "{\"table\":\"fuzz\",\"row\":{\"side\":\"child\",\"messages\":2}}\n\
             {\"table\":\"fuzz\",\"row\":{\"side\":\"parent\",\"messages\":3}}\n"
        );
    }
}

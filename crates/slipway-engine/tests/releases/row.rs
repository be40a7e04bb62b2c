//! Rows for `docs/reliability.md`, as JSON lines: a file for each test, so that each replaces its own.

use std::{
    fs::{self, File},
    io::Write,
    path::Path,
};

use serde_json::{Map, Value, json};

/// What a test showed, column by column.
pub(crate) struct Row<'a> {
    pub(crate) did: &'a str,
    pub(crate) when: &'a str,
    pub(crate) reads: &'a str,
    pub(crate) way_out: &'a str,
    pub(crate) end: &'a str,
}

impl Row<'_> {
    /// Somebody else interfered.
    pub(crate) fn interference(&self) {
        self.write("interferences", "interferences", "who did what");
    }

    /// Something went wrong by itself.
    pub(crate) fn fault(&self) {
        self.write("fault-words", "what each fault says", "what went wrong");
    }

    fn write(&self, folder: &str, table: &str, what: &str) {
        let row: Map<String, Value> = [
            (what, self.did),
            ("when", self.when),
            ("what the person reads", self.reads),
            ("way out", self.way_out),
            ("end", self.end),
        ]
        .into_iter()
        .map(|(column, value)| (column.to_owned(), value.into()))
        .collect();
        // The thread of a test bears its name, with the number and the label of its case.
        let test = std::thread::current().name().unwrap().replace("::", ".");
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .with_file_name("reliability")
            .join(folder);
        fs::create_dir_all(&folder).unwrap();
        let mut file = File::create(folder.join(format!("{test}.jsonl"))).unwrap();
        writeln!(file, "{}", json!({ "table": table, "row": row })).unwrap();
    }
}

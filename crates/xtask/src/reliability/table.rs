//! Rows as tables of Markdown.

use std::collections::BTreeMap;

/// Column and value, in the order of the columns.
pub(super) type Row = Vec<(String, String)>;

fn value<'a>(row: &'a Row, column: &str) -> &'a str {
    row.iter()
        .find(|(name, _)| name == column)
        .map_or("", |(_, value)| value)
}

/// The rows as they are, each different one once.
pub(super) fn plain(rows: &[Row]) -> String {
    let mut columns = Vec::new();
    let mut lines = Vec::new();
    for (column, _) in rows.iter().flatten() {
        remember(&mut columns, column);
    }
    for row in rows {
        let line: Vec<String> = columns
            .iter()
            .map(|column| value(row, column).to_owned())
            .collect();
        remember(&mut lines, &line);
    }
    draw(&columns, &lines)
}

/// Counts the rows: a line for each value of `by`, a column for each combination of values of
/// `across`, and in the cell how many rows came to which `outcome`, with the `marks` for those that are not plain.
pub(super) fn pivot(rows: &[Row], by: &str, across: &[&str], marks: &[(&str, &str)]) -> String {
    let mut names = Vec::new();
    let mut heads = Vec::new();
    let mut cells: BTreeMap<(String, String), BTreeMap<&str, u32>> = BTreeMap::new();
    for row in rows {
        let name = value(row, by).to_owned();
        let head: Vec<&str> = across.iter().map(|column| value(row, column)).collect();
        let head = head.join(", ");
        let outcome = value(row, "outcome");
        let mark = marks
            .iter()
            .find(|(words, _)| *words == outcome)
            .map_or("", |(_, mark)| mark);
        remember(&mut names, &name);
        remember(&mut heads, &head);
        let counts = cells.entry((name, head)).or_default();
        *counts.entry(mark).or_default() += 1;
    }
    let lines: Vec<Vec<String>> = names
        .into_iter()
        .map(|name: String| {
            let counted = heads.iter().map(|head: &String| {
                let counts = cells.get(&(name.clone(), head.clone()));
                counts.map_or_else(String::new, told)
            });
            let counted: Vec<String> = counted.collect();
            [vec![name.clone()], counted].concat()
        })
        .collect();
    let columns = [vec![by.to_owned()], heads].concat();
    draw(&columns, &lines)
}

fn told(counts: &BTreeMap<&str, u32>) -> String {
    let parts: Vec<String> = counts
        .iter()
        .map(|(mark, count)| format!("{count} {mark}").trim_end().to_owned())
        .collect();
    parts.join(", ")
}

fn remember<T: PartialEq + Clone>(known: &mut Vec<T>, new: &T) {
    if !known.contains(new) {
        known.push(new.clone());
    }
}

fn draw(columns: &[String], lines: &[Vec<String>]) -> String {
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule = format!("|{}\n", "---|".repeat(columns.len()));
    let body: String = lines.iter().map(|cells| line(cells)).collect();
    line(columns) + &rule + &body
}

/// What stays the same from run to run: headings, the heads of columns, and the name of every line.
#[cfg(test)]
pub(super) fn shape(document: &str) -> Vec<String> {
    let lines: Vec<&str> = document.lines().collect();
    let mut shape = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let is_head = lines
            .get(number + 1)
            .is_some_and(|next| next.starts_with("|---"));
        if line.starts_with('#') || is_head {
            shape.push((*line).to_owned());
        } else if line.starts_with("| ") {
            let name = line.split(" | ").next().unwrap_or_default();
            shape.push(name.trim_end_matches(" |").to_owned());
        }
    }
    shape
}

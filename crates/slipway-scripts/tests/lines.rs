//! Stacks lead to the line that a person wrote, also where the printer put several on one.

#![expect(clippy::unwrap_used, reason = "test")]

use rstest::rstest;
use slipway_scripts::{Prepared, SourceFile, prepare};

/// A file that a migration loads.
fn prepared(path: &str, text: &str) -> Prepared {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    };
    let files = [
        file("2_b.js", &format!("module.exports = require('./{path}');")),
        file(path, text),
        file("h.ts", "export const nope = 1;"),
    ];
    let mut prepared = prepare(&files, "2_b.js").unwrap();
    prepared.modules.remove(0);
    prepared
}

/// Line and column of a text, both from 1, the column as browsers count.
fn place(code: &str, needle: &str) -> (usize, usize) {
    let (before, _) = code.split_once(needle).unwrap();
    let line = before.rsplit('\n').next().unwrap();
    (
        before.matches('\n').count() + 1,
        line.encode_utf16().count() + 1,
    )
}

/// `at` is in the script once, and where an error is thrown.
#[rstest]
#[case::in_a_callback(
    "export default async (client: any) => {\n  await Promise.all(\n    [1].map((x) =>\n      client.items.update(String(x), { title: 'a' }),\n    ),\n  );\n};\n",
    "update"
)]
#[case::of_a_list(
    "export default async (client: any) => [\n  client.a(),\n  client.second(),\n];\n",
    "second"
)]
#[case::of_a_chain(
    "export default async (client: any) => client.list\n  .map((x: any) => x.a)\n  .filter((x: any) => x.nope.b);\n",
    "nope"
)]
#[case::the_call_in_a_chain(
    "export default async (client: any) => client.list\n  .map((x: any) => x.a)\n  .filter((x: any) => x.nope.b);\n",
    "filter"
)]
#[case::an_argument(
    "export default async (client: any) => client.f(model(client),\n  title(client.x),\n);\n",
    "title("
)]
#[case::a_property(
    "export default async (client: any) => client.f({\n  label: 'x',\n  api_key: client.nope.x,\n});\n",
    "nope"
)]
#[case::a_condition(
    "export default async (client: any) => {\n  if (\n    client.a &&\n    client.nope.x\n  ) return;\n};\n",
    "nope"
)]
#[case::a_choice(
    "export default async (client: any) =>\n  client.a\n    ? 1\n    : client.nope.x;\n",
    "nope"
)]
#[case::behind_other_letters(
    "export default (a: any) => a('äöü😀', a('😀'),\n  a.nope);\n",
    "nope"
)]
#[case::in_a_template("export default (a: any) => `😀\n${a.x}\n${a.nope}`;\n", "nope")]
#[case::behind_an_import(
    "import { nope } from './h';\nexport default (a: any) => a(nope(), nope`x`,\n  nope, a.here);\n",
    "here"
)]
#[case::of_commonjs(
    "type A = 1;\nmodule.exports = (a: any) => [a.x,\n  a.nope];\n",
    "nope"
)]
#[case::in_the_first_line_that_is_left("type A = 1;\n\nnope();\nexport {};\n", "nope")]
fn a_frame_leads_to_its_line(#[case] text: &str, #[case] at: &str) {
    let prepared = prepared("1_a.ts", text);
    let (line, column) = place(&prepared.modules[0].code, at);
    let (original, _) = place(text, at);
    assert_eq!(
        prepared.original_stack(&format!("Error: no\n    at f (1_a.ts:{line}:{column})\n")),
        format!("Error: no\n    at f (1_a.ts:{original})"),
    );
    let firefox = format!("f@1_a.ts:{line}:{column}");
    assert_eq!(
        prepared.original_stack(&firefox),
        format!("f@1_a.ts:{original}")
    );
    let places: Vec<u32> = prepared
        .places(&firefox)
        .iter()
        .map(|place| place.line)
        .collect();
    assert_eq!(places, [u32::try_from(original).unwrap()]);
}

#[test]
fn a_frame_without_a_column_leads_to_the_first_word_of_its_line() {
    let text = "export default (a: any) => {\n  type A = 1;\n  a(\n    a.b);\n};\n";
    let prepared = prepared("1_a.ts", text);
    let (line, _) = place(&prepared.modules[0].code, "a(a.b)");
    assert_eq!(
        prepared.original_stack(&format!("f@1_a.ts:{line}")),
        "f@1_a.ts:3"
    );
}

#[test]
fn places_beyond_the_code_lead_to_its_last_line() {
    let prepared = prepared("1_a.ts", "export default 1;\n");
    let last = prepared.original_stack("at f (1_a.ts:900:7)");
    assert_eq!(last, "at f (1_a.ts:1)");
    assert_eq!(prepared.original_stack("at f (1_a.ts:2:900)"), last);
}

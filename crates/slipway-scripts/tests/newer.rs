//! Syntax that not every browser has: what the CLI's compiler makes older, we do too.

#![expect(clippy::unwrap_used, reason = "test")]

use rstest::rstest;
use slipway_scripts::{Module, SourceFile, prepare};

/// A file that a migration loads.
fn module(path: &str, text: &str) -> Module {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    };
    let migration = file("2_b.js", &format!("module.exports = require('./{path}');"));
    let files = [migration, file(path, text)];
    prepare(&files, "2_b.js").unwrap().modules.remove(1)
}

const BLOCK: &str =
    "export default async () => {\n  using a = open();\n  await using b = open();\n  a.nope;\n};\n";
const FUNCTION: &str = "module.exports = () => {\n  for (using a of open()) a.nope;\n};\n";
const TOP: &str = "import './1_a.ts';\nusing a = open();\nexport const b = a;\n";

#[rstest]
#[case("1_a.ts", BLOCK)]
#[case("1_a.js", BLOCK)]
#[case("1_a.ts", FUNCTION)]
#[case("1_a.js", FUNCTION)]
#[case("1_a.ts", TOP)]
fn using_becomes_calls_of_what_stands_ahead(#[case] path: &str, #[case] text: &str) {
    let code = module(path, text).code;
    assert!(!code.contains("using a"), "{code}");
    let made = code.find("const babelHelpers = {").unwrap();
    assert!(
        made < code.find("babelHelpers.usingCtx()").unwrap(),
        "{code}"
    );
    assert!(!code.contains("@oxc-project"), "{code}");
}

#[rstest]
#[case("1_a.ts")]
#[case("1_a.js")]
fn an_accessor_becomes_a_pair_of_methods(#[case] path: &str) {
    let code = module(
        path,
        "export class A { accessor x = 1; static accessor y; }",
    )
    .code;
    for part in ["get x()", "set x(", "static get y()", "static set y("] {
        assert!(code.contains(part), "{part} in {code}");
    }
    assert!(!code.contains("accessor x"), "{code}");
    assert!(!code.contains("babelHelpers"), "{code}");
}

#[test]
fn javascript_that_only_has_the_words_stays_as_it_is() {
    let text = "const using = 1, accessor = 2; // using a = b\nmodule.exports = class { accessor() {} };\n";
    assert_eq!(module("1_a.js", text).code, text);
}

#[test]
fn lines_are_those_of_the_file() {
    let file = SourceFile {
        path: "1_a.js".to_owned(),
        text: Some(BLOCK.to_owned()),
    };
    let prepared = prepare(&[file], "1_a.js").unwrap();
    let code = &prepared.modules[0].code;
    let (before, _) = code.split_once("nope").unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().len() + 1;
    let stack = prepared.original_stack(&format!("f@1_a.js:{line}:{column}"));
    assert_eq!(stack, "f@1_a.js:4");
}

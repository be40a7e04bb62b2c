//! Names of TypeScript's namespaces, as the CLI's compiler has them (each case tried with it).

#![expect(clippy::unwrap_used, reason = "test")]

use rstest::rstest;
use slipway_scripts::{Prepared, ScriptError, SourceFile, prepare};

/// A file that a migration loads, and that exports none itself.
fn prepared(text: &str) -> Result<Prepared, ScriptError> {
    let file = |path: &str, text: &str| SourceFile {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    };
    let migration = file("2_b.js", "module.exports = require('./1_a');");
    let mut prepared = prepare(&[migration, file("1_a.ts", text)], "2_b.js")?;
    prepared.modules.remove(0);
    Ok(prepared)
}

/// The code that a script becomes, with single spaces.
fn code(text: &str) -> String {
    let code = prepared(text).unwrap().modules.remove(0).code;
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[rstest]
#[case::its_value("export let done = 0;", "N.done = 0;")]
#[case::a_type_goes("export var list: string[] = [], a!: A;", "N.list = [], N.a;")]
#[case::a_pattern(
    "export let { a, b: [c = 2], d = a, ...e } = f();",
    "({a: N.a, b: [N.c = 2], d: N.d = N.a, ...N.e} = f());"
)]
#[case::read("export let a = 1; export const f = () => a;", "() => N.a;")]
#[case::written("export let a = 1; function f() { a += 2; }", "N.a += 2;")]
#[case::counted("export let a = 1; function f() { a++; }", "N.a++;")]
#[case::in_an_object("export let a = 1; f({ a });", "f({ a: N.a });")]
#[case::into_it(
    "export let a, b; ({ a, b = 1 } = f());",
    "({a: N.a, b: N.b = 1} = f());"
)]
#[case::in_a_loop("export let a; for (a of []) {}", "for (N.a of []) {}")]
#[case::called_for_itself("export let a: any\na(1)", "(0, N.a)(1);")]
#[case::as_a_tag("export let a: any\na`x`", "(0, N.a)`x`;")]
#[case::of_an_inner_one(
    "export namespace M { export let a = 1; export const b = a; }",
    "M.b = M.a"
)]
#[case::hidden("export let a = 1; f((a: number) => a);", "f((a) => a);")]
#[case::a_constant_stays("export const a = 1; f(a);", "f(a);")]
fn an_exported_variable_is_a_member(#[case] body: &str, #[case] expected: &str) {
    let code = code(&format!("namespace N {{ {body} }}\nexport {{}};"));
    // A pattern is printed with or without spaces, which means nothing.
    let packed = |text: &str| text.replace("{ ", "{").replace(" }", "}");
    assert!(packed(&code).contains(&packed(expected)), "{code}");
}

#[rstest]
#[case::a_constant("export const c = a + 1;", "N.c = N.a + 1")]
#[case::a_function("export const r = f();", "(0, N.f)()")]
#[case::a_class("export class L extends K {}", "class L extends N.K")]
#[case::an_enum("export const x = E.X;", "N.E.X")]
#[case::an_inner_one("export const b = M.b;", "N.M.b")]
#[case::from_an_inner_one("export namespace M { export const d = b + a; }", "M.b + N.a")]
#[case::hidden_by_its_own("const a = 2; export const own = a;", "N.own = a")]
#[case::hidden_further_in("export const g = (a: number) => a;", "(a) => a")]
#[case::not_what_is_not_exported("export const p = inner;", "N.p = inner")]
fn what_another_block_exports_is_a_member(#[case] body: &str, #[case] expected: &str) {
    let first = "export const a = 1; export function f() {} export class K {} export enum E { X } export namespace M { export const b = 1 } const inner = 1;";
    let code = code(&format!(
        "const a = 'outer', inner = 2;\nnamespace N {{ {first} }}\nnamespace N {{ {body} }}\nexport {{ a, inner }};"
    ));
    // oxc gives the object another name within its function.
    let code = code
        .replace("_N2.", "N.")
        .replace("_M2.", "M.")
        .replace("_N.", "N.")
        .replace("_M.", "M.");
    assert!(code.contains(expected), "{code}");
}

#[test]
fn blocks_that_are_nested_in_one_name_see_each_other() {
    let code = code(
        "namespace A.B { export const x = 1 }\nnamespace A.C { export const y = B.x + 1 }\nexport {};",
    );
    assert!(code.contains("A.B.x + 1"), "{code}");
}

#[test]
fn a_namespace_may_extend_a_class_and_a_function() {
    let code = code(
        "class F { }\nnamespace F { export let made = 0; export const make = () => { made++; return new F() } }\nfunction g() { return g.d }\nnamespace g { export let d = 1; }\nexport {};",
    );
    for part in ["F.made++", "F.made = 0", "g.d = 1"] {
        assert!(code.contains(part), "{part} in {code}");
    }
}

#[rstest]
#[case("declare namespace A { namespace B { export let a: number; } }")]
#[case("declare namespace A.B { export let a: number; }")]
#[case("declare global { namespace A { export var a: number; } }")]
#[case("declare module 'x' { namespace A { export let a: number; } export let b: string; }")]
#[case("namespace A { export declare let a: number; export type B = typeof a; }")]
#[case("namespace A { export interface B {} } namespace A { export type C = B; }")]
fn what_only_types_are_about_leaves_nothing(#[case] text: &str) {
    let code = code(&format!("{text}\nexport const x = 1;"));
    assert!(!code.contains("A."), "{code}");
}

#[test]
fn a_name_that_cannot_be_written_as_a_member_is_refused() {
    let text = "namespace N {\n  export let v = 1;\n  export const f = (N: number) =>\n    v + N;\n}\nexport {};";
    assert_eq!(
        prepared(text).unwrap_err().to_string(),
        "1_a.ts uses `v` of the namespace `N` at line 4, where something else is called `N` too. Rename one of them."
    );
}

#[test]
fn errors_lead_to_the_line_and_column_that_a_person_wrote() {
    let broken = "namespace N { export let a = 1; a; let b; let b; }";
    let error = prepared(broken).unwrap_err().to_string();
    assert!(error.contains("line 1, column 40"), "{error}");
    let script =
        prepared("namespace N {\n  export let a = 1;\n  f(a,\n    a.nope);\n}\nexport {};")
            .unwrap();
    let code = &script.modules[0].code;
    let (before, _) = code.split_once("nope").unwrap();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap().len() + 1;
    assert_eq!(
        script.original_stack(&format!("f@1_a.ts:{line}:{column}")),
        "f@1_a.ts:4"
    );
}

//! How `compilerOptions` of the team's `tsconfig.json` have a file compiled, as the official CLI has it (each case tried
//! with it).

#![expect(clippy::unwrap_used, reason = "test")]

use rstest::rstest;
use slipway_scripts::{ScriptError, SourceFile, prepare};

/// Where one way or the other makes a difference: `doubled` is `NaN` where fields are fields.
const CLASS: &str =
    "export class P {\n  doubled = this.n * 2;\n  constructor(private n: number) {}\n}\n";

/// Prepares the first of the files, which a migration loads; `?` stands for one that was not read yet.
fn code(given: &[(&str, &str)]) -> Result<String, ScriptError> {
    let migration = format!("module.exports = require('./{}');", given[0].0);
    let files: Vec<SourceFile> = [("0_0.js", migration.as_str())]
        .iter()
        .chain(given)
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: (*text != "?").then(|| (*text).to_owned()),
        })
        .collect();
    let prepared = prepare(&files, "0_0.js")?;
    Ok(prepared.modules[1].code.clone())
}

fn said(given: &[(&str, &str)]) -> String {
    code(given).unwrap_err().to_string()
}

const TYPESCRIPT_5: &str = r#"{ "devDependencies": { "typescript": "^5.7.2" } }"#;
const TYPESCRIPT_6: &str = r#"{ "devDependencies": { "typescript": "~6.0" } }"#;
const ONLY_THE_CLI: &str = r#"{ "dependencies": { "datocms": "^4.0.0" } }"#;

#[rstest]
#[case::below_es2022(r#""target": "ES2020""#, TYPESCRIPT_5, true)]
#[case::next("\"target\": \"es2017\"", TYPESCRIPT_6, true)]
#[case::es2022(r#""target": "ES2022""#, TYPESCRIPT_5, false)]
#[case::to_come(r#""target": "es2026""#, TYPESCRIPT_5, false)]
#[case::said(
    r#""target": "es2022", "useDefineForClassFields": false"#,
    TYPESCRIPT_5,
    true
)]
#[case::said_the_other_way(
    r#""target": "es2015", "useDefineForClassFields": true"#,
    TYPESCRIPT_5,
    false
)]
#[case::as_typescript_5_has_it("", TYPESCRIPT_5, true)]
#[case::as_typescript_6_has_it("", TYPESCRIPT_6, false)]
#[case::as_the_typescript_of_the_cli_has_it("", ONLY_THE_CLI, true)]
#[case::as_the_module_has_it(r#""module": "nodenext""#, TYPESCRIPT_5, false)]
#[case::a_module_is_compared_as_written(r#""module": "NodeNext""#, TYPESCRIPT_5, true)]
fn fields_are_assigned_where_the_configuration_has_it(
    #[case] options: &str,
    #[case] package: &str,
    #[case] assigned: bool,
) {
    let tsconfig = format!("{{ \"compilerOptions\": {{ {options} }} }}");
    let files = [
        ("1_a.ts", CLASS),
        ("tsconfig.json", tsconfig.as_str()),
        ("package.json", package),
    ];
    let code = code(&files).unwrap();
    let position = |text: &str| code.find(text).unwrap();
    assert_eq!(code.contains("this.doubled = "), assigned, "{code}");
    if assigned {
        assert!(position("this.n = n") < position("this.doubled"), "{code}");
    }
}

#[test]
fn fields_without_a_value_are_not_there_where_they_are_assigned() {
    let tsconfig = r#"{ "compilerOptions": { "target": "es2020" } }"#;
    let class = "export class A { a?: string; static b: number; #c = 1; declare d: 1 }";
    let code = code(&[("1_a.ts", class), ("tsconfig.json", tsconfig)]).unwrap();
    assert!(code.contains("#c = 1"), "{code}");
    for gone in ["a;", "b;", "d;"] {
        assert!(!code.contains(gone), "{gone} in {code}");
    }
}

#[rstest]
#[case::beside(r#"{ "extends": "./base" }"#, true)]
#[case::the_last_of_several(r#"{ "extends": ["./modern.json", "./base.json"] }"#, true)]
#[case::overruled(
    r#"{ "extends": "./base", "compilerOptions": { "target": "es2022" } }"#,
    false
)]
#[case::a_known_package(r#"{ "extends": "@tsconfig/node16/tsconfig.json" }"#, true)]
#[case::a_known_modern_package(r#"{ "extends": "@tsconfig/node20" }"#, false)]
#[case::a_package_below(r#"{ "extends": ["@acme/base", "./base"] }"#, true)]
#[case::covered(r#"{ "extends": "./base", "include": ["migrations"] }"#, true)]
#[case::not_covered(r#"{ "extends": "./base", "include": ["src"] }"#, false)]
#[case::excluded(r#"{ "extends": "./base", "exclude": ["**/1_*"] }"#, false)]
#[case::covered_by_what_is_extended(r#"{ "extends": "./for_src" }"#, false)]
#[case::listed(
    r#"{ "extends": "./for_src", "files": ["${configDir}/migrations/1_a.ts"] }"#,
    true
)]
fn what_a_configuration_extends_and_covers_counts(#[case] tsconfig: &str, #[case] assigned: bool) {
    let code = code(&[
        ("migrations/1_a.ts", CLASS),
        ("tsconfig.json", tsconfig),
        (
            "base.json",
            r#"{ "compilerOptions": { "target": "ES2019" } }"#,
        ),
        (
            "modern.json",
            r#"{ "compilerOptions": { "target": "ES2023" } }"#,
        ),
        (
            "for_src.json",
            r#"{ "extends": "./base", "include": ["src"] }"#,
        ),
        ("package.json", TYPESCRIPT_5),
    ])
    .unwrap();
    assert_eq!(code.contains("this.doubled = "), assigned, "{code}");
}

#[test]
fn where_nothing_tells_it_a_class_that_depends_on_it_is_refused() {
    let unclear = |reason: &str| {
        format!(
            "1_a.ts has a class with fields at line 1, and tsconfig.json cannot say how they are set: {reason}. Write `useDefineForClassFields` into its `compilerOptions`, as `true` or `false`."
        )
    };
    let package = r#"{ "extends": "@acme/base" }"#;
    let by_package = unclear("it extends `@acme/base`, which cannot be read here");
    assert_eq!(
        said(&[("1_a.ts", CLASS), ("tsconfig.json", package)]),
        by_package
    );
    let derived = "export class A extends Map { a = 1 }";
    assert_eq!(
        said(&[("1_a.ts", derived), ("tsconfig.json", package)]),
        by_package
    );
    for files in [
        [("package.json", "{}"), ("tsconfig.json", "{}")].as_slice(),
        &[
            (
                "package.json",
                r#"{ "dependencies": { "typescript": "latest" } }"#,
            ),
            ("tsconfig.json", "{}"),
        ],
    ] {
        let files: Vec<_> = [("1_a.ts", CLASS)]
            .into_iter()
            .chain(files.iter().copied())
            .collect();
        let reason =
            "it has no `target`, and no `package.json` tells which TypeScript is installed";
        assert_eq!(said(&files), unclear(reason));
    }
    // What is the same either way is not.
    let plain = "export class A { a = 1; b?: string; constructor(c: number) {} }\nexport class B extends A {}";
    code(&[("1_a.ts", plain), ("tsconfig.json", package)]).unwrap();
    code(&[
        ("1_a.js", "export class A extends Map { a = 1 }"),
        ("tsconfig.json", package),
    ])
    .unwrap();
}

#[test]
fn a_value_that_would_mean_something_else_in_the_constructor_is_refused() {
    let tsconfig = (
        "tsconfig.json",
        r#"{ "compilerOptions": { "target": "es2020" } }"#,
    );
    let hidden = "const a = 1;\nclass A {\n  x = [1].map((b) => b + a);\n  constructor(a: number, b: number) {}\n}\nexport default A;";
    assert_eq!(
        said(&[("1_a.ts", hidden), tsconfig]),
        "1_a.ts has a class at line 3 whose fields cannot be set as tsconfig.json has it: a field reads `a`, and its constructor has another `a`. Rename one of them."
    );
    let inner = "class B {}\nclass A extends B {\n  x = 1;\n  constructor(a: boolean) { if (a) { super(); } else { super(); } }\n}\nexport default A;";
    assert_eq!(
        said(&[("1_a.ts", inner), tsconfig]),
        "1_a.ts has a class at line 3 whose fields cannot be set as tsconfig.json has it: its constructor calls `super` within another statement. Call it in a statement of its own."
    );
}

#[rstest]
#[case::javascript("1_a.js", "{}", false)]
#[case::typescript("1_a.ts", "{}", false)]
#[case::strict("1_a.ts", r#"{ "strict": true }"#, true)]
#[case::only_in_types("1_a.ts", r#"{ "strict": true, "alwaysStrict": false }"#, false)]
#[case::always("1_a.ts", r#"{ "alwaysStrict": true }"#, true)]
#[case::strict_is_not_for_javascript("1_a.js", r#"{ "strict": true }"#, false)]
#[case::but_for_allowed_javascript("1_a.js", r#"{ "strict": true, "allowJs": true }"#, true)]
#[case::and_for_checked_javascript("1_a.js", r#"{ "strict": true, "checkJs": true }"#, true)]
fn a_module_is_strict_where_the_configuration_has_it(
    #[case] path: &str,
    #[case] options: &str,
    #[case] strict: bool,
) {
    let tsconfig = format!("{{ \"compilerOptions\": {options} }}");
    let code = code(&[
        (path, "export default () => {};"),
        ("tsconfig.json", &tsconfig),
        ("package.json", TYPESCRIPT_5),
    ])
    .unwrap();
    assert_eq!(code.starts_with("\"use strict\";"), strict, "{code}");
}

#[test]
fn what_a_file_says_of_itself_counts() {
    let module = code(&[("1_a.js", "'use strict';\nexport default 1;")]).unwrap();
    assert!(module.starts_with("\"use strict\";{"), "{module}");
    let commonjs = "'use strict';\nmodule.exports = 1;";
    assert_eq!(code(&[("1_a.js", commonjs)]).unwrap(), commonjs);
    let typescript_6 = [
        ("1_a.ts", "module.exports = 1;"),
        ("tsconfig.json", "{}"),
        ("package.json", TYPESCRIPT_6),
    ];
    let code = code(&typescript_6).unwrap();
    assert!(code.starts_with("\"use strict\";"), "{code}");
}

#[test]
fn the_this_of_a_module_is_undefined() {
    let text = "const a = this, b = () => this;\nfunction c() { return this }\nclass D { e = this }\nexport {};";
    let code = code(&[("1_a.js", text)]).unwrap();
    for part in [
        "a = (void 0), b = () => (void 0)",
        "c() { return this }",
        "D { e = this }",
    ] {
        assert!(code.contains(part), "{code}");
    }
}

#[test]
fn the_configuration_is_asked_for_where_it_counts() {
    let unread = |given: &[(&str, &str)]| match code(given) {
        Err(ScriptError::Unread { files }) => files,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        unread(&[("1_a.ts", CLASS), ("tsconfig.json", "?")]),
        ["tsconfig.json"]
    );
    let no_target = [
        ("1_a.ts", CLASS),
        ("tsconfig.json", "{}"),
        ("package.json", "?"),
    ];
    assert_eq!(unread(&no_target), ["package.json"]);
    code(&[("1_a.js", "module.exports = 1"), ("tsconfig.json", "?")]).unwrap();
}

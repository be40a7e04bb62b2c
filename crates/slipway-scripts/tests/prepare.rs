//! What authors write, what the sandbox gets, and what they are told when it cannot be done.

#![expect(clippy::unwrap_used, reason = "test")]

use slipway_scripts::{CLIENT, Prepared, ScriptError, SourceFile, Target, prepare};

fn files(files: &[(&str, &str)]) -> Vec<SourceFile> {
    files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        })
        .collect()
}

/// Prepares the first of the files.
fn prepared(given: &[(&str, &str)]) -> Prepared {
    prepare(&files(given), given[0].0).unwrap()
}

fn refused(given: &[(&str, &str)]) -> ScriptError {
    prepare(&files(given), given[0].0).unwrap_err()
}

fn check(given: &str, code: &str) {
    let path = "1_a.ts";
    assert_eq!(prepared(&[(path, given)]).modules[0].code, code);
}

#[test]
fn a_commonjs_migration_stays_as_it_is() {
    let source = "'use strict';\nconst { ApiError } = require('datocms/lib/cma-client-node');\nmodule.exports = async (client) => {\n  return;\n};\n";
    let prepared = prepared(&[("1_a.js", source)]);
    assert_eq!(prepared.entry, "1_a.js");
    assert_eq!(prepared.modules[0].code, source);
    assert!(prepared.modules[0].origins.is_empty());
    assert_eq!(
        prepared.modules[0].imports["datocms/lib/cma-client-node"],
        Target::Package(CLIENT.to_owned())
    );
}

#[test]
fn paths_are_seen_from_where_the_tool_would_be_run() {
    let migration = ("cms/db/1_a.js", "module.exports = async () => {};");
    let folder = |others: &[(&str, &str)]| prepared(&[&[migration], others].concat()).folder;
    assert_eq!(folder(&[]), "");
    assert_eq!(folder(&[("datocms.config.json", "{}")]), "");
    let nested = [
        ("cms/datocms.config.json", "{}"),
        ("old/cms/datocms.config.json", "{}"),
    ];
    assert_eq!(folder(&nested), "cms");
}

#[test]
fn types_and_the_imports_that_only_types_use_are_gone() {
    check(
        "import type { Client } from 'datocms/lib/cma-client-node';\nimport { Item } from 'some-types';\nexport default async function (client: Client): Promise<void> {\n  const one: Item = await client.items.find('1') as Item;\n}\n",
        "{__slipway.exports({\"default\": () => __slipway_default});\nasync function __slipway_default(client) {\n\tconst one = await client.items.find(\"1\");\n}\n\n}",
    );
}

#[test]
fn enums_become_objects() {
    let code = &prepared(&[(
        "1_a.ts",
        "enum Kind { A = 'a' }\nmodule.exports = () => Kind.A;\n",
    )])
    .modules[0]
        .code;
    assert!(code.contains("Kind[\"A\"] = \"a\""), "{code}");
}

#[test]
fn the_commonjs_forms_of_typescript_work() {
    let prepared = prepared(&[
        (
            "1_a.ts",
            "import lib = require('./lib');\nexport = async (client: unknown) => lib.f(client);\n",
        ),
        (
            "lib.ts",
            "export namespace Inner { export const x = 1; }\nexport const f = (x: unknown) => x;",
        ),
    ]);
    let code = &prepared.modules[0].code;
    assert!(code.contains("const lib = require(\"./lib\")"), "{code}");
    assert!(
        code.contains("module.exports = async (client) => lib.f(client)"),
        "{code}"
    );
    assert_eq!(
        prepared.modules[0].imports["./lib"],
        Target::Module("lib.ts".to_owned())
    );
    assert!(
        prepared.modules[1].code.contains("\"Inner\": () => Inner"),
        "{}",
        prepared.modules[1].code
    );
}

#[test]
fn imports_stay_live_members_of_their_module() {
    let given = "import main, { a as b, default as c } from './h';\nimport * as all from './h';\nb\nb()\nif (b) b()\nconst o = { b, x: main(c), all }\nb`text`\nmodule.exports = o\n";
    let prepared = prepared(&[("1_a.js", given), ("h.js", "")]);
    assert_eq!(
        prepared.modules[0].code,
        "{const __slipway0 = __slipway.import(\"./h\");const __slipway1 = __slipway.import(\"./h\");;\n;\n__slipway0.a\n;(0, __slipway0.a)()\nif (__slipway0.a) (0, __slipway0.a)()\nconst o = { b: __slipway0.a, x: (0, __slipway0.default)(__slipway0.default), all: __slipway1 }\n;(0, __slipway0.a)`text`\nmodule.exports = o\n\n}"
    );
}

#[test]
fn a_name_that_hides_an_import_is_left_alone() {
    let prepared = prepared(&[
        (
            "1_a.js",
            "import { a } from './h';\nexport const f = (a) => a;\nexport const g = () => a;\nexport default f;\n",
        ),
        ("h.js", "export const a = 1;"),
    ]);
    let code = &prepared.modules[0].code;
    assert!(code.contains("const f = (a) => a;"), "{code}");
    assert!(code.contains("const g = () => __slipway0.a;"), "{code}");
}

#[test]
fn every_form_of_export_gets_a_getter() {
    let given = "import { d } from './h';\nexport const a = 1, { b, x: [c = (q) => q], ...rest } = {};\nexport function f() {}\nexport class K {}\nexport { a as z, d, a as 'not a name' };\nexport { e as g } from './h';\nexport * as all from './h';\nexport * from './h';\nexport default a + 1\n";
    let prepared = prepared(&[("1_a.js", given), ("h.js", "")]);
    let code = &prepared.modules[0].code;
    let head = code.lines().next().unwrap();
    for getter in [
        "\"a\": () => a",
        "\"b\": () => b",
        "\"c\": () => c",
        "\"rest\": () => rest",
        "\"f\": () => f",
        "\"K\": () => K",
        "\"z\": () => a",
        "\"d\": () => __slipway0.d",
        "\"not a name\": () => a",
        "\"g\": () => __slipway1.e",
        "\"all\": () => __slipway2",
        "\"default\": () => __slipway_default",
    ] {
        assert!(head.contains(getter), "{getter} is missing in {head}");
    }
    assert!(!head.contains("\"q\""), "{head}");
    assert!(head.contains("__slipway.star(__slipway3);"), "{head}");
    assert!(code.contains("const __slipway_default = a + 1;"), "{code}");
    assert_eq!(
        code.lines().count(),
        given.lines().count() + 2,
        "the lines of the file stay where they are"
    );
}

#[test]
fn a_module_lists_its_exports_by_name() {
    let given = "export const title = 1, Slug = 2;\nexport * from './h';\nexport function body() {}\nexport { d as able } from './h';\nexport default 1;\n";
    let code = &prepared(&[("1_a.js", given), ("h.js", "")]).modules[0].code;
    let names: Vec<&str> = code
        .lines()
        .next()
        .unwrap()
        .split("\": () => ")
        .filter_map(|before| before.rsplit('"').next())
        .collect();
    // Whatever `export *` adds comes after them, in the order of the worker's calls.
    assert_eq!(names[..5], ["Slug", "able", "body", "default", "title"]);
}

#[test]
fn an_anonymous_default_function_stays_a_declaration() {
    let code = |text| prepared(&[("1_a.js", text)]).modules[0].code.clone();
    assert!(
        code("export default async function (client) {}")
            .contains("async function  __slipway_default(client) {}")
    );
    assert!(
        code("export default class extends Map {}")
            .contains("class __slipway_default extends Map {}")
    );
    assert!(code("export default async function up(client) {}").contains("\"default\": () => up"));
}

#[test]
fn a_module_without_exports_may_assign_module_exports() {
    let code = &prepared(&[
        (
            "1_a.js",
            "import { a } from './h';\nmodule.exports = () => a;",
        ),
        ("h.js", ""),
    ])
    .modules[0]
        .code;
    assert!(!code.contains("__slipway.exports"), "{code}");
}

#[test]
fn dynamic_imports_ask_the_registry() {
    let prepared = prepared(&[
        (
            "1_a.js",
            "module.exports = async () => (await import('./h')).x;",
        ),
        ("h.js", ""),
    ]);
    assert!(
        prepared.modules[0]
            .code
            .contains("await __slipway.load('./h')")
    );
    assert_eq!(
        prepared.modules[0].imports["./h"],
        Target::Module("h.js".to_owned())
    );
}

#[test]
fn files_are_found_the_way_the_cli_finds_them() {
    let prepared = prepared(&[
        (
            "1_a.ts",
            "import './lib/fields'; import './lib'; import './data'; import './exact.js'; import './emitted.js'; export default () => {};",
        ),
        ("lib/fields.ts", "import '../data.json';"),
        ("lib/index.js", ""),
        ("data.json", "{\"a\": [1]}"),
        ("exact.js", ""),
        ("emitted.ts", ""),
        ("unused.ts", "this is not even TypeScript"),
    ]);
    let mut paths: Vec<&str> = prepared
        .modules
        .iter()
        .map(|module| module.path.as_str())
        .collect();
    assert_eq!(paths[0], "1_a.ts");
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "1_a.ts",
            "data.json",
            "emitted.ts",
            "exact.js",
            "lib/fields.ts",
            "lib/index.js"
        ]
    );
    let data = prepared
        .modules
        .iter()
        .find(|module| module.path == "data.json")
        .unwrap();
    assert_eq!(data.code, "module.exports = {\"a\": [1]}\n;");
}

#[test]
fn helpers_may_import_each_other_in_a_circle() {
    let prepared = prepared(&[
        ("1_a.ts", "import { f } from './b'; export default f;"),
        (
            "b.ts",
            "import { g } from './c'; export const f = () => g();",
        ),
        ("c.ts", "import { f } from './b'; export const g = () => f;"),
    ]);
    assert_eq!(prepared.modules.len(), 3);
}

#[test]
fn a_migration_may_name_the_client_by_any_of_its_packages() {
    for name in [
        "datocms/lib/cma-client-node",
        "@datocms/cli/lib/cma-client-node",
        "@datocms/cma-client-node",
        "@datocms/cma-client-browser",
        "@datocms/cma-client",
    ] {
        let source =
            format!("const {{ buildClient }} = require('{name}'); module.exports = buildClient;");
        assert_eq!(
            prepared(&[("1_a.js", &source)]).modules[0].imports[name],
            Target::Package(CLIENT.to_owned())
        );
    }
}

#[test]
fn a_local_function_called_require_is_not_an_import() {
    let source =
        "module.exports = (client) => { const require = (x) => x; return require('fs'); };";
    assert!(
        prepared(&[("1_a.js", source)]).modules[0]
            .imports
            .is_empty()
    );
}

#[test]
fn a_module_may_declare_names_of_the_wrapper() {
    let code = &prepared(&[(
        "1_a.js",
        "const module = 1, require = 2;\nexport default () => module;",
    )])
    .modules[0]
        .code;
    assert!(code.starts_with('{'), "{code}");
    assert!(code.ends_with('}'), "{code}");
}

#[test]
fn a_script_may_start_with_a_hashbang() {
    let code =
        &prepared(&[("1_a.js", "#!/usr/bin/env node\nmodule.exports = () => {};")]).modules[0].code;
    assert!(code.starts_with("///usr/bin/env node\n"), "{code}");
}

#[test]
fn a_syntax_error_names_file_line_and_column() {
    let error = refused(&[(
        "1_a.ts",
        "export default async (client) => {\n  const x = ;\n};\n",
    )]);
    let ScriptError::Syntax {
        file, line, column, ..
    } = &error
    else {
        panic!("{error:?}")
    };
    assert_eq!((file.as_str(), *line, *column), ("1_a.ts", 2, 13));
    assert!(
        error
            .to_string()
            .starts_with("1_a.ts has a syntax error at line 2, column 13: "),
        "{error}"
    );
}

#[test]
fn a_syntax_error_in_a_helper_names_the_helper() {
    let error = refused(&[
        ("1_a.js", "require('./lib/b');"),
        ("lib/b.js", "\nlet a = 1; let a = 2;"),
    ]);
    assert!(
        error
            .to_string()
            .starts_with("lib/b.js has a syntax error at line 2"),
        "{error}"
    );
    let error = refused(&[
        ("1_a.js", "require('./b.json');"),
        ("b.json", "{\n  'a': 1}"),
    ]);
    assert!(
        error
            .to_string()
            .starts_with("b.json has a syntax error at line 2, column 3"),
        "{error}"
    );
}

#[test]
fn what_the_browser_does_not_have_is_refused_by_name() {
    let cases = [
        (
            "import fs from 'fs';\nexport default () => fs;",
            "1_a.ts imports `fs` at line 1, a part of Node",
        ),
        (
            "\n\nconst x = require('node:path/posix');",
            "1_a.ts imports `node:path/posix` at line 3",
        ),
        (
            "type A = 1;\nimport _ from 'ramda';\nexport default _;",
            "imports the package `ramda` at line 2",
        ),
        (
            "import fp from 'lodash/fp/convert';\nexport default fp;",
            "imports `lodash/fp/convert` at line 1, which is not available by itself. Import what you need of it from `lodash/fp`",
        ),
        (
            "export * from './gone';",
            "imports `./gone` at line 1, but there is no such file",
        ),
        (
            "require('../outside');",
            "imports `../outside` at line 1, but there is no such file",
        ),
        (
            "\nconst x = await 1;\nexport default () => x;",
            "uses `await` outside a function at line 2",
        ),
        (
            "for await (const x of []) {}\nexport {};",
            "uses `await` outside a function at line 1",
        ),
        (
            "export default () => import.meta.url;",
            "uses `import.meta` at line 1",
        ),
    ];
    for (source, sentence) in cases {
        let error = refused(&[("1_a.ts", source)]).to_string();
        assert!(error.contains(sentence), "{error}");
    }
}

#[test]
fn an_entry_that_was_not_chosen_is_named() {
    let error = prepare(&files(&[("1_a.js", "")]), "2_b.js").unwrap_err();
    assert_eq!(
        error.to_string(),
        "2_b.js is not among the files you chose."
    );
}

#[test]
fn a_stack_names_the_lines_people_wrote() {
    let source = "import type { Client } from 'datocms/lib/cma-client-node';\n\ninterface Page {\n  id: string;\n}\n\nexport default async (client: Client) => {\n  // A comment that is not printed.\n  throw new Error('no');\n};\n";
    let prepared = prepared(&[("sub dir/1_a.ts", source)]);
    let module = &prepared.modules[0];
    assert_eq!(module.name, "sub_dir/1_a.ts");
    let line = module
        .code
        .lines()
        .position(|line| line.contains("throw new Error"))
        .unwrap()
        + 1;
    let stack = format!(
        "Error: no\n    at default (sub_dir/1_a.ts:{line}:8)\n    at other (x/sub_dir/1_a.ts:1:1)"
    );
    assert_eq!(
        prepared.original_stack(&stack),
        "Error: no\n    at default (sub dir/1_a.ts:9)\n    at other (x/sub_dir/1_a.ts:1:1)"
    );
}

#[test]
fn a_stack_tells_the_lines_of_the_team_from_the_inside_out() {
    let prepared = prepared(&[
        ("1_a.js", "module.exports = require('./lib/save');"),
        ("lib/save.js", "module.exports = () => {};"),
    ]);
    let chromium = "ApiError: PUT /items/1 (1_a.js:9:9)
    at new ApiError (datocms-client.js:3:1)
    at save (lib/save.js:12:3)
    at async Promise.all (index 0)
    at async up (1_a.js:4:7)
Caused By:
Error
    at save (lib/save.js:12:3)";
    let firefox = "save@lib/save.js:12:3\nasync*up@1_a.js:4:7\n";
    for stack in [chromium, firefox] {
        let places = prepared.places(stack).into_iter();
        let told: Vec<String> = places
            .map(|place| format!("{}:{}", place.file, place.line))
            .collect();
        assert_eq!(told, ["lib/save.js:12", "1_a.js:4"]);
    }
}

#[test]
fn a_stack_of_plain_javascript_stays() {
    let prepared = prepared(&[("1_a.js", "module.exports = () => {};")]);
    assert_eq!(
        prepared.original_stack("Error\n    at f (1_a.js:1:8)"),
        "Error\n    at f (1_a.js:1:8)"
    );
}

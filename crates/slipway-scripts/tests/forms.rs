//! Every form in which a migration may be written: a table of what is taken and what it becomes, and one of what is
//! refused, with the line in the author's own file.

use slipway_scripts::{Prepared, ScriptError, SourceFile, Target, prepare};

/// Around each migration of these tables: a repository with helpers beside and above the migrations folder.
const AROUND: [(&str, &str); 9] = [
    (
        "lib/x.ts",
        "export const x: number = 1;\nexport interface Shape { id: string }\n",
    ),
    ("lib/data.json", "\u{feff}{\"a\": [1]}"),
    ("lib/fields/index.ts", "export * from './title';\n"),
    ("lib/fields/title.ts", "export const title = 't';\n"),
    ("lib/old.cjs", "exports.old = 1;\n"),
    ("lib/new.mts", "export default 1;\n"),
    ("db/migrations/helper.js", "exports.help = () => 1;\n"),
    (
        "db/migrations/types.ts",
        "export type T = 1;\nexport enum Kind { A = 'a' }\n",
    ),
    ("db/migrations/index.ts", "export const here = 1;\n"),
];

fn prepared(name: &str, text: &str) -> Result<Prepared, ScriptError> {
    let path = format!("db/migrations/{name}");
    let files: Vec<SourceFile> = AROUND
        .into_iter()
        .chain([(path.as_str(), text)])
        .map(|(path, text)| SourceFile {
            path: path.to_owned(),
            text: Some(text.to_owned()),
        })
        .collect();
    prepare(&files, &path)
}

/// What each import of a migration stands for: a path, or a package's key after `+`.
fn imports(name: &str, text: &str) -> Vec<String> {
    let text = format!("{text}\nmodule.exports = () => {{}};");
    let prepared = prepared(name, &text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    let targets = prepared.modules[0].imports.values();
    let mut targets: Vec<String> = targets
        .map(|target| match target {
            Target::Module(path) => path.clone(),
            Target::Package(key) => format!("+{key}"),
        })
        .collect();
    targets.sort();
    targets
}

#[test]
fn every_way_to_import_finds_its_file() {
    let table: [(&str, &str, &[&str]); 22] = [
        ("1.js", "require('../../lib/x')", &["lib/x.ts"]),
        ("1.js", "require('../../lib/x.js')", &["lib/x.ts"]),
        ("1.js", "require(`../../lib/x`)", &["lib/x.ts"]),
        (
            "1.js",
            "const { a } = require('../../lib/data.json')",
            &["lib/data.json"],
        ),
        (
            "1.js",
            "require('../../lib/fields')",
            &["lib/fields/index.ts"],
        ),
        (
            "1.js",
            "require('../../lib/fields/')",
            &["lib/fields/index.ts"],
        ),
        ("1.js", "require('../../lib/old.cjs')", &["lib/old.cjs"]),
        ("1.js", "require('.')", &["db/migrations/index.ts"]),
        (
            "1.js",
            "exports.f = () => require('./helper')",
            &["db/migrations/helper.js"],
        ),
        ("1.ts", "import { x } from '../../lib/x'; x;", &["lib/x.ts"]),
        (
            "1.ts",
            "import data from '../../lib/data.json' with { type: 'json' }; data;",
            &["lib/data.json"],
        ),
        (
            "1.ts",
            "import n from '../../lib/new.mjs'; n;",
            &["lib/new.mts"],
        ),
        ("1.ts", "import '../../lib/x'", &["lib/x.ts"]),
        (
            "1.ts",
            "import old = require('../../lib/old.cjs'); old;",
            &["lib/old.cjs"],
        ),
        ("1.ts", "export * from '../../lib/x'", &["lib/x.ts"]),
        (
            "1.ts",
            "export const f = () => import('./helper')",
            &["db/migrations/helper.js"],
        ),
        (
            "1.ts",
            "export const f = () => import(`./helper`)",
            &["db/migrations/helper.js"],
        ),
        (
            "1.ts",
            "import { Kind } from './types'; export default () => Kind.A;",
            &["db/migrations/types.ts"],
        ),
        (
            "1.ts",
            "import { type T, Kind } from './types'; export default (t: T) => Kind.A;",
            &["db/migrations/types.ts"],
        ),
        (
            "1.ts",
            "import { buildBlockRecord, type Client } from '@datocms/cma-client-node'; buildBlockRecord;",
            &["+client"],
        ),
        (
            "1.ts",
            "import { isBlock } from 'datocms-structured-text-utils'; import _ from 'lodash'; isBlock; _;",
            &["+datocms-structured-text-utils", "+lodash"],
        ),
        (
            "1.ts",
            "import get from 'lodash/get'; import fp from 'lodash/fp.js'; import v4 from 'uuid/v4'; get; fp; v4;",
            &["+lodash/fp", "+lodash/get", "+uuid/v4"],
        ),
    ];
    for (name, text, expected) in table {
        assert_eq!(imports(name, text), expected, "{text}");
    }
}

#[test]
fn what_only_types_use_is_not_asked_for() {
    let table = [
        "import type { Shape } from '../../lib/gone'; export default (s: Shape) => {};",
        "import { type Shape } from '../../lib/x'; export default (s: Shape) => {};",
        "import { Shape } from '../../lib/gone'; export default (s: Shape) => {};",
        "import type * as all from 'no-such-package'; export default (s: all.Shape) => {};",
        "export type { Shape } from '../../lib/gone'; export default () => {};",
        "import type fs from 'node:fs'; export default (f: typeof fs) => {};",
        "export default (s: import('no-such-package').Shape) => {};",
        "import type old = require('no-such-package'); export default (o: old.X) => {};",
    ];
    for text in table {
        let found = imports("1.ts", text);
        // `import { type X } from` keeps the file itself where a compiler is told to; `tsx` drops it.
        assert_eq!(found, [""; 0], "{text}");
    }
}

#[test]
fn typescript_becomes_javascript() {
    let table = [
        (
            "enum Kind { A, B = 'b' } export default () => Kind.A",
            "Kind[\"B\"] = \"b\"",
        ),
        (
            "const enum Kind { A = 1 } export default () => Kind.A",
            "Kind",
        ),
        (
            "export namespace N { export const x = 1 } export default () => N.x",
            "N.x",
        ),
        (
            "namespace A.B { export const x = 1 } export default () => A.B.x",
            "A.B.x",
        ),
        (
            "import K = N.x; namespace N { export const x = 1 } export default () => K",
            "N.x",
        ),
        (
            "class C { constructor(private readonly a: string, public b = 1) {} } export default C",
            "this.a = a",
        ),
        (
            "abstract class C { abstract f(): void; declare x: number; g?(): void; y!: string } export default C",
            "class C",
        ),
        (
            "export default (x: unknown) => (x as string)!.length",
            "x.length",
        ),
        (
            "const x = { a: 1 } satisfies Record<string, number>; export default x",
            "{ a: 1 }",
        ),
        ("const x = <number>1; export default x", "x = 1"),
        (
            "function f(a: string): void; function f(a: unknown) {} export default f",
            "function f(a) {}",
        ),
        (
            "declare const ENV: string; declare module 'x' {} export default () => {}",
            "() => {}",
        ),
        (
            "export = async (client: unknown) => {}",
            "module.exports = async",
        ),
        (
            "type A = 1; interface B {} export { A, B }; export default 1",
            "default",
        ),
        (
            "export default async function <T extends object>(this: void, client: T) {}",
            "async function __slipway_default(client)",
        ),
        (
            "label: for (const x of [] as number[]) continue label; export default 1",
            "label:",
        ),
        (
            "export const f = async function* (): AsyncGenerator<number> { yield* [] as number[] }\nexport default f",
            "yield* []",
        ),
        (
            "let a: { b?: number } | undefined; a?.b ?? (a ??= {}); export default 1",
            "a ??= {}",
        ),
    ];
    for (text, expected) in table {
        let prepared = prepared("1.ts", text).unwrap_or_else(|error| panic!("{text}\n{error}"));
        let code = prepared.modules[0]
            .code
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(code.contains(expected), "{text}\n{code}");
    }
}

#[test]
fn what_cannot_run_is_refused_with_file_and_line() {
    let mut table = vec![
        (
            "1.ts",
            "type A = 1;\n\n@sealed\nclass C {}\nexport default C",
            "db/migrations/1.ts uses the decorator `@sealed` at line 3.",
        ),
        (
            "1.ts",
            "class C {\n  @log() f() {}\n}\nexport default C",
            "uses the decorator `@log()` at line 2.",
        ),
        (
            "1.ts",
            "class C {\n  constructor(\n    @Inject() a: string) {}\n}\nexport default C",
            "uses the decorator `@Inject()` at line 3.",
        ),
        (
            "1.js",
            "\n@a @b class C {}",
            "uses the decorator `@a` at line 2.",
        ),
        (
            "1.js",
            "\nrequire('../../../outside')",
            "imports `../../../outside` at line 2, but there is no such file",
        ),
        (
            "1.ts",
            "type A = 1;\nimport fs from 'node:fs/promises';\nfs;",
            "imports `node:fs/promises` at line 2, a part of Node",
        ),
        (
            "1.js",
            "\n\nrequire('fs')",
            "imports `fs` at line 3, a part of Node",
        ),
        (
            "1.ts",
            "interface A {}\n\nimport { camel } from '@acme/case';\nexport default camel",
            "imports the package `@acme/case` at line 3",
        ),
        (
            "1.ts",
            "export default () => {\n  const x: = 1;\n}",
            "db/migrations/1.ts has a syntax error at line 2, column 12",
        ),
        (
            "1.js",
            "export default () => { let a; let a; }",
            "has a syntax error at line 1",
        ),
        (
            "1.ts",
            "type A = 1;\nawait 1;\nexport {}",
            "uses `await` outside a function at line 2.",
        ),
        (
            "1.ts",
            "type A = 1;\nexport default import.meta.url",
            "uses `import.meta` at line 2.",
        ),
    ];
    // A helper is named as itself, and by where it is.
    table.push((
        "1.ts",
        "import '../../lib/broken'; ",
        "imports `../../lib/broken` at line 1, but there is no such file",
    ));
    for (name, text, expected) in table {
        let error = prepared(name, text)
            .map(|_| ())
            .expect_err(text)
            .to_string();
        assert!(error.contains(expected), "{text}\n{error}");
    }
}

#[test]
fn an_unknown_package_is_answered_with_what_to_do() {
    let error = prepared("1.js", "require('@acme/case/kebab.js')").unwrap_err();
    let sentence = error.to_string();
    for part in [
        "npx esbuild @acme/case/kebab.js --bundle --platform=browser --format=cjs --outfile=lib/acme-case-kebab.js.",
        "`@datocms/cma-client-node`",
        "`datocms-structured-text-utils`",
    ] {
        assert!(sentence.contains(part), "{sentence}");
    }
}

#[test]
fn files_that_were_not_read_are_asked_for_together() {
    let file = |path: &str, text: Option<&str>| SourceFile {
        path: path.to_owned(),
        text: text.map(str::to_owned),
    };
    let mut files = vec![
        file(
            "m/1.ts",
            Some("import { a } from '../a'; import { b } from '../b'; export default () => a + b;"),
        ),
        file("a.ts", None),
        file("b.ts", None),
        file("c.ts", None),
    ];
    let unread = |files: &[SourceFile]| match prepare(files, "m/1.ts") {
        Err(ScriptError::Unread { files }) => files,
        other => panic!("{other:?}"),
    };
    assert_eq!(unread(&files), ["a.ts", "b.ts"]);
    files[1].text = Some("export const a = 1;".to_owned());
    files[2].text = Some("import { c } from './c'; export const b = c;".to_owned());
    assert_eq!(unread(&files), ["c.ts"]);
    files[3].text = Some("export const c = 1;".to_owned());
    assert_eq!(prepare(&files, "m/1.ts").unwrap().modules.len(), 4);
}

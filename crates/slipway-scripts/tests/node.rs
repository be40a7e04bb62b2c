//! What Node has and the browser has not: found before anything runs, with file, line and what to do.

#![expect(clippy::unwrap_used, reason = "test")]

use rstest::rstest;
use slipway_scripts::{Prepared, ScriptError, SourceFile, prepare};

fn prepared(path: &str, text: &str) -> Result<Prepared, ScriptError> {
    let file = SourceFile {
        path: path.to_owned(),
        text: Some(text.to_owned()),
    };
    prepare(&[file], path)
}

/// Why a migration that does this in its second line is refused.
fn refused(body: &str) -> String {
    let text = format!("module.exports = async (client) => {{\n{body}\n}};");
    prepared("1_a.js", &text)
        .map(|_| ())
        .unwrap_err()
        .to_string()
}

/// A migration that is taken.
fn taken(text: &str) -> Prepared {
    prepared("1_a.js", text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

#[rstest]
#[case::environment(
    "if (process.env.NODE_ENV === 'production') return;",
    "process.env.NODE_ENV",
    "no environment variables"
)]
#[case::by_a_text(
    "const token = process.env['TOKEN'];",
    "process.env.TOKEN",
    "no environment variables"
)]
#[case::all_of_it(
    "const { TOKEN } = process.env;",
    "process.env",
    "no environment variables"
)]
#[case::certain(
    "process?.env?.TOKEN;",
    "process.env.TOKEN",
    "no environment variables"
)]
#[case::an_end("process.exit(1);", "process.exit", "a part of Node")]
#[case::a_part_of_a_stream(
    "process.stdout.on('drain', go);",
    "process.stdout.on",
    "a part of Node"
)]
#[case::a_whole_stream("draw(process.stdout);", "process.stdout", "a part of Node")]
#[case::taken_apart("const { env } = process;", "process", "a part of Node")]
#[case::bytes("Buffer.from('x').toString('base64');", "Buffer", "Use `btoa`")]
#[case::the_question_is_another(
    "if (typeof window === 'undefined') process.exit();",
    "process.exit",
    "a part of Node"
)]
#[case::another_name("const load = require; load('./x');", "require", "under another name")]
#[case::a_path("require.resolve('./x');", "require.resolve", "which needs a disk")]
#[case::a_cache("delete require.cache.x;", "require.cache", "which needs a disk")]
fn it_is_told_with_its_line(#[case] body: &str, #[case] name: &str, #[case] why: &str) {
    let sentence = refused(body);
    let start = format!("1_a.js uses `{name}` at line 2, ");
    assert!(sentence.starts_with(&start), "{sentence}");
    assert!(sentence.contains(why), "{sentence}");
    assert!(sentence.contains("DatoCMS CLI"), "{sentence}");
}

#[test]
fn the_advice_for_an_environment_variable_is_one_a_person_can_follow() {
    assert_eq!(
        refused("client.login(process.env.TOKEN)"),
        "1_a.js uses `process.env.TOKEN` at line 2, and the browser has no environment variables. Write the value into the script; where it is a token for the client, use the client that the migration is given. Or run this migration with the DatoCMS CLI."
    );
}

#[test]
fn the_line_is_that_of_the_typescript_file_and_the_file_that_of_the_helper() {
    let files: Vec<SourceFile> = [
        ("1_a.ts", "import { token } from './lib/config';\nexport default () => token;\n"),
        ("lib/config.ts", "interface Config {\n  id: string;\n}\n\nexport const token: string = process.env.TOKEN!;\n"),
    ]
    .into_iter()
    .map(|(path, text)| SourceFile { path: path.to_owned(), text: Some(text.to_owned()) })
    .collect();
    let sentence = prepare(&files, "1_a.ts").unwrap_err().to_string();
    assert!(
        sentence.starts_with("lib/config.ts uses `process.env.TOKEN` at line 5, "),
        "{sentence}"
    );
}

#[rstest]
#[case::asked("const debug = typeof process !== 'undefined' && process.env.DEBUG;")]
#[case::asked_in_a_branch(
    "if (typeof Buffer === 'function') { Buffer.from('x'); } else { btoa('x'); }"
)]
#[case::asked_in_an_expression("const env = typeof process === 'undefined' ? {} : process.env;")]
#[case::asked_before("const inNode = typeof process === 'object'; if (inNode) process.exit();")]
#[case::by_itself("if (require.main === module) module.exports(process.env.TOKEN);")]
#[case::handed_on("const load = typeof require === 'function' ? require : null;")]
#[case::of_a_compiler("(function (factory) { factory(require, exports); })(() => {});")]
#[case::only_the_question("typeof require.resolve; typeof process; typeof Buffer;")]
#[case::a_name_of_its_own("const process = { env: {} }; process.env.TOKEN;")]
#[case::a_parameter("const f = (Buffer) => Buffer.from('x');")]
#[case::another_name("processItems(); const process2 = client.process;")]
#[case::everywhere("global.x = 1; setImmediate(() => {}); clearImmediate(1);")]
fn it_stays_where_the_author_knows(#[case] body: &str) {
    let text = format!("module.exports = (client) => {{\n{body}\n}};");
    assert_eq!(taken(&text).modules[0].code, text);
}

#[test]
fn the_parts_that_the_sandbox_has_are_asked_of_it() {
    let text = "module.exports = () => { process.stdout.write('.'); process?.cwd(); process.hrtime.bigint(); };";
    assert_eq!(
        taken(text).modules[0].code,
        "module.exports = () => { __slipway.process.stdout.write('.'); __slipway.process?.cwd(); __slipway.process.hrtime.bigint(); };"
    );
}

#[rstest]
#[case::a_package("let chalk; try { chalk = require('chalk'); } catch { chalk = null; }")]
#[case::of_node("let fs; try { fs = require('fs'); } catch {}")]
#[case::declared("try { const { a } = require('./gone'); } catch (error) { }")]
#[case::of_a_module(
    "async function f() { try { return (await import('./gone')).default; } catch {} }"
)]
fn what_is_only_tried_is_left_to_the_run(#[case] body: &str) {
    let prepared = taken(&format!("{body}\nmodule.exports = () => {{}};"));
    assert!(prepared.modules[0].imports.is_empty());
}

/// A script that catches every error would be entered as done, with nothing done.
#[rstest]
#[case::more_than_that("try { const x = require('chalk'); x(); } catch {}")]
#[case::used_at_once("try { require('dotenv').config(); } catch {}")]
#[case::nothing_catches("try { require('chalk'); } finally { }")]
#[case::in_a_function("try { run(() => require('chalk')); } catch {}")]
#[case::in_the_answer("try { x(); } catch { require('chalk'); }")]
fn what_is_more_than_tried_is_refused(#[case] body: &str) {
    assert!(refused(body).contains("at line 2"));
}

#[test]
fn what_was_tried_and_is_there_is_imported() {
    let text = "try { _ = require('lodash'); } catch {}\nmodule.exports = () => {};";
    assert_eq!(taken(text).modules[0].imports.len(), 1);
}

#[rstest]
#[case("dotenv/config", "reads environment variables from a file")]
#[case("fs-extra", "reads and writes files")]
#[case("axios", "talks to other servers")]
#[case("@sanity/client", "talks to other servers")]
#[case("execa", "starts programs or asks in a terminal")]
fn a_package_that_needs_node_is_not_told_to_be_bundled(#[case] package: &str, #[case] does: &str) {
    let sentence = refused(&format!("require('{package}')"));
    let start = format!("1_a.js imports `{package}` at line 2, which {does}.");
    assert!(sentence.starts_with(&start), "{sentence}");
    assert!(!sentence.contains("esbuild"), "{sentence}");
}

#[rstest]
#[case("downloadFile", "client.uploads.createFromUrl")]
#[case("uploadLocalFileToS3", "client.uploads.createFromLocalFile")]
fn a_function_that_needs_a_disk_is_told_with_what_does_the_same(
    #[case] name: &str,
    #[case] instead: &str,
) {
    let importing = |package: &str| {
        let text = format!("import {{ {name} }} from '{package}';\nexport default () => {name};");
        prepared("1_a.js", &text).map(|_| ())
    };
    assert_eq!(
        importing("@datocms/cma-client-node")
            .unwrap_err()
            .to_string(),
        format!(
            "1_a.js imports `{name}` at line 1, which needs a disk, and a migration has none in the browser. Use `{instead}`, or run this migration with the DatoCMS CLI."
        )
    );
    assert_eq!(importing("lodash"), Ok(()));
}

#[rstest]
#[case("/srv/lib/x.js")]
#[case("https://esm.sh/slugify")]
#[case("file:///srv/x.js")]
#[case("C:\\\\lib\\\\x.js")]
fn an_address_is_no_package(#[case] specifier: &str) {
    let sentence = refused(&format!("require('{specifier}')"));
    assert!(
        sentence.ends_with("which is outside the files you chose. Copy that file into the repository, and import it by a path that begins with `./` or `../`."),
        "{sentence}"
    );
}

#[rstest]
#[case::nothing("1_a.js", "")]
#[case::no_export("1_a.js", "async function up(client) {}\nup();")]
#[case::another_name("1_a.ts", "export async function up(client: unknown) {}")]
#[case::a_type("1_a.ts", "export default interface Page { id: string }")]
#[case::stars("1_a.js", "export * from 'lodash';")]
fn a_file_without_a_migration_is_known_before_the_run(#[case] path: &str, #[case] text: &str) {
    assert_eq!(
        prepared(path, text).unwrap_err().to_string(),
        format!(
            "{path} does not export a migration. Export an async function that takes the client, as `export default` or `module.exports`."
        )
    );
}

#[rstest]
#[case::as_a_name("1_a.js", "async function up(client) {}\nexport { up as default };")]
#[case::from_elsewhere("1_a.js", "export { chunk as default } from 'lodash';")]
#[case::of_typescript("1_a.ts", "export = async (client: unknown) => {};")]
#[case::one_of_many("1_a.js", "exports.default = async () => {};")]
#[case::of_the_module("1_a.js", "Object.assign(this, { default: async () => {} });")]
fn a_file_with_a_migration_in_any_form_is_taken(#[case] path: &str, #[case] text: &str) {
    prepared(path, text).unwrap();
}

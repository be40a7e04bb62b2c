//! What can be read off a migration's text before it runs.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use rstest::rstest;
use slipway_scripts::{SourceFile, Uses, prepare, uses};

fn of(files: &[(&str, &str)]) -> Uses {
    let sources: Vec<SourceFile> = files
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            text: Some((*text).to_owned()),
        })
        .collect();
    uses(&prepare(&sources, files[0].0).unwrap())
}

#[test]
fn the_hosts_that_a_migration_and_its_helpers_write_out_are_told() {
    let found = of(&[
        (
            "1_a.ts",
            "// https://comment.example/\nimport { from } from './lib/from';\nimport list from './list.json';\nexport default async (client: any) => {\n  for (const name of list) await client.uploads.createFromUrl({ url: `https://images.example.com/${name}` });\n  await client.uploads.createFromUrl({ url: `https://${from}/x` });\n};",
        ),
        (
            "lib/from.js",
            "// See https://comment.example/.\nexport const from = 'https://cdn.example:8080';",
        ),
        ("list.json", r#"["a.png", {"https:\/\/json.example\/": 1}]"#),
        ("lib/unused.ts", "export default 'https://unused.example/';"),
    ]);
    assert_eq!(
        found.hosts,
        ["cdn.example:8080", "images.example.com", "json.example"]
    );
}

/// The uses of what belongs to the project, as `namespace.method@line`; `?@line` for what cannot be told.
fn told(file: &str, text: &str) -> Vec<String> {
    let found = of(&[(file, text)]);
    let named = found
        .named
        .iter()
        .filter(|one| {
            matches!(
                one.namespace.as_str(),
                "webhooks" | "roles" | "accessTokens"
            )
        })
        .map(|one| {
            let method = one.method.as_deref().unwrap_or("*");
            format!("{}.{method}@{}", one.namespace, one.place.line)
        });
    let unclear = found
        .unclear
        .iter()
        .map(|place| format!("?@{}", place.line));
    named.chain(unclear).collect()
}

#[rstest]
#[case::plain("export default async function (client: Client) {\n await client.webhooks.create({}); }", &["webhooks.create@2"])]
#[case::whatever_it_is_called("export default async (dato: any) => {\n await dato.webhooks.create({}); }", &["webhooks.create@2"])]
#[case::alias("export default async (c: any) => { const hooks = c.webhooks;\n await hooks.create({}); }", &["webhooks.create@2"])]
#[case::two_aliases("export default async (c: any) => { const d = c; let hooks;\n hooks = d.roles;\n hooks.update('1', {}); }", &["roles.update@3"])]
#[case::destructured("export default async ({ webhooks: hooks, ...rest }: any) => {\n hooks.create({});\n rest.roles.list(); }", &["webhooks.create@2", "roles.list@3"])]
#[case::method_taken_out("export default async (client: any) => {\n const { create } = client.webhooks; await create({}); }", &["webhooks.create@2"])]
#[case::literal_key("export default async (client: any) => {\n await client['webhooks']['create']({}); }", &["webhooks.create@2"])]
#[case::constant_key("const WHAT = 'roles';\nexport default async (client: any) => {\n await client[WHAT].list(); }", &["roles.list@3"])]
#[case::key_at_run_time("export default async (client: any) => {\n for (const name of ['a', 'b']) await client[name].list(); }", &["?@2"])]
#[case::method_at_run_time("export default async (client: any, how: string) => {\n await client.webhooks[how]({}); }", &["?@2"])]
#[case::key_of_a_pattern("export default async (client: any, name: string) => {\n const { [name]: it } = client; it.x(); }", &["?@2"])]
#[case::function_of_the_file("async function go(c: any) {\n const hooks = c.webhooks; hooks.destroy('1'); }\nexport default async (x: any) => go(x);", &["webhooks.destroy@2"])]
#[case::handed_on("export default async (client: any) => {\n await run(client.webhooks); }\ndeclare const run: any;", &["webhooks.*@2"])]
#[case::another_client("import { buildClient } from '@datocms/cma-client-node';\nexport default async () => { const mine = buildClient({ apiToken: '' });\n await mine[String(1)].x(); mine.accessTokens.regenerateToken('1'); }", &["accessTokens.regenerateToken@3", "?@3"])]
#[case::optional("export default async (client: any) => {\n await client?.webhooks?.create({}); }", &["webhooks.create@2"])]
#[case::awaited("export default async (client: any) => {\n const hooks = (await client).webhooks; await hooks.list(); }", &["webhooks.list@2"])]
#[case::other_lists_are_no_clients("export default async (client: any) => { const names = ['a']; let i = 0;\n names[i]; await client.items.create({}); }", &[])]
fn the_client_is_followed(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told("1_a.ts", text), expected);
}

#[rstest]
#[case::assigned("module.exports = async (c) => {\n const { webhooks } = c; webhooks.create({}); };", &["webhooks.create@2"])]
#[case::named("async function up(c) {\n c.roles.list(); const w = c.webhooks; w.list(); }\nmodule.exports = up;", &["roles.list@2", "webhooks.list@2"])]
#[case::as_default("exports.default = async function (c) {\n const w = c.webhooks;\n w.list(); };", &["webhooks.list@3"])]
fn commonjs_is_read_too(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told("1_a.js", text), expected);
}

#[test]
fn helpers_in_other_files_count_with_their_own_lines() {
    let found = of(&[
        (
            "1_a.ts",
            "import { hook } from './lib/hook';\nexport default (client: any) => hook(client);",
        ),
        (
            "lib/hook.ts",
            "type Client = {\n  webhooks: any;\n};\n\nexport async function hook(client: Client) {\n  const { webhooks } = client;\n  await webhooks.create({});\n}",
        ),
    ]);
    let hook = found
        .named
        .iter()
        .find(|one| one.namespace == "webhooks")
        .unwrap();
    assert_eq!(hook.method.as_deref(), Some("create"));
    assert_eq!(
        (hook.place.file.as_str(), hook.place.line),
        ("lib/hook.ts", 7)
    );
}

//! What can be read off a migration's text before it runs.

#![expect(clippy::unwrap_used, reason = "test support outside of test functions")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

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
    in_words(&of(&[(file, text)]))
}

fn in_words(found: &Uses) -> Vec<String> {
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

/// What is told of a migration that hands the client to `lib/h.js`.
#[rstest]
#[case::alias("exports.go = (api) => {\n const w = api.webhooks;\n return w.list(); };", &["webhooks.list@3"])]
#[case::key_at_run_time("exports.go = (api, name) =>\n api[name].list();", &["?@2"])]
#[case::whole_object("module.exports = { go(api) {\n const { roles: them } = api; return them.list(); } };", &["roles.list@2"])]
#[case::es_module("export function go(api) {\n const w = api.webhooks; return w.list(); }", &["webhooks.list@2"])]
#[case::renamed("const run = async (api) => {\n const w = api.webhooks; return w.list(); };\nexport { run as go };", &["webhooks.list@2"])]
#[case::further("import { all } from './all';\nexport const go = (api) => all({ api }, 'x');", &["?@1"])]
#[case::all_of_another("export * from './all';", &["?@1"])]
#[case::what_it_gives_back("export const go = (api) => api.webhooks;", &["webhooks.create@3"])]
#[case::the_same_client("const same = (api) => api;\nexport const go = (api) => {\n const w = same(api).roles; return w.list(); };", &["roles.list@3"])]
#[case::no_such_export("export const other = 1;", &["?@3"])]
#[case::made_elsewhere("export const go = require('lodash').curry((api) => api);", &["?@3"])]
#[case::rest("exports.go = (...all) => all;", &["?@1"])]
#[case::all_arguments("exports.go = function (api) {\n return arguments[0]; };", &["?@2"])]
fn the_client_is_followed_into_other_files(#[case] helper: &str, #[case] expected: &[&str]) {
    let found = of(&[
        (
            "1_a.js",
            "const { go } = require('./lib/h');\nmodule.exports = async (client) => {\n const w = go(client); await w.create({}); };",
        ),
        ("lib/h.js", helper),
        (
            "lib/all.js",
            "export const all = ({ api }, key) => api[key].list(); export const go = (it) => all({ api: it }, 'x');",
        ),
    ]);
    assert_eq!(in_words(&found), expected);
}

#[rstest]
#[case::by_name("const lib = require('./lib/h');\nmodule.exports = (client) => lib.go(client);")]
#[case::at_once("module.exports = (client) =>\n require('./lib/h').go(client);")]
#[case::imported("import { go } from './lib/h';\nexport default (client) => go(client);")]
#[case::as_a_whole("import * as lib from './lib/h';\nexport default (client) => lib.go(client);")]
#[case::later(
    "export default async (client) => {\n const { go } = await import('./lib/h'); await go(client); };"
)]
#[case::handed_over(
    "import { go } from './lib/h';\nconst run = (what, x) => what(x);\nexport default (client) => run(go, client);"
)]
fn however_a_helper_is_imported(#[case] migration: &str) {
    let helper = "exports.go = (api) => {\n const w = api.webhooks; return w.list(); };";
    let found = of(&[("1_a.js", migration), ("lib/h.js", helper)]);
    assert_eq!(in_words(&found), ["webhooks.list@2"]);
}

#[rstest]
#[case::class_of_the_package("import { Resources } from '@datocms/cma-client-node';\nexport default (c: any) =>\n new Resources.Webhook(c).list();", &["webhooks.list@3"])]
#[case::class_taken_out("import * as cma from '@datocms/cma-client-node';\nconst { Role } = cma.Resources;\nexport default (c: any) => { const it = new Role(c);\n return it.list(); };", &["roles.list@4"])]
#[case::class_at_run_time("import { Resources } from '@datocms/cma-client-node';\nexport default (c: any, name: string) =>\n new Resources[name](c).list();", &["?@3"])]
#[case::classes_as_values("import { Resources } from '@datocms/cma-client-node';\nexport default (c: any) =>\n Object.values(Resources).length;", &["?@3"])]
#[case::package_as_values("import * as cma from '@datocms/cma-client-node';\nexport default (c: any) =>\n Object.values(cma).length;", &["?@3"])]
#[case::values("export default (c: any) => {\n Object.values(c).find((x: any) => x.list)!.list(); }", &["?@2"])]
#[case::reflected("export default (c: any) => {\n Reflect.get(c, 'web' + 'hooks').list(); }", &["?@2"])]
#[case::joined_key("export default (c: any) => {\n c['web' + 'hooks'].list(); }", &["?@2"])]
#[case::each_key("export default (c: any) => {\n for (const k in c) console.log(k); }", &["?@2"])]
#[case::spread("export default (c: any) => {\n const d = { ...c }; d.x.list(); }", &["?@2"])]
#[case::in_a_list("export default (c: any) => {\n for (const d of [c]) d.x.list(); }", &["?@2"])]
#[case::pattern_of_an_assignment("export default (c: any) => { let webhooks;\n ({ webhooks } = c); webhooks.list(); }", &["webhooks.list@2", "?@2"])]
#[case::to_nobody_knows_whom("import { curry } from 'lodash';\nexport default (c: any) => {\n curry(c); }", &["?@3"])]
#[case::bound("function go(this: any, c: any) {}\nexport default (c: any) => {\n go.bind(null, c)(); }", &["?@3"])]
#[case::request_of_its_own("export default (c: any) => {\n c.request({ method: 'POST', url: '/webhooks' }); }", &["?@2"])]
#[case::field_of_a_class("class Step { #c: any; constructor(c: any) { this.#c = c; }\n run() { const w = this.#c.webhooks; return w.list(); } }\nexport default (c: any) => new Step(c).run();", &["webhooks.list@2"])]
#[case::field_at_run_time("class Step { constructor(private it: any) {}\n run(name: string) { return this.it[name].list(); } }\nexport default (c: any) => new Step(c).run('x');", &["?@2"])]
#[case::class_below("class Step { constructor(readonly it: any) {} }\nclass Mine extends Step {\n run() { const w = this.it.webhooks; return w.list(); } }\nexport default (c: any) => new Mine(c).run();", &["webhooks.list@3"])]
#[case::said_above("class Step { constructor(readonly it: any) {} }\nclass Mine extends Step { constructor(c: any) { super(c); }\n get w() { return this.it.webhooks; }\n run() { return this.w.list(); } }\nexport default (c: any) => new Mine(c).run();", &["webhooks.list@4"])]
#[case::member_of_an_object("export default (c: any) => { const all = { api: c };\n const w = all.api.webhooks; w.list(); }", &["webhooks.list@2"])]
#[case::object_as_values("export default (c: any) => { const all = { api: c };\n Object.values(all); }", &["?@2"])]
#[case::who_knows_whose("export default async (c: any, more: any) => { const x = more.find();\n const w = x.webhooks; w.list(); }", &["webhooks.list@2"])]
#[case::plainly_no_client("export default async (c: any) => { const named = { webhooks: ['a'], roles: 1 };\n named.webhooks.map(String); log(named.roles); for (const user of await c.users.list()) log(user.roles); }\nfunction log(x: any) { console.log(x.roles.list()); }", &[])]
#[case::client_of_a_namespace("export default (c: any) => {\n const w = c.items.client.webhooks; w.list(); }", &["webhooks.list@2"])]
#[case::own_kind_of_client("import { Client } from '@datocms/cma-client-node';\nclass Mine extends Client {}\nexport default () => new Mine({ apiToken: '' }).x.list();", &["?@2"])]
#[case::setter("class Step { set it(c: any) {\n c['x' + 1].list(); } }\nexport default (c: any) => { new Step().it = c; }", &["?@2"])]
#[case::called_by_nobody_knows_whom("export default (c: any) => { const api = () => c;\n [1].map(api)[0].x.list(); }", &["?@2"])]
#[case::made_of_a_text("export default (c: any) => {\n new Function('c', 'c.x()'); }", &["?@2"])]
#[case::put_into_the_world("export default (c: any) => { (globalThis as any).held = c; go('x'); };\ndeclare const held: any; const go = (key: string) =>\n held[key].list();", &["?@3"])]
#[case::default_value("export default (c: any) => { const go = (it = c) => {\n const w = it.webhooks; return w.list(); }; go(); }", &["webhooks.list@2"])]
#[case::made_by_a_function("const around = (go: any) => async (c: any) => go(c);\nexport default around(async (api: any) => {\n const w = api.webhooks; await w.list(); });", &["webhooks.list@3"])]
#[case::made_by_somebody("import { curry } from 'lodash';\nexport default curry(async (api: any) => 1);", &["?@1"])]
fn what_cannot_be_followed_cannot_be_told(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(told("1_a.ts", text), expected);
}

#[rstest]
#[case::helpers_of_the_package(
    "import { buildClient, SchemaRepository, ApiError } from '@datocms/cma-client-node';\nexport default async (c: any) => { const all = new SchemaRepository(c); try { await all.getAllModels(); } catch (e) { if (!(e instanceof ApiError)) throw e; } };"
)]
#[case::asked_for(
    "export default async (c: any) => { if (!c) throw new Error(`no ${c}`); return typeof c; };"
)]
#[case::keys_of_records(
    "const NAMES: any = { a: 'b' };\nexport default async (c: any) => { for (const item of await c.items.list()) for (const key in item) await c.items.update(item.id, { [key]: NAMES[item[key]], ...item }); };"
)]
#[case::at_once(
    "const one = (api: any, id: string) => api.items.publish(id);\nexport default async (c: any) => { await Promise.all(['1'].map((id) => one(c, id))); };"
)]
fn usual_scripts_are_clear(#[case] text: &str) {
    assert_eq!(told("1_a.ts", text), Vec::<String>::new());
}

/// The files of a folder and all below it.
fn files_of(folder: &Path) -> Vec<SourceFile> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(inner).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(text) = fs::read_to_string(&path) {
                let path = path.strip_prefix(folder).unwrap().to_str().unwrap();
                files.push(SourceFile {
                    path: path.to_owned(),
                    text: Some(text),
                });
            }
        }
    }
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// Which namespaces each migration of a folder names whose writes belong to the project, and whether something is unclear.
fn told_of_folder(folder: &str) -> String {
    const OF_THE_PROJECT: [&str; 14] = [
        "accessTokens",
        "auditLogEvents",
        "buildEvents",
        "buildTriggers",
        "roles",
        "searchIndexes",
        "siteInvitations",
        "ssoGroups",
        "ssoSettings",
        "ssoUsers",
        "users",
        "webhookCalls",
        "webhooks",
        "whiteLabelSettings",
    ];
    let files = files_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    let is_migration = |path: &str| {
        path.strip_prefix("migrations/")
            .is_some_and(|name| name.starts_with(char::is_numeric))
    };
    let mut lines = Vec::new();
    for file in files.iter().filter(|file| is_migration(&file.path)) {
        let found = uses(&prepare(&files, &file.path).unwrap());
        let of_the_project: BTreeSet<&str> = found
            .named
            .iter()
            .map(|one| one.namespace.as_str())
            .filter(|name| OF_THE_PROJECT.contains(name))
            .collect();
        let mut said = Vec::from_iter(of_the_project);
        let unclear: Vec<String> = found
            .unclear
            .iter()
            .map(|place| format!("?{}:{}", place.file, place.line))
            .collect();
        said.extend(unclear.iter().map(String::as_str));
        if !said.is_empty() {
            lines.push(format!("{}: {}", file.path, said.join(" ")));
        }
    }
    assert!(!files.is_empty());
    lines.join("\n")
}

#[test]
fn what_teams_write_is_clear() {
    assert_eq!(told_of_folder("../../demo"), "");
    assert_eq!(
        told_of_folder("../drydock/tests/fixtures/many_scripts"),
        "migrations/1600000022_roles.js: accessTokens roles siteInvitations
migrations/1600000023_webhooks.ts: buildTriggers webhookCalls webhooks
migrations/1600000030_searchIndexes.js: searchIndexes
migrations/1600000031_singleSignOn.ts: roles ssoGroups ssoSettings ssoUsers
migrations/1600000032_whiteLabel.js: whiteLabelSettings
migrations/1600000033_people.ts: auditLogEvents users
migrations/1600000035-lastWords.ts: users"
    );
}

//! What a migration can do, and what is told of it when it fails.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use slipway::ports::sandbox::{Sandbox, SandboxFiles};
use slipway_engine::ports::{ConsoleLevel, Refused, ScriptFailure};
use slipway_scripts::{SourceFile, prepare};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

#[wasm_bindgen_test]
async fn a_commonjs_migration_makes_its_requests_through_the_host() {
    let (outcome, host) = run(
        "1_a.js",
        "const { helper } = require('datocms/lib/cma-client-node');
        module.exports = async (client) => {
          const answer = await client.call('POST', '/item-types?page[limit]=1', { name: 'Ä' });
          console.log(helper('me'), answer);
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let requests = host.requests.borrow();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("POST", "/item-types")
    );
    assert_eq!(requests[0].query, "page[limit]=1");
    assert_eq!(requests[0].body.as_deref(), Some("{\"name\":\"Ä\"}"));
    assert!(
        requests[0]
            .headers
            .contains(&("x-environment".to_owned(), "candidate".to_owned()))
    );
    assert!(
        !requests[0]
            .headers
            .iter()
            .any(|(name, _)| name == "authorization"),
        "the client's token stays inside"
    );
    assert_eq!(
        host.lines(),
        ["helped me { status: 201, kind: \"application/json\", text: \"{\\\"ü\\\":1}\" }"]
    );
}

#[wasm_bindgen_test]
async fn es_modules_and_typescript_run_with_their_helpers() {
    let host = Rc::new(Host::default());
    let outcome = run_files(
        &[
            (
                "1_a.ts",
                "import { helper, type Client } from '@datocms/cli/lib/cma-client-node';
                import names, { counter, count } from './lib/names';
                import * as data from './data.json';
                enum Level { Low = 1, High }
                export default async function (client: Client): Promise<void> {
                  count();
                  console.log(helper(names.join()), counter, data.default.a, Level.High);
                  const late = await import('./lib/late');
                  console.log(late.default, late.fromNames());
                  await client.call('GET', '/site');
                }",
            ),
            (
                "lib/names.ts",
                "import { last } from './late';
                export let counter = 0;
                export function count() { counter += 1; }
                export default ['one', last()];",
            ),
            (
                "lib/late.js",
                "import names, { counter } from './names';
                export const fromNames = () => `${names.length} ${counter}`;
                export function last() { return 'two'; }
                export { fromNames as default };",
            ),
            ("data.json", "{ \"a\": [1, 2] }"),
        ],
        &host,
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        host.lines(),
        ["helped one,two 1 [1, 2] 2", "[function fromNames] 2 1"]
    );
    assert_eq!(host.requests.borrow()[0].path, "/site");
}

#[wasm_bindgen_test]
async fn what_only_node_has_is_explained() {
    // Before the run this would be refused, had the author not asked whether it is there.
    let script =
        "module.exports = () => { if (typeof process === 'undefined') return process.env.TOKEN; };";
    let (outcome, _) = run("1_a.js", script).await;
    let (_, message, _) = threw(outcome);
    let advice = "`process` is a part of Node. Run this migration with the DatoCMS CLI, or rewrite it without.";
    assert!(message.ends_with(advice), "{message}");
}

#[wasm_bindgen_test]
async fn a_name_that_is_mistyped_gets_no_advice_about_node() {
    for script in [
        "module.exports = () => processItems();",
        "module.exports = () => { globalSettings; const globalSettings = 1; };",
    ] {
        let (outcome, _) = run("1_a.js", script).await;
        let (name, message, _) = threw(outcome);
        assert_eq!(name, "ReferenceError");
        assert!(!message.contains("Node"), "{message}");
    }
}

#[wasm_bindgen_test]
async fn a_function_without_a_name_is_called_default_as_in_node() {
    let script = "export default async () => { throw new Error('no'); };";
    let (outcome, _) = run("1_a.js", script).await;
    let (_, _, stack) = threw(outcome);
    assert!(stack.contains("default"), "{stack}");
    assert!(!stack.contains("__slipway"), "{stack}");
}

#[wasm_bindgen_test]
async fn an_error_comes_with_its_name_message_and_the_authors_line() {
    let source = "import type { Client } from 'datocms/lib/cma-client-node';

export default async function up(client: Client) {
  await client.call('GET', '/site');
  throw new RangeError('too far');
}
";
    let (outcome, _) = run("1_a.ts", source).await;
    let (name, message, stack) = threw(outcome);
    assert_eq!((name.as_str(), message.as_str()), ("RangeError", "too far"));
    assert!(stack.contains("1_a.ts:5"), "{stack}");
    assert!(!stack.contains("blob:"), "{stack}");
}

/// The printer puts each of these statements on one line.
#[wasm_bindgen_test]
async fn an_error_within_a_statement_of_several_lines_comes_with_its_own() {
    let source = "export default async (client: { nope?: { f(x: number): void } }) => {
  await Promise.all(
    [1, 2].map((x) =>
      client.nope!.f(x),
    ),
  );
};
";
    let (outcome, _) = run("1_a.ts", source).await;
    let (_, _, stack) = threw(outcome);
    assert!(stack.contains("1_a.ts:4"), "{stack}");
}

#[wasm_bindgen_test]
async fn what_not_every_browser_has_runs() {
    let (outcome, host) = run(
        "1_a.ts",
        "class A { accessor x = 1; static accessor y = 2 }
        const open = (name: string) => ({ name, [Symbol.dispose]() { console.log('closed ' + name) } });
        export default async () => {
          using a = open('a'), b = open('b');
          console.log(a.name + b.name, new A().x, A.y);
          try {
            using c = { [Symbol.dispose]() { throw new Error('late') } };
            throw new Error('first');
          } catch (error: any) {
            console.log(error.name, error.error.message, error.suppressed.message);
          }
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        host.lines(),
        [
            "ab 1 2",
            "SuppressedError late first",
            "closed b",
            "closed a"
        ]
    );
}

/// As the official client throws it, from a file that the migration imports, after turns of the event loop, and wrapped by
/// the script.
#[wasm_bindgen_test]
async fn a_refusal_by_the_cms_names_its_request_and_the_lines_that_made_it() {
    let host = Rc::new(Host::default());
    let outcome = run_files(
        &[
            (
                "1_a.ts",
                "import type { Client } from 'datocms/lib/cma-client-node';
                import { save } from './lib/save';

                export default async function up(client: Client): Promise<void> {
                  try {
                    await save(client, 'R1');
                  } catch (cause) {
                    throw new Error('R1 could not be saved', { cause });
                  }
                }",
            ),
            (
                "lib/save.ts",
                "interface Refusing { call: Function }

                export async function save(client: Refusing, id: string) {
                  await client.call('GET', `/items/${id}`);
                  const error = new Error('PUT https://cma.invalid/items/R1?a=1: 422');
                  Object.assign(error, {
                    request: { method: 'PUT', url: 'https://cma.invalid/items/R1?a=1', headers: {} },
                    response: { status: 422, body: {} },
                  });
                  throw error;
                }",
            ),
        ],
        &host,
    )
    .await;
    let Err(ScriptFailure::Threw {
        message,
        places,
        refused,
        ..
    }) = outcome
    else {
        panic!("{outcome:?}")
    };
    assert_eq!(message, "R1 could not be saved");
    let told: Vec<String> = places.iter().map(ToString::to_string).collect();
    assert_eq!(told[..2], ["lib/save.ts:5", "1_a.ts:6"], "{told:?}");
    let expected = Refused {
        method: "PUT".to_owned(),
        path: "/items/R1?a=1".to_owned(),
        status: 422,
    };
    assert_eq!(refused.as_deref(), Some(&expected));
}

#[wasm_bindgen_test]
async fn an_error_that_only_looks_like_a_refusal_names_no_request() {
    let made_up = "module.exports = async () => {
      throw Object.assign(new Error('no'), { request: { url: 'x', method: 7 }, response: { status: 1e9 } });
    };";
    let (outcome, _) = run("1_a.js", made_up).await;
    let Err(ScriptFailure::Threw { refused, .. }) = &outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(*refused, None);
}

#[wasm_bindgen_test]
async fn what_is_thrown_need_not_be_an_error() {
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = async () => { throw { code: 7 }; };",
    )
    .await;
    assert_eq!(threw(outcome).1, "the migration threw { code: 7 }");
}

#[wasm_bindgen_test]
async fn a_file_without_a_migration_says_what_is_missing() {
    let (outcome, _) = run("1_a.js", "exports.up = () => {};").await;
    let (_, message, _) = threw(outcome);
    assert!(
        message.starts_with("1_a.js does not export a migration."),
        "{message}"
    );
}

#[wasm_bindgen_test]
async fn calls_that_nobody_awaited_are_finished_and_their_errors_count() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = (client) => {
          ['/a', '/b'].forEach(async (path) => { await client.call('GET', path); await client.call('GET', path + path); });
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(host.requests.borrow().len(), 4);
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = (client) => {
          ['/a'].forEach(async (path) => { await client.call('GET', path); throw new Error('late'); });
        };",
    )
    .await;
    assert_eq!(threw(outcome).1, "late");
}

#[wasm_bindgen_test]
async fn an_unreachable_cms_is_a_failed_fetch() {
    let host = Rc::new(Host {
        unreachable: true,
        ..Host::default()
    });
    let script = "module.exports = (client) => client.call('GET', '/site');";
    let (name, message, _) = threw(run_files(&[("1_a.js", script)], &host).await);
    assert_eq!(
        (name.as_str(), message.as_str()),
        ("TypeError", "The network is down.")
    );
}

#[wasm_bindgen_test]
async fn a_sandbox_page_that_does_not_answer_is_not_mistaken_for_a_silent_script() {
    let files = SandboxFiles {
        page: String::new(),
        worker: String::new(),
        packages: String::new(),
    };
    let prepared = prepare(
        &[SourceFile {
            path: "1_a.js".to_owned(),
            text: Some("module.exports = 0;".to_owned()),
        }],
        "1_a.js",
    )
    .unwrap();
    let outcome = Sandbox::new(files)
        .run(&prepared, Rc::new(Host::default()))
        .await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::NoSandbox(
            "its page did not answer".to_owned()
        ))
    );
}

#[wasm_bindgen_test]
async fn a_script_can_be_stopped_in_the_middle() {
    let (stop, stopped) = oneshot::channel();
    let host = Rc::new(Host {
        stop: RefCell::new(Some(stop)),
        stopped: RefCell::new(Some(stopped)),
        stop_at_line: Cell::new(true),
        ..Host::default()
    });
    let script = "module.exports = () => { console.log('here'); for (;;); };";
    assert_eq!(
        run_files(&[("1_a.js", script)], &host).await,
        Err(ScriptFailure::Stopped)
    );
    assert_eq!(host.lines(), ["here"]);
}

#[wasm_bindgen_test]
async fn a_script_that_is_stopped_at_a_request_waits_for_no_answer() {
    let (stop, stopped) = oneshot::channel();
    let host = Rc::new(Host {
        stop: RefCell::new(Some(stop)),
        stopped: RefCell::new(Some(stopped)),
        stop_at_request: Cell::new(true),
        ..Host::default()
    });
    let script = "module.exports = async (client) => { await client.call('GET', '/site'); };";
    assert_eq!(
        run_files(&[("1_a.js", script)], &host).await,
        Err(ScriptFailure::Stopped)
    );
    assert_eq!(host.requests.borrow().len(), 1);
}

#[wasm_bindgen_test]
async fn the_consoles_levels_and_formats_arrive() {
    use ConsoleLevel::{Error, Log, Warn};
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = () => {
          console.info('%s has %d fields', 'Page', 3, { deep: { er: { still: { more: 1 } } } });
          console.warn(new Map([['a', [1]]]), new Set([2n]), undefined, null);
          console.error([, 'x'], () => 1, Symbol('s'));
          const circle = {}; circle.self = circle;
          console.group('group'); console.log(circle); console.groupEnd();
          console.log();
          console.dir({ a: { b: { c: { d: 1 } } } }, { depth: null });
          console.dir({ a: { b: 1 } }, { depth: 1 });
        };",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    let expected = [
        (Log, "Page has 3 fields { deep: { er: { still: {…} } } }"),
        (Warn, "Map(1) { \"a\" => [1] } Set(1) { 2n } undefined null"),
        (Error, "[undefined, \"x\"] [function anonymous] Symbol(s)"),
        (Log, "group"),
        (Log, "  { self: [circular] }"),
        (Log, ""),
        (Log, "{ a: { b: { c: { d: 1 } } } }"),
        (Log, "{ a: {…} }"),
    ];
    assert_eq!(
        *host.lines.borrow(),
        expected.map(|(level, text)| (level, text.to_owned()))
    );
}

//! What Node has beside the language: timers that hold a script open, a terminal, modules that may be missing.

use std::rc::Rc;

use slipway_engine::ports::{ConsoleLevel, Excess, ScriptFailure};
use wasm_bindgen_test::wasm_bindgen_test;

use super::support::*;

/// The paths that a script asked for, and its lines, when it has ended well.
async fn ran(script: &str) -> (Vec<String>, Vec<String>) {
    let (outcome, host) = run("1_a.js", script).await;
    assert_eq!(outcome, Ok(()), "{:?}", host.lines());
    let requests = host.requests.borrow();
    let paths = requests.iter().map(|request| request.path.clone());
    (paths.collect(), host.lines())
}

#[wasm_bindgen_test]
async fn work_that_pauses_and_that_nobody_awaits_is_done_to_its_end() {
    let (paths, _) = ran(
        "const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        module.exports = (client) => {
          ['/a', '/b'].forEach(async (path) => {
            await client.call('GET', path);
            await sleep(300);
            await client.call('GET', path + path);
          });
          setTimeout(() => client.call('DELETE', '/c'), 400);
        };",
    )
    .await;
    assert_eq!(paths, ["/a", "/b", "/a/a", "/b/b", "/c"]);
}

#[wasm_bindgen_test]
async fn an_interval_is_waited_for_until_it_is_cleared() {
    let (paths, _) = ran("module.exports = (client) => {
          let left = 3;
          const every = setInterval(() => {
            client.call('GET', '/' + left);
            left -= 1;
            if (left === 0) clearInterval(every);
          }, 60);
        };")
    .await;
    assert_eq!(paths, ["/3", "/2", "/1"]);
}

#[wasm_bindgen_test]
async fn an_interval_that_nobody_clears_is_ended_by_the_watchdog() {
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = () => { setInterval(() => {}, 100); };",
    )
    .await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::Limit(Excess::Silence { seconds: 2 }))
    );
}

/// The limits are the page's: a script that starts timer after timer reaches them all the same.
#[wasm_bindgen_test]
async fn timers_that_follow_each_other_for_ever_are_ended_too() {
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = () => { const again = () => setTimeout(again, 20); again(); };",
    )
    .await;
    assert_eq!(
        outcome,
        Err(ScriptFailure::Limit(Excess::Silence { seconds: 2 }))
    );
}

/// Silence would be taken for an endless loop after two seconds.
#[wasm_bindgen_test]
async fn a_long_pause_is_told_and_no_endless_loop() {
    let (paths, lines) = ran(
        "const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        module.exports = async (client) => {
          setTimeout(() => {}, 5_000);
          await sleep(3_000);
          await client.call('GET', '/after');
        };",
    )
    .await;
    assert_eq!(paths, ["/after"]);
    assert!(lines.len() >= 2, "{lines:?}");
    for line in lines {
        let told = line.starts_with("Waiting for a timer of the script: ");
        assert!(told && line.ends_with(" s left."), "{line}");
    }
}

#[wasm_bindgen_test]
async fn timers_that_were_let_go_are_not_waited_for() {
    let (paths, lines) = ran("module.exports = (client) => {
          const late = () => client.call('GET', '/late');
          const forgotten = setTimeout(late, 60_000).unref();
          clearTimeout(setTimeout(late, 60_000));
          clearTimeout(Number(setTimeout(late, 60_000)));
          clearTimeout(undefined);
          clearInterval(null);
          setInterval(late, 60_000).unref();
          clearImmediate(setImmediate(late));
          console.log(forgotten.hasRef(), forgotten.refresh() === forgotten, forgotten.hasRef());
        };")
    .await;
    assert_eq!(
        (paths.len(), lines),
        (0, vec!["false true false".to_owned()])
    );
}

#[wasm_bindgen_test]
async fn timers_hand_their_values_on_and_an_error_in_one_ends_the_run() {
    let (_, lines) = ran("module.exports = async () => {
          setImmediate((...values) => console.log('at once', ...values), 1);
          setTimeout((...values) => console.log('soon', ...values), 30, 1, 2);
          try { setTimeout('console.log(1)', 1); } catch (error) { console.log(error.name); }
        };")
    .await;
    assert_eq!(lines, ["TypeError", "at once 1", "soon 1 2"]);
    let (outcome, _) = run(
        "1_a.js",
        "module.exports = () => { setTimeout(() => { throw new RangeError('late'); }, 200); };",
    )
    .await;
    assert_eq!(threw(outcome).1, "late");
}

#[wasm_bindgen_test]
async fn the_few_parts_of_process_are_there_and_process_is_not() {
    let (_, lines) = ran("module.exports = async () => {
          process.stdout.write('one ');
          process.stdout.write('line\\nand another ');
          console.log('ends');
          process.stdout.write('1 of 2\\r2 of 2\\n');
          process.stdout.write('gone');
          process.stdout.clearLine(0);
          process.stdout.cursorTo(0);
          await new Promise((resolve) => process.stdout.write('', resolve));
          await new Promise((resolve) => process.nextTick(resolve));
          console.log(process.cwd(), process.hrtime().length, typeof process.hrtime.bigint(), process.uptime() > 0);
          console.log(typeof process, global === globalThis, typeof globalThis.process);
          process.stdout.write('...');
        };")
    .await;
    assert_eq!(
        lines,
        [
            "one line",
            "and another ends",
            "2 of 2",
            "/repository 2 bigint true",
            "undefined true undefined",
            "..."
        ]
    );
}

#[wasm_bindgen_test]
async fn what_was_written_before_an_error_is_told_before_it() {
    let (outcome, host) = run(
        "1_a.js",
        "module.exports = () => { process.stderr.write('about to'); throw new Error('no'); };",
    )
    .await;
    assert_eq!(threw(outcome).1, "no");
    assert_eq!(
        *host.lines.borrow(),
        [(ConsoleLevel::Error, "about to".to_owned())]
    );
}

#[wasm_bindgen_test]
async fn a_module_that_may_be_missing_is_missing_as_in_node() {
    let (_, lines) = ran("let chalk;
        try { chalk = require('chalk'); } catch (error) { console.log(error.code); }
        module.exports = async () => {
          try { await import('./gone'); } catch (error) { console.log(error.code); }
        };")
    .await;
    assert_eq!(lines, ["MODULE_NOT_FOUND", "MODULE_NOT_FOUND"]);
}

/// `import` finds what `require` would: methods of a class whose instance is the module, and its static ones.
#[wasm_bindgen_test]
async fn names_are_imported_from_commonjs_whether_loops_find_them_or_not() {
    let host = Rc::new(Host::default());
    let outcome = run_files(
        &[
            (
                "1_a.js",
                "import logger, { log, level } from './logger';
                import { make, create } from './made';
                import * as all from './plain';
                export default () => console.log(log(), level, make(), create(), typeof logger, Object.keys(all));",
            ),
            (
                "logger.js",
                "class Logger { level = 3; log() { return 'logged'; } }
                module.exports = new Logger();",
            ),
            (
                "made.js",
                "class Base { static create() { return 'created'; } }
                module.exports = class extends Base { static make() { return 'made'; } };",
            ),
            ("plain.js", "exports.b = 1; exports.a = 2;"),
        ],
        &host,
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(
        host.lines(),
        ["logged 3 made created object [\"default\", \"b\", \"a\"]"]
    );
}

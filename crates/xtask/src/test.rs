//! `cargo xtask test`: everything a change has to pass, in one command.
//!
//! A failing step does not stop the others, so that one run shows all there is to mend; only what needs a failed
//! step is left out, and counted as failed.

use std::{
    env,
    process::{Command, ExitCode},
};

use crate::{
    apps::{self, ADMIN, PLUGIN},
    browsers::{self, Browser},
    dependencies,
    process::{self, ProcessError},
    reliability,
    report::Report,
    setup,
    summary::Tally,
    workspace,
};

/// The packages that are compiled for the browser, each with the way from its folder to the root.
const BROWSER_PACKAGES: [(&str, &str); 4] = [
    ("slipway", "."),
    ("drydock-admin", "../.."),
    ("penpal", "../.."),
    ("datocms-plugin", "../.."),
];
const WASM: &str = "wasm32-unknown-unknown";

/// Runs everything and prints the closing line.
pub(crate) fn test() -> ExitCode {
    let mut report = Report::default();
    let tools = report.check("Tools", || {
        setup::build_tools().and_then(|()| setup::test_tools())
    });
    let (mut chromium, mut firefox) = (None, None);
    report.check("Chromium and its driver", || {
        browsers::chromium().map(|browser| chromium = Some(browser))
    });
    report.check("Firefox and its driver", || {
        browsers::firefox().map(|browser| firefox = Some(browser))
    });
    if !tools {
        report.not_run("Everything else", "tools are missing");
        return report.finish();
    }
    lints(&mut report);
    native_tests(&mut report);
    browser_tests(&mut report, chromium.as_ref());
    end_to_end(&mut report, chromium.as_ref().zip(firefox.as_ref()));
    report.check("Documentation", || {
        let mut doc = cargo(&["doc", "--no-deps", "--workspace"]);
        doc.env("RUSTDOCFLAGS", "-Dwarnings");
        process::run(doc)
    });
    report.check("Licences and sources", dependencies::check);
    report.check("docs/reliability.md", reliability::reliability);
    report.finish()
}

fn lints(report: &mut Report) {
    report.check("Formatting", || {
        process::run(cargo(&["fmt", "--all", "--check"]))
    });
    report.check("Clippy, native", || {
        process::run(cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-Dwarnings",
        ]))
    });
    report.check("Clippy, wasm32", || {
        let mut clippy = cargo(&["clippy", "--target", WASM, "--all-targets"]);
        clippy
            .args(
                BROWSER_PACKAGES
                    .iter()
                    .flat_map(|(package, _)| ["--package", package]),
            )
            .args(["--", "-Dwarnings"]);
        process::run(clippy)
    });
}

/// What was recorded with the real service and the vendor's panel, as seen from the root; it is not part of the repository.
const RECORDINGS: &str = "../shared/reference";

fn native_tests(report: &mut Report) {
    report.check("Response schemas", setup::response_schemas);
    report.tests("Native tests", || {
        let mut test = whole(&[]);
        // Every answer of drydock is checked. Where nobody names the schemas they may be missing, and tests go on without.
        test.env("RESPONSE_SCHEMAS", setup::response_schemas_file());
        tally(test, Runner::MustTest)
    });
    if !workspace::root().join(RECORDINGS).is_dir() {
        report.note(&format!(
            "{RECORDINGS} is not beside this checkout: the tests that replay what was recorded there did nothing and passed"
        ));
    }
    report.tests("Documentation tests", || {
        tally(cargo(&["test", "--doc", "--workspace"]), Runner::MayBeIdle)
    });
}

fn browser_tests(report: &mut Report, browser: Option<&Browser>) {
    for (package, to_root) in BROWSER_PACKAGES {
        let name = format!("Browser tests, {package}");
        let Some(browser) = browser else {
            report.not_run(&name, "there is no browser");
            continue;
        };
        report.tests(&name, || {
            let mut test = cargo(&["test", "--target", WASM, "--tests", "--package", package]);
            // Cargo starts a runner in the package's folder, and the runner serves the folder it was started in; the
            // vendor's packages that some tests need are in the root. The way there is relative because cargo would
            // take a path with a space for two words.
            let runner = format!("'env -C {to_root} wasm-bindgen-test-runner'");
            test.args(["--config", &format!("target.{WASM}.runner={runner}")])
                // What a test says is shown only so; a test that says it did not run would look like one that passed.
                .args(["--", "--nocapture"])
                .env("CHROMEDRIVER", &browser.driver);
            tally(test, Runner::MustTestAll)
        });
    }
}

fn end_to_end(report: &mut Report, browsers: Option<(&Browser, &Browser)>) {
    let mut built = true;
    for app in [&PLUGIN, &ADMIN] {
        built &= report.check(&format!("Release build, {}", app.name), || app.build());
        if let Ok(sizes) = apps::sizes(app) {
            eprintln!("{sizes}");
        }
    }
    built &= report.check("Build, drydock", || process::run(whole(&["--no-run"])));
    let name = "End-to-end tests";
    match browsers {
        None => report.not_run(name, "a browser is missing"),
        Some(_) if !built => report.not_run(name, "a build failed"),
        Some((chromium, firefox)) => {
            report.tests(name, || {
                let mut test = whole(&["--profile", "e2e"]);
                end_to_end_environment(&mut test);
                chromium.tell(&mut test);
                firefox.tell(&mut test);
                tally(test, Runner::MustTest)
            });
        }
    }
}

/// Tells the end-to-end harness what was built.
pub(crate) fn end_to_end_environment(command: &mut Command) {
    let drydock = workspace::target()
        .join("debug")
        .join(format!("drydock{}", env::consts::EXE_SUFFIX));
    command
        .env("DRYDOCK_BIN", drydock)
        .env("ADMIN_DIST", ADMIN.dist())
        .env("PLUGIN_DIST", PLUGIN.dist());
}

/// Whether a runner that ran no test at all has done its work.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runner {
    /// No test means that the tests were not found.
    MustTest,
    /// Neither may a test be missing that the runner counts as passed, because it could do no more than say so.
    MustTestAll,
    /// There may be nothing to run.
    MayBeIdle,
}

pub(crate) fn tally(command: Command, runner: Runner) -> Result<(Tally, bool), ProcessError> {
    let finished = process::run_and_keep(command)?;
    let tally = Tally::read(&finished.output);
    let ran = match runner {
        Runner::MayBeIdle => true,
        Runner::MustTest => tally.total() > 0,
        Runner::MustTestAll => tally.total() > 0 && !says_not_run(&finished.output),
    };
    if !ran {
        eprintln!("  not every test was run");
    }
    Ok((tally, finished.status.success() && ran))
}

/// Whether a test said that it lacked something and did nothing.
fn says_not_run(output: &str) -> bool {
    output
        .lines()
        .any(|line| line.trim_start().starts_with("NOT RUN"))
}

/// A run of tests that compiles the whole workspace. Of a package alone cargo chooses other features for what it depends
/// on, and compiles drydock and the end-to-end tests a second time.
fn whole(args: &[&str]) -> Command {
    let mut test = cargo(&["nextest", "run", "--workspace"]);
    test.args(args);
    test
}

fn cargo(args: &[&str]) -> Command {
    let mut cargo = process::cargo();
    cargo.args(args);
    // Incremental state is never used again on a machine that is thrown away, and takes time and space to write.
    if env::var_os("CI").is_some() {
        cargo.env("CARGO_INCREMENTAL", "0");
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_test_that_did_not_run_is_noticed() {
        let passed = "test ours_against_theirs ... ok\n";
        assert!(!says_not_run(passed));
        assert!(says_not_run(&format!(
            "  NOT RUN: the test server has no penpal.js\n{passed}"
        )));
        assert!(!says_not_run("test a_step_that_was_NOT RUN ... ok\n"));
    }
}

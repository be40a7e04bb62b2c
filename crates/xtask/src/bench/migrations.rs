//! A folder of migrations in the plugin beside the vendor's tool, and what the sandbox costs: `crates/e2e/src/bin/bench`.

use std::{env, process::Stdio};

use serde_json::Value;

use super::{BenchError, figure::Figure, stage::Stage};
use crate::{
    apps::{ADMIN, PLUGIN},
    browsers, process, setup,
    test::end_to_end_environment,
    workspace,
};

/// The units that figures come in.
const UNITS: [&str; 3] = ["ms", "calls", "bytes"];

pub(super) fn measure(_: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    setup::build_tools()?;
    let browser = browsers::chromium()?;
    PLUGIN.build_shown()?;
    ADMIN.build_shown()?;
    let drydock = workspace::target()
        .join("release")
        .join(format!("drydock{}", env::consts::EXE_SUFFIX));
    let mut bench = process::cargo();
    bench.args(["run", "--quiet", "--package", "e2e", "--bin", "bench"]);
    end_to_end_environment(&mut bench);
    browser.tell(&mut bench);
    // After the environment of the tests, which names the one that is built for them.
    bench.env("DRYDOCK_BIN", drydock).stderr(Stdio::inherit());
    let output = bench.output().map_err(BenchError::io("the walk"))?;
    if !output.status.success() {
        let status = output.status;
        return Err(BenchError::Unexpected(format!(
            "the walk failed ({status})"
        )));
    }
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.lines().map(figure).collect()
}

fn figure(line: &str) -> Result<Figure, BenchError> {
    let read = |line: &Value| {
        let unit = line["unit"].as_str()?;
        Some(Figure {
            name: line["name"].as_str()?.to_owned(),
            measured: line["measured"].as_f64()?,
            beside: line["beside"].as_f64(),
            unit: UNITS.into_iter().find(|known| *known == unit)?,
            goal: line["goal"].as_f64()?,
        })
    };
    let parsed = serde_json::from_str(line).ok();
    let figure = parsed.as_ref().and_then(read);
    figure.ok_or_else(|| BenchError::Unexpected(format!("`{line}` is no figure")))
}

#[cfg(test)]
mod tests {
    use super::figure;

    #[test]
    fn a_line_is_a_figure_or_said() {
        let line = r#"{"name":"x","measured":2.0,"beside":null,"unit":"ms","goal":1}"#;
        let read = figure(line).unwrap();
        assert_eq!(
            (read.name.as_str(), read.unit, read.is_met()),
            ("x", "ms", false)
        );
        for line in ["", "{}", &line.replace("ms", "miles")] {
            assert!(figure(line).is_err(), "{line}");
        }
    }
}

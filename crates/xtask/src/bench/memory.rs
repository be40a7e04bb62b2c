//! The most memory the server has had since it started, by what the system says of its process.

use std::fs;

use super::{BenchError, figure::Figure, stage::Stage};

pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    let file = stage.process().join("status");
    // Linux alone says so in a file; elsewhere this row is not there, which is said.
    let Ok(status) = fs::read_to_string(&file) else {
        eprintln!("not measured: there is no {}", file.display());
        return Ok(Vec::new());
    };
    let peak = peak(&status)
        .ok_or_else(|| BenchError::Unexpected(format!("{} has no line VmHWM", file.display())))?;
    Ok(vec![Figure {
        name: "most resident memory throughout".to_owned(),
        measured: peak / 1024.0,
        beside: None,
        unit: "MiB",
        goal: 200.0,
    }])
}

/// In KiB.
fn peak(status: &str) -> Option<f64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_peak_is_read_from_the_status_of_a_process() {
        let status = "Name:\tdrydock\nVmPeak:\t  99 kB\nVmHWM:\t   2048 kB\nVmRSS:\t 7 kB\n";
        assert_eq!(super::peak(status), Some(2048.0));
        assert_eq!(super::peak("Name:\tx\n"), None);
    }
}

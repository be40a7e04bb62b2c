//! What was measured, as a table for people and as JSON for programs.

use serde_json::{Value, json};

/// One line of the table.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// What was measured, and beside what.
    pub(super) name: String,
    /// What drydock took.
    pub(super) measured: f64,
    /// What the other took, in the same unit; `None` where there is no other, and the goal is about `measured`.
    pub(super) beside: Option<f64>,
    /// Of both.
    pub(super) unit: &'static str,
    /// The most it may be: a ratio where there is something beside it.
    pub(super) goal: f64,
}

impl Figure {
    /// What the goal is about.
    fn verdict(&self) -> f64 {
        match self.beside {
            Some(beside) => self.measured / beside,
            None => self.measured,
        }
    }

    /// Whether it is within its goal.
    pub(super) fn is_met(&self) -> bool {
        self.verdict() <= self.goal
    }

    pub(super) fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "unit": self.unit,
            "measured": self.measured,
            "beside": self.beside,
            "ratio": self.beside.map(|_| self.verdict()),
            "goal": self.goal,
            "met": self.is_met(),
        })
    }

    fn cells(&self) -> [String; 5] {
        let with_unit = |value: f64| format!("{value:.1} {}", self.unit);
        [
            self.name.clone(),
            with_unit(self.measured),
            self.beside.map_or_else(String::new, with_unit),
            match self.beside {
                Some(_) => format!("{:.2} of at most {}", self.verdict(), self.goal),
                None => format!("at most {} {}", self.goal, self.unit),
            },
            if self.is_met() { "met" } else { "MISSED" }.to_owned(),
        ]
    }
}

/// The figures as a table with columns of equal width.
pub(super) fn table(figures: &[Figure]) -> String {
    let head = ["", "measured", "beside it", "ratio or limit", ""].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head)
        .chain(figures.iter().map(Figure::cells))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(&widths);
        let cells = cells.map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(measured: f64, beside: Option<f64>, goal: f64) -> Figure {
        Figure {
            name: "x".into(),
            measured,
            beside,
            unit: "ms",
            goal,
        }
    }

    #[test]
    fn a_goal_is_about_the_ratio_where_there_is_one() {
        assert!(figure(3.0, Some(2.0), 1.5).is_met());
        assert!(!figure(3.1, Some(2.0), 1.5).is_met());
        assert!(figure(250.0, None, 250.0).is_met());
        assert!(!figure(251.0, None, 250.0).is_met());
    }

    #[test]
    fn the_table_says_what_was_missed() {
        let table = table(&[figure(4.0, Some(2.0), 1.5), figure(1.0, None, 250.0)]);
        assert_eq!(
            table.lines().skip(1).collect::<Vec<_>>(),
            [
                "x  4.0 ms    2.0 ms     2.00 of at most 1.5  MISSED",
                "x  1.0 ms               at most 250 ms       met"
            ]
        );
    }
}

//! Copying a database with `SQLite`'s online backup, whole or in steps.

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::StoreError;

/// Copies everything in one go.
pub(crate) fn copy_at_once(source: &Connection, target: &mut Connection) -> Result<(), StoreError> {
    copy(
        source,
        target,
        &mut Pace {
            steps: 1,
            on_step: |_: f64| {},
        },
    )
}

/// How a copy is spread: into about how many steps, and what to do after each, given the percentage done.
pub(crate) struct Pace<F> {
    pub(crate) steps: u32,
    pub(crate) on_step: F,
}

/// Copies in steps. Blocks the calling thread, also while `on_step` waits.
pub(crate) fn copy<F: FnMut(f64)>(
    source: &Connection,
    target: &mut Connection,
    pace: &mut Pace<F>,
) -> Result<(), StoreError> {
    let pages: i64 = source.query_row("PRAGMA page_count", [], |row| row.get(0))?;
    let steps = i64::from(pace.steps.max(1));
    let per_step = i32::try_from((pages + steps - 1) / steps)
        .unwrap_or(i32::MAX)
        .max(1);
    let backup = Backup::new(source, target)?;
    loop {
        let result = backup.step(per_step)?;
        let progress = backup.progress();
        let done = f64::from(progress.pagecount - progress.remaining) * 100.0;
        (pace.on_step)(done / f64::from(progress.pagecount.max(1)));
        match result {
            StepResult::Done => return Ok(()),
            // Somebody holds a lock for a moment: try again.
            StepResult::Busy | StepResult::Locked => {
                std::thread::sleep(std::time::Duration::from_millis(5));
            }
            StepResult::More | _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_in_steps_reports_its_way_to_a_hundred() {
        let source = Connection::open_in_memory().unwrap();
        source.execute_batch("CREATE TABLE t (x); ").unwrap();
        for n in 0..200 {
            source
                .execute("INSERT INTO t VALUES (?1)", [format!("{n:0>500}")])
                .unwrap();
        }
        let mut target = Connection::open_in_memory().unwrap();
        let mut seen = Vec::new();
        copy(
            &source,
            &mut target,
            &mut Pace {
                steps: 4,
                on_step: |done| seen.push(done),
            },
        )
        .unwrap();
        assert!(seen.len() >= 4 && seen.is_sorted(), "{seen:?}");
        assert!((seen[seen.len() - 1] - 100.0).abs() < f64::EPSILON);
        let rows: i64 = target
            .query_row("SELECT count(*) FROM t", [], |row| row.get(0))
            .unwrap();
        assert_eq!(rows, 200);
    }
}

//! The project's automation: run, test, ci, screenshots, bench.

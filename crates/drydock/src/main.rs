//! The `drydock` command: see `--help`.
fn main() -> std::process::ExitCode {
    drydock::command::main()
}

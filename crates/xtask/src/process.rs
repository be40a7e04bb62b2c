//! Running other programs, with what they print shown as it comes.

use std::{
    ffi::OsStr,
    io::{self, IsTerminal, Read, Write},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    thread,
};

use crate::workspace;

/// Why a program did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProcessError {
    #[error("cannot start `{command}`: {source}")]
    Start { command: String, source: io::Error },
    #[error("lost the output of `{command}`: {source}")]
    Output { command: String, source: io::Error },
    #[error("`{command}` failed ({status})")]
    Failed { command: String, status: ExitStatus },
}

/// What a program printed, on either stream, and how it ended.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
}

/// A command in the workspace's root, with the programs we installed first on its path.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let name = program.as_ref();
    // The child's PATH is not used to look up the child itself on every platform: look it up here.
    let program = name.to_str().and_then(workspace::find_program);
    let mut command = Command::new(program.as_deref().map_or(name, Path::as_os_str));
    command
        .current_dir(workspace::root())
        .env("PATH", workspace::path());
    command
}

/// This toolchain's cargo.
pub(crate) fn cargo() -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // Set for us because `cargo run` started this program; they would change what the inner cargo builds.
    for variable in [
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PKG_NAME",
        "CARGO_PKG_VERSION",
    ] {
        cargo.env_remove(variable);
    }
    if io::stderr().is_terminal() {
        cargo.env("CARGO_TERM_COLOR", "always");
    }
    cargo
}

/// Runs to the end, showing all output; an unsuccessful end is an error.
pub(crate) fn run(mut command: Command) -> Result<(), ProcessError> {
    let status = command
        .status()
        .map_err(|source| start_error(&command, source))?;
    check(&command, status)
}

/// Runs to the end and returns standard output; nothing is shown.
pub(crate) fn read(mut command: Command) -> Result<String, ProcessError> {
    let output = command
        .stderr(Stdio::null())
        .output()
        .map_err(|source| start_error(&command, source))?;
    check(&command, output.status)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, shows all output and keeps it too.
pub(crate) fn run_and_keep(mut command: Command) -> Result<Finished, ProcessError> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|source| start_error(&command, source))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let printed = thread::scope(|scope| {
        let errors =
            scope.spawn(|| stderr.map_or_else(|| Ok(Vec::new()), |from| tee(from, io::stderr())));
        let output = stdout.map_or_else(|| Ok(Vec::new()), |from| tee(from, io::stdout()));
        let errors = errors
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("a reader panicked")));
        Ok([output?, errors?].concat())
    });
    let status = child
        .wait()
        .map_err(|source| start_error(&command, source))?;
    let output = printed.map_err(|source| ProcessError::Output {
        command: name(&command),
        source,
    })?;
    Ok(Finished {
        status,
        output: String::from_utf8_lossy(&output).into_owned(),
    })
}

/// The command as a person would type it, for messages.
pub(crate) fn name(command: &Command) -> String {
    let program = Path::new(command.get_program())
        .file_stem()
        .unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn tee(mut from: impl Read, mut to: impl Write) -> io::Result<Vec<u8>> {
    let mut kept = Vec::new();
    let mut buffer = [0; 8 * 1024];
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok(kept);
        }
        to.write_all(&buffer[..read])?;
        to.flush()?;
        kept.extend_from_slice(&buffer[..read]);
    }
}

fn start_error(command: &Command, source: io::Error) -> ProcessError {
    ProcessError::Start {
        command: name(command),
        source,
    }
}

fn check(command: &Command, status: ExitStatus) -> Result<(), ProcessError> {
    if status.success() {
        Ok(())
    } else {
        Err(ProcessError::Failed {
            command: name(command),
            status,
        })
    }
}

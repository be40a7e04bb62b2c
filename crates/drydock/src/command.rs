//! The `drydock` command.

use std::process::ExitCode;

use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

use crate::drydock::{Drydock, Tokens};
use crate::events::log;
use crate::options::{Command, HELP, Options, Storage};
use crate::panel::Urls;
use crate::serve::Addresses;

/// Reads the command line, serves until told to stop. 0 when it was, 1 when it could not start, 2 for a bad command line.
pub fn main() -> ExitCode {
    let options = match Command::parse(std::env::args().skip(1)) {
        Ok(Command::Serve(options)) => *options,
        Ok(Command::Help) => {
            print(HELP.trim_end());
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            log(&error.to_string());
            return ExitCode::from(2);
        }
    };
    match serve(options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn serve(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    announce(&options);
    let drydock = Drydock::open(options)?;
    let tokens = drydock.tokens()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    if let Some(source) = drydock.checks_against() {
        log(&format!("answers are compared with the types of {source}"));
    }
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        let mut interrupt = signal(SignalKind::interrupt())?;
        let stop = async {
            tokio::select! { _ = terminate.recv() => {} _ = interrupt.recv() => {} }
        };
        drydock
            .serve(|addresses| print(&ready_line(addresses, &tokens)), stop)
            .await?;
        Ok::<_, Box<dyn std::error::Error>>(())
    })?;
    if let Some(checked) = drydock.checked() {
        log(&format!(
            "answers compared with the vendor's types: {}, wrong ones: {}",
            checked.answers, checked.wrong
        ));
    }
    // A fork under way is cleared away at the next start; waiting for it here would hold up the end.
    runtime.shutdown_background();
    Ok(())
}

fn announce(options: &Options) {
    match &options.storage {
        Storage::InMemory => {
            log("databases are in memory and gone at the end; --data DIR keeps them");
        }
        Storage::Directory(directory) => log(&format!("databases are in {}", directory.display())),
    }
}

/// The one line on standard output.
fn ready_line(addresses: &Addresses, tokens: &Tokens) -> String {
    let urls = Urls::new(&addresses.admin.to_string(), &addresses.plugin.to_string());
    json!({
        "cma": urls.cma,
        "cda": urls.cda,
        "admin": urls.admin,
        "plugin": urls.plugin,
        "site": urls.site,
        "tokens": {"full": tokens.full, "editor": tokens.editor, "read": tokens.read},
    })
    .to_string()
}

/// Writes to standard output, where programs read. A closed pipe is the reader's choice and no reason to stop serving.
fn print(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        log("nobody reads standard output");
    }
}

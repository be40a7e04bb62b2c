//! The project's only automation: `cargo xtask run`, `test`, `screenshots`, `soak`, `fuzz`, `bench` and `reliability`.
//!
//! `options` reads the command line, `setup` and `browsers` get what is missing, `apps` builds the two browser
//! applications when an input changed, `run`, `test`, `screenshots`, `soak`, `fuzz`, `bench` and `reliability` are the commands,
//! `report` tells what happened.

mod apps;
mod bench;
mod browsers;
mod dependencies;
mod fuzz;
mod options;
mod process;
mod reliability;
mod report;
mod run;
mod screenshots;
mod setup;
mod soak;
mod stamp;
mod summary;
mod test;
mod workspace;

use std::{error::Error, process::ExitCode};

use options::Command;

fn main() -> ExitCode {
    let command = match Command::from_args(lexopt::Parser::from_env()) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("xtask: {error}\n\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    perform(command).unwrap_or_else(|error| {
        eprintln!("\nxtask: {error}");
        ExitCode::FAILURE
    })
}

fn perform(command: Command) -> Result<ExitCode, Box<dyn Error>> {
    match command {
        Command::Help => println!("{}", options::USAGE),
        Command::Run { drydock } => run::run(drydock)?,
        Command::Test => return Ok(test::test()),
        Command::Screenshots => screenshots::screenshots()?,
        Command::Soak { options } => soak::soak(options)?,
        Command::Fuzz { options } => fuzz::fuzz(options)?,
        Command::Bench { options } => bench::bench(options)?,
        Command::Reliability => reliability::reliability()?,
    }
    Ok(ExitCode::SUCCESS)
}

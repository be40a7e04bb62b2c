//! The command line.

use std::ffi::OsString;

use lexopt::{Arg, Parser};

/// What `cargo xtask help` prints.
pub(crate) const USAGE: &str = "\
cargo xtask <COMMAND>

Commands:
  run [-- OPTIONS]  get what is missing, build, and start the local CMS with its demo project;
                    OPTIONS are drydock's own, see `cargo run -p drydock -- --help`
  test              everything a change has to pass
  screenshots       walk through every screen and write docs/screenshots/*.png
  soak [--minutes N | --releases N] [--seed S]
                    random releases with random faults, crashes and interferences
  fuzz [--seconds N | --rounds N] [--seed S]
                    nearly valid calls over every route of drydock
  bench [--json FILE] [--only ROW]... [--records N] [--seconds N]
                    what drydock takes, beside what it is measured against
  reliability       write docs/reliability.md from what the tests wrote down
  help              this text";

/// A command, with what it needs to know.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print the usage.
    Help,
    /// Build and start the local CMS.
    Run {
        /// Passed on to drydock as they are.
        drydock: Vec<OsString>,
    },
    /// Run every check and test.
    Test,
    /// Make the pictures of the documentation.
    Screenshots,
    /// Repeat random releases.
    Soak {
        /// How long, how many, and from which seed on: passed on to the harness, which checks them.
        options: Vec<OsString>,
    },
    /// Make calls that are nearly valid.
    Fuzz {
        /// How long, how many, and from which seed on: passed on to the harness, which checks them.
        options: Vec<OsString>,
    },
    /// Measure drydock.
    Bench {
        /// Read by the harness.
        options: Vec<OsString>,
    },
    /// Make the page of the documentation that the tests write.
    Reliability,
}

impl Command {
    /// Reads the command and refuses what it does not know.
    pub(crate) fn from_args(mut parser: Parser) -> Result<Self, lexopt::Error> {
        let name = match parser.next()? {
            None | Some(Arg::Short('h') | Arg::Long("help")) => return Ok(Self::Help),
            Some(Arg::Value(name)) => name,
            Some(other) => return Err(other.unexpected()),
        };
        let command = match name.to_str() {
            Some("help") => Self::Help,
            Some("run") => {
                // The first `--` is ours; what follows it belongs to drydock, dashes and all.
                let mut drydock: Vec<OsString> = parser.raw_args()?.collect();
                if drydock.first().is_some_and(|first| first == "--") {
                    drydock.remove(0);
                }
                return Ok(Self::Run { drydock });
            }
            Some("test") => Self::Test,
            Some("screenshots") => Self::Screenshots,
            Some("soak") => {
                let options = parser.raw_args()?.collect();
                return Ok(Self::Soak { options });
            }
            Some("fuzz") => {
                let options = parser.raw_args()?.collect();
                return Ok(Self::Fuzz { options });
            }
            Some("bench") => {
                let options = parser.raw_args()?.collect();
                return Ok(Self::Bench { options });
            }
            Some("reliability") => Self::Reliability,
            Some(_) | None => return Err(format!("`{}` is not a command", name.display()).into()),
        };
        match parser.next()? {
            None => Ok(command),
            Some(extra) => Err(extra.unexpected()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(args: &[&str]) -> Result<Command, String> {
        let args = std::iter::once("xtask").chain(args.iter().copied());
        Command::from_args(Parser::from_iter(args)).map_err(|error| error.to_string())
    }

    #[test]
    fn commands_are_read_by_name() {
        assert_eq!(read(&[]), Ok(Command::Help));
        assert_eq!(read(&["--help"]), Ok(Command::Help));
        assert_eq!(read(&["test"]), Ok(Command::Test));
        assert_eq!(read(&["screenshots"]), Ok(Command::Screenshots));
        assert_eq!(read(&["reliability"]), Ok(Command::Reliability));
    }

    #[test]
    fn what_follows_run_belongs_to_drydock() {
        let drydock = vec!["--addr".into(), "127.0.0.1:0".into()];
        assert_eq!(
            read(&["run", "--", "--addr", "127.0.0.1:0"]),
            Ok(Command::Run {
                drydock: drydock.clone()
            })
        );
        assert_eq!(
            read(&["run", "--addr", "127.0.0.1:0"]),
            Ok(Command::Run { drydock })
        );
    }

    #[test]
    fn what_follows_soak_belongs_to_the_harness() {
        let options = vec!["--minutes".into(), "5".into()];
        assert_eq!(
            read(&["soak", "--minutes", "5"]),
            Ok(Command::Soak { options })
        );
    }

    #[test]
    fn what_follows_fuzz_and_bench_belongs_to_them() {
        let options = vec!["--seed".into(), "7".into()];
        let fuzz = Command::Fuzz {
            options: options.clone(),
        };
        assert_eq!(read(&["fuzz", "--seed", "7"]), Ok(fuzz));
        assert_eq!(
            read(&["bench", "--seed", "7"]),
            Ok(Command::Bench { options })
        );
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert_eq!(read(&["tset"]), Err("`tset` is not a command".into()));
        assert!(read(&["test", "--fast"]).is_err());
    }
}

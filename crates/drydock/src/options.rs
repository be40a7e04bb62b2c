//! What the server is told at start: [`Options`] and the command line that makes them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::ResponseSchemas;
use crate::clock::Clock;
use crate::faults::{Fault, FaultError};
use crate::outgoing::TrustAnchors;
use crate::password::UserPassword;
use crate::signature::{InvalidWebhookSecret, WebhookSecret};

/// Where the databases live.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Storage {
    /// In memory: everything is gone when the server stops.
    InMemory,
    /// In this directory, which is created when missing.
    Directory(PathBuf),
}

/// What a new project contains. Ignored when the directory already holds one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Project {
    /// The demo magazine.
    Demo,
    /// An empty project: environment `main`, locale `en`, the default roles.
    Blank,
}

/// How many management API requests are answered in a window of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests allowed in one window.
    pub requests: u32,
    /// Length of the window.
    pub per: Duration,
}

impl Default for RateLimit {
    /// 60 requests in 3 seconds, as the real service has it.
    fn default() -> Self {
        Self {
            requests: 60,
            per: Duration::from_secs(3),
        }
    }
}

/// Everything the server can be told. The default is the command line's: the demo project in memory.
#[derive(Debug, Clone)]
pub struct Options {
    /// Address of the admin origin (`/cma`, `/graphql`, `/site`, the panel). Port 0 asks for a free port.
    pub addr: SocketAddr,
    /// Address of the plugin's origin. Port 0 asks for a free port.
    pub plugin_addr: SocketAddr,
    /// Where the databases live.
    pub storage: Storage,
    /// What a new project contains.
    pub project: Project,
    /// Whether a new project is one that has not opted into focal points that are not localized: it takes and shows the default
    /// metadata of assets by locale.
    pub localized_focal_points: bool,
    /// `None` switches the rate limit off.
    pub rate_limit: Option<RateLimit>,
    /// Time every API answer waits.
    pub latency: Duration,
    /// Time before a job's result can be read, and the time over which a fork is stretched.
    pub job_delay: Duration,
    /// Failures on demand.
    pub faults: Vec<Fault>,
    /// What every answer of the management API is checked against; `None` checks nothing.
    pub check_responses: Option<ResponseSchemas>,
    /// Decides which calls the faults with a percentage happen to.
    pub fault_seed: u64,
    /// What every user signs in with.
    pub user_password: UserPassword,
    /// What webhook deliveries are signed with; `None` signs none, as the real service.
    pub webhook_secret: Option<WebhookSecret>,
    /// Whom calls to `https` addresses trust beside the system's certificates.
    pub trust: TrustAnchors,
    /// Folder of the built admin panel.
    pub admin_dist: PathBuf,
    /// Folder of the built plugin.
    pub plugin_dist: PathBuf,
    /// How many sandboxes the plan allows. Not on the command line.
    pub sandbox_limit: usize,
    /// Where the server reads the time.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from(([127, 0, 0, 1], 4000)),
            plugin_addr: SocketAddr::from(([127, 0, 0, 1], 4001)),
            storage: Storage::InMemory,
            project: Project::Demo,
            localized_focal_points: false,
            rate_limit: Some(RateLimit::default()),
            latency: Duration::ZERO,
            job_delay: Duration::ZERO,
            faults: Vec::new(),
            check_responses: None,
            fault_seed: 0,
            user_password: UserPassword::default(),
            webhook_secret: None,
            trust: TrustAnchors::default(),
            admin_dist: PathBuf::from("dist/admin"),
            plugin_dist: PathBuf::from("dist/plugin"),
            sandbox_limit: 5,
            clock: Clock::system(),
        }
    }
}

/// A command line that cannot be followed. Each names the option.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OptionsError {
    /// No such option.
    #[error("unknown option `{option}`; see --help")]
    Unknown {
        /// As typed.
        option: String,
    },
    /// The option stands last, without its value.
    #[error("option `{option}` needs a value: {expected}")]
    MissingValue {
        /// The option.
        option: &'static str,
        /// What belongs there.
        expected: &'static str,
    },
    /// The value cannot be read.
    #[error("option `{option}` cannot be `{value}`: expected {expected}")]
    InvalidValue {
        /// The option.
        option: &'static str,
        /// As typed.
        value: String,
        /// What belongs there.
        expected: &'static str,
    },
    /// The fault cannot be read.
    #[error("option `--fault` cannot be `{value}`: {reason}")]
    InvalidFault {
        /// As typed.
        value: String,
        /// Which part is wrong.
        reason: FaultError,
    },
    /// The schemas to check answers against cannot be used.
    #[error("option `--check-responses`: {reason}")]
    InvalidSchemas {
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// Deliveries cannot be signed with it.
    #[error("option `--webhook-secret`: {reason}")]
    InvalidWebhookSecret {
        /// What is wrong with it.
        reason: InvalidWebhookSecret,
    },
    /// The certificates cannot be trusted.
    #[error("option `--ca-certificate`: {reason}")]
    InvalidCertificate {
        /// Which file, and what is wrong with it.
        reason: String,
    },
    /// Two options exclude each other.
    #[error("options `{first}` and `{second}` exclude each other")]
    Exclusive {
        /// One of them.
        first: &'static str,
        /// The other.
        second: &'static str,
    },
}

/// A command line that was understood.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// Start the server.
    Serve(Box<Options>),
    /// Print [`HELP`].
    Help,
}

/// The text of `--help`.
pub(crate) const HELP: &str = "\
drydock: a local CMS with the same APIs

Usage: drydock [OPTIONS]

  --addr HOST:PORT         admin panel, /cma, /graphql, /site   [127.0.0.1:4000]
  --plugin-addr HOST:PORT  the plugin, on an origin of its own  [127.0.0.1:4001]
                           (port 0 takes a free port)
  --data DIR               keep the databases in DIR
  --in-memory              forget everything at the end         [the default]
  --project demo|blank     what a new project contains          [demo]
  --localized-focal-points a new project says of assets what it says by locale, as old ones do
  --rate-limit N/Ss|off    management API requests per seconds  [60/3s]
  --latency MS             every API answer waits this long     [0]
  --job-delay MS           jobs end, and forks last, this long  [0]
  --clock-skew SECONDS     the server's clock is this far ahead, behind when negative [0]
  --fault SPEC             fail on demand, may be repeated
  --fault-seed N           decides which calls a fault with a percentage happens to [0]
  --check-responses FILE   compare every answer of the management API with the vendor's types
  --user-password TEXT     what every user signs in with at POST /sessions [drydock]
  --ca-certificate FILE    trust these certificates (PEM) where https addresses are called, may be repeated
  --webhook-secret SECRET  sign webhook deliveries with this secret, whsec_ and base64
  --admin-dist DIR         the built admin panel                [dist/admin]
  --plugin-dist DIR        the built plugin                     [dist/plugin]
  --help                   this text

When ready, one line of JSON with the addresses and tokens is printed on standard output; logs go to standard error.

--check-responses takes a file that `node crates/drydock/schemas/responses.mjs FILE` writes from the vendor's npm packages.
An answer is sent as it is, right or wrong. Each thing that is not as the types have it is logged as `response check: …`, with
the endpoint, a JSON pointer into the answer and what is wrong there. When the server is told to stop, the log counts the answers and the
wrong ones.

A fault SPEC is `[METHOD ]PATH[ in ENVIRONMENT]:ACTION[%P][@N][*N]`
  PATH    the path below /cma, or a path that starts with /graphql; `*` stands for any part of it
  ACTION  503 or another status   answer with that error instead of doing anything
          429 or 429=SECONDS      answer 429; when to come back is in X-RateLimit-Reset, 1 when not given
          transient               answer 422 with an error marked transient
          drop-request            close the connection, nothing is done
          drop-answer             do it, then close the connection without an answer
          truncate                do it, send the headers and half the body, then close the connection
          hang                    keep the connection open and never answer, nothing is done
          hang-after              do it, then keep the connection open and never answer
          delay=MS                do it, answer later
          job-fail=CODE           answer 202; the job ends with this error, nothing is done
          job-stall               answer 202; the job never ends, nothing is done
          job-stall-after         answer 202 and do it; the job never ends
          fork-stuck=PERCENT      the fork stays at this percentage, for example 99
          crash                   end the process before anything is done
          crash-after             do it, then end the process without an answer
  in ENVIRONMENT
          only calls to that environment; one that names none is one to the primary environment
  %P      only P of 100 of them, 1 to 100; the same ones for the same --fault-seed
  @N      only from the Nth matching call on
  *N      only N times; with @N and no *N, once
Of several faults that concern a call, the first one given has its way. Browsers send a request again on their own, whatever
its method, when a connection that had served before closes without an answer: drop-answer*1 then makes it happen twice.
What they do not send again is a request whose answer began: for an answer that is lost to a page, use truncate.
Examples: 'POST /environments/*/fork:drop-answer*1'  'PUT /maintenance-mode/activate:503'  '/items*:delay=2000@3*2'
          'POST /item-types/*/fields:job-fail=EXCEPTION@2'  'POST /environments/*/fork:fork-stuck=99'  '*:429=5*10'
          'GET /items* in with-topics:503%20'
";

impl Command {
    /// Reads a command line, without the program's name.
    pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Self, OptionsError> {
        let mut options = Options::default();
        let mut data: Option<PathBuf> = None;
        let mut in_memory = false;
        let mut args = args.into_iter();
        while let Some(arg) = args.next() {
            let (name, inline) = match arg.split_once('=') {
                Some((name, value)) if name.starts_with("--") => {
                    (name.to_owned(), Some(value.to_owned()))
                }
                _ => (arg, None),
            };
            let mut value = |option: &'static str, expected: &'static str| {
                inline
                    .clone()
                    .or_else(|| args.next())
                    .ok_or(OptionsError::MissingValue { option, expected })
            };
            match name.as_str() {
                "--addr" => options.addr = parsed("--addr", value("--addr", ADDRESS)?, ADDRESS)?,
                "--plugin-addr" => {
                    options.plugin_addr =
                        parsed("--plugin-addr", value("--plugin-addr", ADDRESS)?, ADDRESS)?;
                }
                "--data" => data = Some(PathBuf::from(value("--data", "a directory")?)),
                "--in-memory" => in_memory = true,
                "--project" => options.project = project(value("--project", PROJECT)?)?,
                "--localized-focal-points" => options.localized_focal_points = true,
                "--rate-limit" => options.rate_limit = rate_limit(value("--rate-limit", RATE)?)?,
                "--latency" => options.latency = millis("--latency", value("--latency", MILLIS)?)?,
                "--job-delay" => {
                    options.job_delay = millis("--job-delay", value("--job-delay", MILLIS)?)?;
                }
                "--clock-skew" => {
                    let seconds = parsed("--clock-skew", value("--clock-skew", SKEW)?, SKEW)?;
                    options.clock = options.clock.skewed(seconds);
                }
                "--fault" => {
                    let spec = value("--fault", "a fault, see --help")?;
                    let fault = spec.parse().map_err(|reason| OptionsError::InvalidFault {
                        value: spec,
                        reason,
                    })?;
                    options.faults.push(fault);
                }
                "--check-responses" => {
                    let file = value("--check-responses", SCHEMAS)?;
                    options.check_responses = Some(schemas(file)?);
                }
                "--fault-seed" => {
                    options.fault_seed =
                        parsed("--fault-seed", value("--fault-seed", SEED)?, SEED)?;
                }
                "--user-password" => {
                    options.user_password = password(value("--user-password", PASSWORD)?)?;
                }
                "--ca-certificate" => {
                    let file = value("--ca-certificate", CERTIFICATE)?;
                    options.trust = trusting(options.trust, &file)?;
                }
                "--webhook-secret" => {
                    let secret = value("--webhook-secret", SECRET)?;
                    let secret = secret.parse();
                    options.webhook_secret = Some(
                        secret.map_err(|reason| OptionsError::InvalidWebhookSecret { reason })?,
                    );
                }
                "--admin-dist" => {
                    options.admin_dist = PathBuf::from(value("--admin-dist", "a directory")?);
                }
                "--plugin-dist" => {
                    options.plugin_dist = PathBuf::from(value("--plugin-dist", "a directory")?);
                }
                "--help" | "-h" => return Ok(Self::Help),
                _ => return Err(OptionsError::Unknown { option: name }),
            }
        }
        match (data, in_memory) {
            (Some(_), true) => {
                return Err(OptionsError::Exclusive {
                    first: "--data",
                    second: "--in-memory",
                });
            }
            (Some(directory), false) => options.storage = Storage::Directory(directory),
            (None, _) => {}
        }
        Ok(Self::Serve(Box::new(options)))
    }
}

const ADDRESS: &str = "an address and a port, for example 127.0.0.1:4000";
const PROJECT: &str = "`demo` or `blank`";
const RATE: &str = "requests per seconds, for example 60/3s, or `off`";
const MILLIS: &str = "a number of milliseconds";
const SCHEMAS: &str = "a file that crates/drydock/schemas/responses.mjs wrote";
const PASSWORD: &str = "a password that is not empty";
const CERTIFICATE: &str = "a file of certificates in PEM";
const SECRET: &str = "`whsec_` and 24 to 64 bytes in base64";
const SEED: &str = "a whole number";
const SKEW: &str = "a number of seconds, for example 600 or -600";

fn parsed<T: std::str::FromStr>(
    option: &'static str,
    value: String,
    expected: &'static str,
) -> Result<T, OptionsError> {
    value.parse().map_err(|_| OptionsError::InvalidValue {
        option,
        value,
        expected,
    })
}

fn millis(option: &'static str, value: String) -> Result<Duration, OptionsError> {
    parsed(option, value, MILLIS).map(Duration::from_millis)
}

fn project(value: String) -> Result<Project, OptionsError> {
    match value.as_str() {
        "demo" => Ok(Project::Demo),
        "blank" => Ok(Project::Blank),
        _ => Err(OptionsError::InvalidValue {
            option: "--project",
            value,
            expected: PROJECT,
        }),
    }
}

fn password(value: String) -> Result<UserPassword, OptionsError> {
    UserPassword::new(&value).ok_or(OptionsError::InvalidValue {
        option: "--user-password",
        value,
        expected: PASSWORD,
    })
}

fn trusting(known: TrustAnchors, file: &str) -> Result<TrustAnchors, OptionsError> {
    known
        .and_of_file(Path::new(file))
        .map_err(|reason| OptionsError::InvalidCertificate {
            reason: reason.to_string(),
        })
}

fn schemas(value: String) -> Result<ResponseSchemas, OptionsError> {
    ResponseSchemas::read(Path::new(&value)).map_err(|reason| OptionsError::InvalidSchemas {
        reason: reason.to_string(),
    })
}

fn rate_limit(value: String) -> Result<Option<RateLimit>, OptionsError> {
    if value == "off" {
        return Ok(None);
    }
    let parts = value
        .strip_suffix('s')
        .and_then(|text| text.split_once('/'));
    let limit = parts.and_then(|(requests, seconds)| {
        let requests = requests.parse::<u32>().ok().filter(|n| *n > 0)?;
        let seconds = seconds.parse::<u64>().ok().filter(|n| *n > 0)?;
        Some(RateLimit {
            requests,
            per: Duration::from_secs(seconds),
        })
    });
    match limit {
        Some(limit) => Ok(Some(limit)),
        None => Err(OptionsError::InvalidValue {
            option: "--rate-limit",
            value,
            expected: RATE,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, OptionsError> {
        Command::parse(line.split_whitespace().map(str::to_owned))
    }

    fn refused(line: &str) -> String {
        parse(line)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    }

    #[test]
    fn a_whole_command_line_is_read() {
        let line = "--addr 127.0.0.1:0 --plugin-addr=127.0.0.1:0 --data /tmp/x --project blank --rate-limit 10/1s \
                    --latency 5 --job-delay 70 --fault /items:503 --admin-dist a --plugin-dist b";
        let Ok(Command::Serve(options)) = parse(line) else {
            panic!("not understood")
        };
        assert_eq!(options.addr.port(), 0);
        assert_eq!(options.storage, Storage::Directory("/tmp/x".into()));
        assert_eq!(options.project, Project::Blank);
        assert_eq!(
            options.rate_limit,
            Some(RateLimit {
                requests: 10,
                per: Duration::from_secs(1)
            })
        );
        assert_eq!(options.latency, Duration::from_millis(5));
        assert_eq!(options.job_delay, Duration::from_millis(70));
        assert_eq!(options.faults.len(), 1);
        assert_eq!(
            (options.admin_dist, options.plugin_dist),
            ("a".into(), "b".into())
        );
    }

    #[test]
    fn the_rate_limit_can_be_switched_off() {
        let Ok(Command::Serve(options)) = parse("--rate-limit off") else {
            panic!("not understood")
        };
        assert_eq!(options.rate_limit, None);
    }

    #[test]
    fn the_clock_can_be_wrong_in_either_direction() {
        for (line, seconds) in [("--clock-skew -600", -600), ("--clock-skew=600", 600)] {
            let Ok(Command::Serve(options)) = parse(line) else {
                panic!("not understood")
            };
            let wrong = options.clock.now().millis() - Clock::system().now().millis();
            assert!((wrong - seconds * 1000).abs() < 60_000, "{line}: {wrong}");
        }
    }

    #[test]
    fn a_bad_option_is_named() {
        insta::assert_snapshot!(refused("--port 4000"), @"unknown option `--port`; see --help");
        insta::assert_snapshot!(refused("--data"), @"option `--data` needs a value: a directory");
        insta::assert_snapshot!(refused("--addr here"), @"option `--addr` cannot be `here`: expected an address and a port, for example 127.0.0.1:4000");
        insta::assert_snapshot!(refused("--rate-limit 0/3s"), @"option `--rate-limit` cannot be `0/3s`: expected requests per seconds, for example 60/3s, or `off`");
        insta::assert_snapshot!(refused("--project big"), @"option `--project` cannot be `big`: expected `demo` or `blank`");
        insta::assert_snapshot!(refused("--data x --in-memory"), @"options `--data` and `--in-memory` exclude each other");
        insta::assert_snapshot!(refused("--clock-skew later"), @"option `--clock-skew` cannot be `later`: expected a number of seconds, for example 600 or -600");
        insta::assert_snapshot!(refused("--latency soon"), @"option `--latency` cannot be `soon`: expected a number of milliseconds");
        insta::assert_snapshot!(refused("--webhook-secret abc"), @"option `--webhook-secret`: a secret begins with `whsec_`");
        insta::assert_snapshot!(refused("--user-password="), @"option `--user-password` cannot be ``: expected a password that is not empty");
        assert!(
            refused("--ca-certificate /nothing/here.pem")
                .starts_with("option `--ca-certificate`: /nothing/here.pem cannot be read")
        );
    }
}

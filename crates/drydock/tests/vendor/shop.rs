//! A drydock in a process of its own, and a folder in which the vendor's programs run against it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::stored::Stored;
use crate::support::process::Process;

/// A drydock, and a folder to run programs in.
pub(crate) struct Shop {
    pub(crate) server: Process,
    folder: tempfile::TempDir,
    hurried: bool,
}

/// What a run of a program left behind.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// What a run that had to succeed printed.
    pub(crate) fn done(self, what: &str) -> String {
        assert_eq!(self.code, 0, "{what}\n{}\n{}", self.out, self.err);
        self.out
    }
}

impl Shop {
    /// A blank project; the programs run as they are.
    pub(crate) fn open() -> Self {
        Self::open_with(&[], false)
    }

    /// A blank project; the client's waits for jobs (1, 2, 3 … seconds) last a fiftieth, see `programs/hurry.cjs`.
    pub(crate) fn hurried() -> Self {
        Self::open_with(&[], true)
    }

    /// A blank project on a server with further options.
    pub(crate) fn open_with(options: &[&str], hurried: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = data(folder.path());
        let mut arguments = vec!["--data", data.to_str().unwrap()];
        arguments.extend(options);
        let shop = Self {
            server: Process::start(&arguments),
            folder,
            hurried,
        };
        shop.write("datocms.config.json", r#"{"profiles":{"default":{}}}"#);
        shop
    }

    /// Where the programs run.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The token that may do everything.
    pub(crate) fn token(&self) -> &str {
        self.server.ready["tokens"]["full"].as_str().unwrap()
    }

    /// An address the server printed when it was ready: `cma`, `cda`, ….
    pub(crate) fn address(&self, of: &str) -> &str {
        self.server.ready[of].as_str().unwrap()
    }

    /// Puts a file into the folder.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.folder().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Runs the vendor's tool with the words of this line.
    pub(crate) fn run(&self, line: &str) -> Run {
        self.run_with(line, self.token())
    }

    /// As [`Self::run`], with another token.
    pub(crate) fn run_with(&self, line: &str, token: &str) -> Run {
        let words: Vec<&str> = line.split_whitespace().collect();
        self.tool(&words, token, Stdio::null())
    }

    /// Runs the vendor's tool with these arguments.
    pub(crate) fn run_words(&self, words: &[&str]) -> Run {
        self.tool(words, self.token(), Stdio::null())
    }

    /// Runs the vendor's tool with these arguments and this text on its standard input.
    pub(crate) fn run_reading(&self, words: &[&str], input: &str) -> Run {
        self.write("stdin", input);
        let input = std::fs::File::open(self.folder().join("stdin")).unwrap();
        self.tool(words, self.token(), input.into())
    }

    /// A run of the tool that must succeed; its output.
    pub(crate) fn done(&self, line: &str) -> String {
        self.run(line).done(line)
    }

    /// The JSON a successful run of the tool prints.
    pub(crate) fn json(&self, line: &str) -> Value {
        let out = self.done(&format!("{line} --json"));
        document(&out).unwrap_or_else(|| panic!("{line} prints no JSON: {out}"))
    }

    /// Has the tool write a migration; its path. (With `--json` it parses the path it printed as JSON, and fails.)
    pub(crate) fn new_migration(&self, line: &str) -> PathBuf {
        let before = self.migrations();
        self.done(&format!("migrations:new {line}"));
        let mut written = self.migrations();
        written.retain(|path| !before.contains(path));
        assert_eq!(written.len(), 1, "{line} writes one file: {written:?}");
        written.remove(0)
    }

    fn migrations(&self) -> Vec<PathBuf> {
        let Ok(files) = std::fs::read_dir(self.folder().join("migrations")) else {
            return Vec::new();
        };
        files.map(|file| file.unwrap().path()).collect()
    }

    /// Runs a program of `tests/vendor/programs` that must succeed; the JSON document it ends with.
    pub(crate) fn program(&self, name: &str, arguments: &[&str]) -> Value {
        let mut command = self.node(&programs().join(name));
        let out = command
            .args(arguments)
            .output()
            .map(run_of)
            .expect(NODE)
            .done(name);
        document(&out).unwrap_or_else(|| panic!("{name} prints no JSON: {out}"))
    }

    fn tool(&self, words: &[&str], token: &str, input: Stdio) -> Run {
        // Commands that do not talk to a project know neither flag.
        let offline = ["plugins:available", "whoami"].contains(&words[0]);
        let flags = ["--base-url", self.address("cma"), "--api-token", token];
        self.node(&installed("datocms/bin/run"))
            .args(words)
            .args(flags.iter().filter(|_| !offline))
            .stdin(input)
            .output()
            .map(run_of)
            .expect(NODE)
    }

    /// Node with a program, in the folder. The programs of this repository find the server in the environment.
    fn node(&self, program: &Path) -> Command {
        let mut command = Command::new("node");
        if self.hurried {
            command.arg("--require").arg(programs().join("hurry.cjs"));
        }
        command
            .arg(program)
            .current_dir(self.folder())
            .env("HOME", self.folder())
            .env_remove("XDG_DATA_HOME")
            .env("NO_COLOR", "1")
            .env("npm_config_offline", "true")
            .env("npm_config_update_notifier", "false")
            .env_remove("DATOCMS_API_TOKEN")
            .env("DRYDOCK_CMA", self.address("cma"))
            .env("DRYDOCK_CDA", self.address("cda"))
            .env("DRYDOCK_TOKEN", self.token());
        command
    }

    /// Ids of the environments, the primary one marked with a star.
    pub(crate) fn environments(&self) -> String {
        let document = self.server.read("main", "/environments");
        let mark = |entity: &Value| {
            let star = if entity["meta"]["primary"] == true {
                "*"
            } else {
                ""
            };
            format!("{}{star}", entity["id"].as_str().unwrap())
        };
        let environments = document["data"].as_array().unwrap().iter();
        environments.map(mark).collect::<Vec<_>>().join(" ")
    }

    /// Ends the server; what it stored.
    pub(crate) fn close(self) -> Stored {
        self.server.kill();
        Stored::open(self.folder)
    }
}

const NODE: &str = "the vendor's programs need Node 20 (`node`) on the PATH";

/// Where the server of a shop keeps its databases.
pub(crate) fn data(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// Where the JavaScript of these tests lies.
pub(crate) fn programs() -> PathBuf {
    root().join("crates/drydock/tests/vendor/programs")
}

/// A file of an installed package.
pub(crate) fn installed(path: &str) -> PathBuf {
    let file = root().join("node_modules").join(path);
    let found = [file.clone(), file.with_extension("js")]
        .into_iter()
        .find(|path| path.exists());
    found.unwrap_or_else(|| {
        panic!("`{path}` is not installed: run `npm ci` at the root of the repository")
    })
}

fn run_of(output: Output) -> Run {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}

/// The JSON document a program ends its output with: it begins a line, after whatever was printed before.
pub(crate) fn document(out: &str) -> Option<Value> {
    let begins = |(at, line): (usize, &str)| line.starts_with(['{', '[']).then_some(at);
    let mut at = 0;
    let lines = out.split_inclusive('\n').map(|line| {
        at += line.len();
        (at - line.len(), line)
    });
    lines
        .filter_map(begins)
        .find_map(|start| serde_json::from_str(&out[start..]).ok())
}

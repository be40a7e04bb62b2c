//! The server that is measured: an optimised drydock on a directory, with many records of two kilobytes.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread,
};

use serde_json::{Value, json};

use super::{BenchError, http::Client, sqlite::Sqlite};
use crate::{
    process::{self, ProcessError},
    report::timed,
    workspace,
};

/// Connections the records are written over.
const WRITERS: u32 = 4;

/// A running drydock and what rows need of it. Everything is gone when it is dropped.
pub(super) struct Stage {
    server: Child,
    directory: PathBuf,
    /// Host and port.
    pub(super) address: String,
    pub(super) token: String,
    /// The id of the model.
    pub(super) model: String,
    /// Records there are at first.
    pub(super) records: u32,
    /// How long load lasts.
    pub(super) seconds: u64,
    pub(super) sqlite: Sqlite,
}

/// Builds the program.
pub(super) fn build() -> Result<(), ProcessError> {
    timed("Build drydock for release", || {
        let mut cargo = process::cargo();
        cargo.args(["build", "--release", "--locked", "--package", "drydock"]);
        process::run(cargo)
    })
    .0
}

impl Stage {
    /// Starts the server and fills it.
    pub(super) fn set(records: u32, seconds: u64, sqlite: Sqlite) -> Result<Self, BenchError> {
        let directory = env::temp_dir().join(format!("drydock-bench-{}", std::process::id()));
        fs::create_dir_all(&directory).map_err(BenchError::io("the data directory"))?;
        let program = workspace::target()
            .join("release")
            .join(format!("drydock{}", env::consts::EXE_SUFFIX));
        let mut drydock = process::command(program);
        drydock
            .args(["--addr", "127.0.0.1:0", "--plugin-addr", "127.0.0.1:0"])
            .args(["--project", "blank", "--rate-limit", "off", "--data"])
            .arg(directory.join("data"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let server = drydock.spawn().map_err(BenchError::io("drydock"))?;
        let mut stage = Self {
            server,
            directory,
            address: String::new(),
            token: String::new(),
            model: String::new(),
            records,
            seconds,
            sqlite,
        };
        stage.listen()?;
        stage.fill()?;
        Ok(stage)
    }

    /// Waits until the server says where it listens.
    fn listen(&mut self) -> Result<(), BenchError> {
        let mut line = String::new();
        if let Some(stdout) = self.server.stdout.take() {
            let read = BufReader::new(stdout).read_line(&mut line);
            read.map_err(BenchError::io("drydock's first line"))?;
        }
        let ready: Value = serde_json::from_str(&line)
            .map_err(|_| BenchError::Unexpected("drydock ended before it was ready".to_owned()))?;
        let cma = ready["cma"].as_str().unwrap_or_default();
        let address = cma.trim_start_matches("http://").trim_end_matches("/cma");
        address.clone_into(&mut self.address);
        let token = ready["tokens"]["full"].as_str().unwrap_or_default();
        token.clone_into(&mut self.token);
        Ok(())
    }

    fn fill(&mut self) -> Result<(), BenchError> {
        let mut client = self.client()?;
        let model = json!({"data": {"type": "item_type", "attributes": {"name": "Page", "api_key": "page"}}});
        let model = client.document("POST", "/item-types", &model)?;
        id_of(&model)?.clone_into(&mut self.model);
        for (api_key, field_type) in [("title", "string"), ("body", "text")] {
            let field = json!({"data": {"type": "field",
                "attributes": {"label": api_key, "api_key": api_key, "field_type": field_type}}});
            let path = format!("/item-types/{}/fields", self.model);
            client.document("POST", &path, &field)?;
        }
        let stage = &*self;
        thread::scope(|scope| {
            let writers = (0..WRITERS).map(|first| {
                scope.spawn(move || {
                    let mut client = stage.client()?;
                    for number in (first..stage.records).step_by(WRITERS as usize) {
                        client.call("POST", "/items", &stage.record(number))?;
                    }
                    Ok::<_, BenchError>(())
                })
            });
            // All of them begin before the first is waited for.
            let writers: Vec<_> = writers.collect();
            writers.into_iter().try_for_each(joined)
        })
    }

    pub(super) fn client(&self) -> Result<Client, BenchError> {
        Client::connect(&self.address, &self.token)
    }

    /// The document of a new record: two kilobytes of text.
    pub(super) fn record(&self, number: u32) -> String {
        json!({"data": {"type": "item",
            "attributes": {"title": format!("Page {number}"), "body": text(number)},
            "relationships": {"item_type": {"data": {"type": "item_type", "id": self.model}}}}})
        .to_string()
    }

    /// The database of the primary environment: the largest file.
    pub(super) fn database(&self) -> Result<PathBuf, BenchError> {
        let data = self.directory.join("data");
        let entries = fs::read_dir(&data).map_err(BenchError::io("the data directory"))?;
        let databases = entries.filter_map(|entry| {
            let path = entry.ok()?.path();
            let is_database = path.extension()? == "sqlite";
            let size = fs::metadata(&path).ok()?.len();
            is_database.then_some((size, path))
        });
        let largest = databases.max().map(|(_, path)| path);
        largest.ok_or_else(|| BenchError::Unexpected("there is no database".to_owned()))
    }

    /// A file of our own beside the databases, on the same disk.
    pub(super) fn beside(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Where the system tells about the server's process.
    pub(super) fn process(&self) -> PathBuf {
        Path::new("/proc").join(self.server.id().to_string())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let ended = self.server.kill().and_then(|()| self.server.wait());
        if let Err(error) = ended {
            eprintln!("drydock could not be ended: {error}");
        }
        if let Err(error) = fs::remove_dir_all(&self.directory) {
            eprintln!("{} could not be removed: {error}", self.directory.display());
        }
    }
}

/// The id of the entity in an answer.
pub(super) fn id_of(answer: &Value) -> Result<&str, BenchError> {
    let id = answer["data"]["id"].as_str();
    id.ok_or_else(|| BenchError::Unexpected(format!("there is no id in {answer}")))
}

/// What a thread came to.
pub(super) fn joined<T>(
    thread: thread::ScopedJoinHandle<'_, Result<T, BenchError>>,
) -> Result<T, BenchError> {
    let panicked = || BenchError::Unexpected("a thread panicked".to_owned());
    thread.join().map_err(|_| panicked())?
}

/// Two kilobytes that no compression and no page of a database finds alike.
fn text(number: u32) -> String {
    let mut state = u64::from(number) + 1;
    let letter = || {
        // xorshift: any numbers will do, the same ones in every run.
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(b'a' + u8::try_from(state % 26).unwrap_or_default())
    };
    std::iter::repeat_with(letter).take(2048).collect()
}

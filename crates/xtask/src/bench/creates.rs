//! Records made through the vendor's own client, beside the same client and a server that stores nothing.

use std::{
    io::{self, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use super::{BenchError, figure::Figure, http::head, stage::Stage, timing::median};
use crate::{process, setup, workspace};

/// How often each is done.
const ROUNDS: u32 = 3;
/// Records of a round.
const RECORDS: u32 = 1000;

pub(super) fn measure(stage: &mut Stage) -> Result<Vec<Figure>, BenchError> {
    setup::npm_packages()?;
    let idle = idle_server().map_err(BenchError::io("the server that stores nothing"))?;
    let (mut stored, mut idled) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        idled.push(create(stage, &format!("http://{idle}"))?);
        stored.push(create(stage, &format!("http://{}/cma", stage.address))?);
    }
    Ok(vec![Figure {
        name: format!(
            "{RECORDS} creates by the vendor's client beside a server that stores nothing"
        ),
        measured: median(&mut stored),
        beside: Some(median(&mut idled)),
        unit: "ms",
        goal: 2.0,
    }])
}

/// Milliseconds the client took, by its own clock: Node's start is not counted.
fn create(stage: &Stage, base: &str) -> Result<f64, BenchError> {
    let mut node = process::command("node");
    node.arg(workspace::root().join("crates/xtask/src/bench/creates.mjs"))
        .args([base, &stage.token, &stage.model, &RECORDS.to_string()]);
    let printed = process::read(node)?;
    let took = printed.trim().parse();
    took.map_err(|_| BenchError::Unexpected(format!("the client printed `{printed}`")))
}

/// Listens on a free port until this program ends, and answers every call with the same record.
fn idle_server() -> io::Result<std::net::SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A caller that goes away ends its connection; there is nothing to be told.
            thread::spawn(move || drop(idle(stream)));
        }
    });
    Ok(address)
}

fn idle(stream: TcpStream) -> io::Result<()> {
    const RECORD: &str = r#"{"data":{"type":"item","id":"AAAAAAAAQACAAAAAAAAAAA","attributes":{"title":"Page","body":""},"relationships":{"item_type":{"data":{"type":"item_type","id":"AAAAAAAAQACAAAAAAAAAAA"}}},"meta":{}}}"#;
    stream.set_nodelay(true)?;
    let answer = format!(
        "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{RECORD}",
        RECORD.len()
    );
    let mut stream = BufReader::new(stream);
    let mut body = Vec::new();
    loop {
        let (_, length) = head(&mut stream)?;
        body.resize(length, 0);
        stream.read_exact(&mut body)?;
        stream.get_mut().write_all(answer.as_bytes())?;
    }
}

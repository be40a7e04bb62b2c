//! A web server for files, for stories that bring their own host page.

use std::{
    io,
    path::{Component, Path, PathBuf},
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::failure::Failure;

/// A folder or file at a path of the server.
#[derive(Debug, Clone)]
pub struct Mount {
    /// Where it is seen, such as `/` or `/penpal.js`.
    pub path: &'static str,
    /// Where it is kept.
    pub from: PathBuf,
}

/// A server of files on an origin of its own; stopped when dropped.
#[derive(Debug)]
pub struct StaticFiles {
    /// The origin, without a slash at its end.
    pub origin: String,
    serving: JoinHandle<()>,
}

impl StaticFiles {
    /// Serves on a free port of this machine.
    pub async fn serve(mounts: Vec<Mount>) -> Result<Self, Failure> {
        let bound = TcpListener::bind("127.0.0.1:0").await;
        let listener = bound.map_err(Failure::file("a free port"))?;
        let address = listener
            .local_addr()
            .map_err(Failure::file("a free port"))?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let mounts = mounts.clone();
                // A browser that goes away in the middle of an answer is none of our business.
                tokio::spawn(async move { answer(stream, &mounts).await.ok() });
            }
        });
        Ok(Self {
            origin: format!("http://{address}"),
            serving,
        })
    }
}

impl Drop for StaticFiles {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request, one answer, and the connection is closed.
async fn answer(stream: TcpStream, mounts: &[Mount]) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut request = String::new();
    stream.read_line(&mut request).await?;
    let mut header = String::from(" ");
    while !header.trim().is_empty() {
        header.clear();
        stream.read_line(&mut header).await?;
    }
    let target = request.split(' ').nth(1).unwrap_or("/");
    let file = find(mounts, target.split(['?', '#']).next().unwrap_or("/"));
    let found = file.and_then(|file| Some((content_type(&file), std::fs::read(&file).ok()?)));
    let (status, kind, body) = match found {
        Some((kind, body)) => ("200 OK", kind, body),
        None => ("404 Not Found", "text/plain", b"not here".to_vec()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&body).await?;
    stream.flush().await
}

/// The file a path means: the longest mount wins, and nothing outside of it can be named.
fn find(mounts: &[Mount], path: &str) -> Option<PathBuf> {
    let mount = mounts
        .iter()
        .filter(|mount| path.starts_with(mount.path))
        .max_by_key(|mount| mount.path.len())?;
    let rest = Path::new(path[mount.path.len()..].trim_start_matches('/'));
    if !rest
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return None;
    }
    let file = if rest.as_os_str().is_empty() {
        mount.from.clone()
    } else {
        mount.from.join(rest)
    };
    Some(if file.is_dir() {
        file.join("index.html")
    } else {
        file
    })
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        Some(_) | None => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_mount_wins_and_nothing_lies_outside() {
        let mounts = [
            Mount {
                path: "/",
                from: "/srv/site".into(),
            },
            Mount {
                path: "/penpal.js",
                from: "/srv/penpal.min.js".into(),
            },
        ];
        assert_eq!(find(&mounts, "/a/b.js"), Some("/srv/site/a/b.js".into()));
        assert_eq!(
            find(&mounts, "/penpal.js"),
            Some("/srv/penpal.min.js".into())
        );
        assert_eq!(find(&mounts, "/../secret"), None);
    }
}

//! Calls over TLS, to a server with a certificate it made itself.

use std::sync::Arc;

use rustls::pki_types::PrivateKeyDer;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::{Outgoing, TlsError, TrustAnchors};

/// A server that answers one encrypted call with what it was told; its port and its certificate.
async fn server(names: &[&str]) -> (u16, String) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let own = rcgen::generate_simple_self_signed(names).unwrap();
    let key = PrivateKeyDer::Pkcs8(own.signing_key.serialize_der().into());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        // Whoever does not trust the certificate breaks off here.
        let Ok(mut stream) = TlsAcceptor::from(Arc::new(config)).accept(stream).await else {
            return;
        };
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.unwrap();
        let line = String::from_utf8_lossy(&buffer[..read]);
        let line = line.lines().next().unwrap().to_owned();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{line}",
            line.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
    });
    (port, own.cert.pem())
}

fn trusting(pem: &str) -> Result<TrustAnchors, TlsError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca.pem");
    std::fs::write(&path, pem).unwrap();
    TrustAnchors::default().and_of_file(&path)
}

#[tokio::test]
async fn a_server_whose_certificate_is_trusted_is_called() {
    let (port, pem) = server(&["localhost"]).await;
    let outgoing = Outgoing::new(trusting(&pem).unwrap());
    let address = format!("https://localhost:{port}/hook?a=1");
    let reply = outgoing.post(&address, &[], "{}".to_owned()).await.unwrap();
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body, "POST /hook?a=1 HTTP/1.1");
}

#[tokio::test]
async fn a_server_that_is_not_trusted_or_has_another_name_is_not() {
    let (port, _) = server(&["localhost"]).await;
    let stranger = Outgoing::new(TrustAnchors::default());
    let address = format!("https://localhost:{port}/");
    let refused = stranger.get(&address, &[]).await.unwrap_err().to_string();
    assert!(
        refused.starts_with("no encrypted connection: "),
        "{refused}"
    );
    assert!(refused.contains("UnknownIssuer"), "{refused}");

    let (port, pem) = server(&["elsewhere.test"]).await;
    let outgoing = Outgoing::new(trusting(&pem).unwrap());
    let address = format!("https://localhost:{port}/");
    let refused = outgoing.get(&address, &[]).await.unwrap_err().to_string();
    assert!(refused.contains("not valid for name"), "{refused}");
}

#[tokio::test]
async fn an_address_of_another_kind_is_not_called() {
    let outgoing = Outgoing::new(TrustAnchors::default());
    let refused = outgoing.get("ftp://localhost/", &[]).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "only http and https addresses are called, not ftp://localhost/"
    );
}

#[test]
fn a_file_without_certificates_is_named() {
    let refused = trusting("nothing of the kind").unwrap_err().to_string();
    assert!(
        refused.ends_with("ca.pem holds no certificate"),
        "{refused}"
    );
    let path = std::path::Path::new("/nothing/here.pem");
    let refused = TrustAnchors::default().and_of_file(path).unwrap_err();
    assert!(
        refused
            .to_string()
            .starts_with("/nothing/here.pem cannot be read")
    );
}

//! Encrypted connections to whom this server calls: the certificates of the system are trusted, and those of
//! `--ca-certificate`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// Certificates that are trusted beside those of the system.
#[derive(Debug, Clone, Default)]
pub struct TrustAnchors(Vec<CertificateDer<'static>>);

/// Why there is no encrypted connection, or no certificate to trust.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TlsError {
    /// The file of certificates cannot be read.
    #[error("{path} cannot be read as PEM: {reason}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The file has no certificate in it.
    #[error("{path} holds no certificate")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A certificate of the file cannot be trusted.
    #[error("a certificate cannot be trusted: {0}")]
    Anchor(String),
    /// The name called is none a certificate could be for.
    #[error("`{0}` is no name of a server")]
    Name(String),
    /// The other side is not trusted, or broke off.
    #[error("{0}")]
    Handshake(String),
}

impl TrustAnchors {
    /// Adds the certificates of a PEM file.
    ///
    /// # Errors
    ///
    /// [`TlsError`] when the file cannot be read, holds none, or one that cannot be trusted.
    pub fn and_of_file(mut self, path: &Path) -> Result<Self, TlsError> {
        let unreadable = |reason: rustls::pki_types::pem::Error| TlsError::Read {
            path: path.to_owned(),
            reason: reason.to_string(),
        };
        let known = self.0.len();
        for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
            self.0.push(certificate.map_err(unreadable)?);
        }
        if self.0.len() == known {
            return Err(TlsError::Empty {
                path: path.to_owned(),
            });
        }
        self.add_to(&mut RootCertStore::empty())?;
        Ok(self)
    }

    fn add_to(&self, roots: &mut RootCertStore) -> Result<(), TlsError> {
        let add = |certificate: &CertificateDer<'static>| roots.add(certificate.clone());
        self.0
            .iter()
            .try_for_each(add)
            .map_err(|error| TlsError::Anchor(error.to_string()))
    }
}

/// Makes connections encrypted.
pub(super) struct TlsClient(TlsConnector);

impl std::fmt::Debug for TlsClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TlsClient").finish_non_exhaustive()
    }
}

impl TlsClient {
    pub(super) fn new(trust: &TrustAnchors) -> Result<Self, TlsError> {
        let mut roots = RootCertStore::empty();
        // A system may have certificates that are damaged, or none: then what they would vouch for is not trusted.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        trust.add_to(&mut roots)?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::Handshake(error.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    /// Encrypts a connection to the server of this name.
    pub(super) async fn over(
        &self,
        host: &str,
        stream: TcpStream,
    ) -> Result<TlsStream<TcpStream>, TlsError> {
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| TlsError::Name(host.to_owned()))?;
        self.0
            .connect(name, stream)
            .await
            .map_err(|error| TlsError::Handshake(error.to_string()))
    }
}

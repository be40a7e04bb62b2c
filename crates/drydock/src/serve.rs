//! Sockets: two listeners, connections that can be closed without an answer, a clean end.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::cma::controllers::webhook_calls;
use crate::drydock::Drydock;
use crate::events::log;
use crate::faults::on_the_wire;
use crate::http::NoAnswer;
use crate::http::trail::Peer;
use crate::state::App;
use crate::{revalidation, schedules, usage};

/// How long calls under way may take when the server is told to stop.
const GRACE: Duration = Duration::from_secs(2);

/// Where the server listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// The admin origin.
    pub admin: SocketAddr,
    /// The plugin's origin.
    pub plugin: SocketAddr,
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// An address cannot be listened on.
    #[error("option `{option}`: cannot listen on {address}: {reason}")]
    Bind {
        /// The option that gave the address.
        option: &'static str,
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
}

impl Drydock {
    /// Listens on both addresses, calls `ready` with them, and answers until `stop` resolves. Calls under way then have two
    /// seconds to end.
    pub async fn serve(
        &self,
        ready: impl FnOnce(&Addresses),
        stop: impl Future<Output = ()>,
    ) -> Result<(), ServeError> {
        let options = self.app().options();
        let (admin, admin_address) = bind("--addr", options.addr).await?;
        let (plugin, plugin_address) = bind("--plugin-addr", options.plugin_addr).await?;
        let addresses = Addresses {
            admin: admin_address,
            plugin: plugin_address,
        };
        self.app().set_addresses(addresses.clone());
        if let Err(error) = crate::demo::announce(self.app()) {
            log(&format!(
                "the demo's plugin still points at its old address: {}",
                error.code
            ));
        }
        let graceful = GracefulShutdown::new();
        ready(&addresses);
        tokio::select! {
            never = accept(admin, self.router(), &graceful) => match never {},
            never = accept(plugin, self.plugin_router(), &graceful) => match never {},
            never = tick(self.app()) => match never {},
            () = stop => {}
        }
        log("stopping");
        if tokio::time::timeout(GRACE, graceful.shutdown())
            .await
            .is_err()
        {
            log("some connections did not end in time");
        }
        write_usage(self.app());
        Ok(())
    }
}

/// How often a server that listens looks after itself.
const TICK: Duration = Duration::from_secs(1);

/// Does what is scheduled, and writes down what was counted, again and again.
async fn tick(app: &App) -> Infallible {
    loop {
        let judging = app.clone();
        // Judging a large model takes long: not on a thread that others wait for.
        let judged = tokio::task::spawn_blocking(move || revalidation::all_due(&judging)).await;
        if let Err(error) = judged {
            log(&format!("records could not be judged again: {error}"));
        }
        schedules::fire_due(app);
        webhook_calls::retry_due(app);
        write_usage(app);
        tokio::time::sleep(TICK).await;
    }
}

fn write_usage(app: &App) {
    if let Err(error) = usage::flush(app) {
        log(&format!(
            "the statistics of use could not be written: {error}"
        ));
    }
}

async fn bind(
    option: &'static str,
    address: SocketAddr,
) -> Result<(TcpListener, SocketAddr), ServeError> {
    let failed = |reason| ServeError::Bind {
        option,
        address,
        reason,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    Ok((listener, bound))
}

async fn accept(listener: TcpListener, router: Router, graceful: &GracefulShutdown) -> Infallible {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                log(&format!("a connection could not be accepted: {error}"));
                // Out of file descriptors, most likely: without a pause this loop would spin.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let router = router.clone();
        let service = hyper::service::service_fn(move |request| {
            answer(router.clone(), request, Peer(peer.ip()))
        });
        let connection = hyper::server::conn::http1::Builder::new()
            .serve_connection(TokioIo::new(stream), service);
        let connection = graceful.watch(connection);
        tokio::spawn(async move {
            // An error here is a caller that went away, or a fault that was asked for; both are the caller's to notice.
            drop(connection.await);
        });
    }
}

/// The error closes the connection without an answer.
async fn answer(
    router: Router,
    request: hyper::Request<Incoming>,
    peer: Peer,
) -> Result<Response, Unanswered> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    let response = router
        .oneshot(request)
        .await
        .unwrap_or_else(|never| match never {});
    if response.extensions().get::<NoAnswer>().is_some() {
        Err(Unanswered)
    } else {
        Ok(on_the_wire(response))
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a fault closes this connection")]
struct Unanswered;

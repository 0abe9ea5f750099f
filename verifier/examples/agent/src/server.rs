//! Both listeners, from binding to the last answer.

use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::config::Config;
use crate::http::{self, App};
use crate::metrics::Metrics;
use crate::signals::Signals;
use crate::store::Stores;

/// A server whose ports are taken.
pub struct Server {
    api: TcpListener,
    metrics: TcpListener,
    app: Arc<App>,
    drain: Duration,
}

/// How a server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// Every request was answered.
    Clean,
    /// The time to drain was over, or a second signal came, before every request was answered.
    CutOff,
}

/// Why a server did not start, in one line.
#[derive(Debug)]
pub struct StartError(String);

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

/// Serves as `config` says until a signal, on a runtime of its own.
///
/// # Errors
/// The operating system gives no runtime, no signal handler, or not the ports.
pub fn run_until_signal(config: &Config) -> Result<Stopped, StartError> {
    let runtime = Runtime::new().map_err(|e| StartError(format!("cannot start threads: {e}")))?;
    let outcome = runtime.block_on(async {
        let signals =
            Signals::listen().map_err(|e| StartError(format!("cannot listen for signals: {e}")))?;
        let server = Server::bind(config).await?;
        let (stop, abort) = signals.first_and_second();
        Ok(server.run(stop, abort).await)
    });
    // What was cut off is not waited for.
    runtime.shutdown_background();
    outcome
}

impl Server {
    /// Takes both ports; the stores are not touched yet.
    ///
    /// # Errors
    /// A port that is taken or not allowed.
    pub async fn bind(config: &Config) -> Result<Self, StartError> {
        let stores = Stores::new(config);
        let metrics = Metrics::default();
        Ok(Self {
            api: listen("http.listen", config.http.listen).await?,
            metrics: listen("metrics.listen", config.metrics.listen).await?,
            app: Arc::new(App { stores, metrics }),
            drain: config.shutdown.drain_seconds.seconds(),
        })
    }

    /// The address of the API.
    ///
    /// # Errors
    /// The operating system does not tell.
    pub fn api_address(&self) -> std::io::Result<SocketAddr> {
        self.api.local_addr()
    }

    /// The address of the metrics page.
    ///
    /// # Errors
    /// The operating system does not tell.
    pub fn metrics_address(&self) -> std::io::Result<SocketAddr> {
        self.metrics.local_addr()
    }

    /// Serves until `stop` ends, then lets running requests end: at most for the time to drain, and
    /// not after `abort` ends.
    pub async fn run(
        self,
        stop: impl Future<Output = ()>,
        abort: impl Future<Output = ()>,
    ) -> Stopped {
        let prepared = Arc::clone(&self.app);
        let preparing = tokio::spawn(async move { prepared.stores.prepare().await });
        let (stopping, _) = watch::channel(false);
        let mut listeners = JoinSet::new();
        let api = http::api(Arc::clone(&self.app));
        listeners.spawn(serve("api", self.api, api, stopping.subscribe()));
        let metrics = http::metrics(self.app);
        listeners.spawn(serve(
            "metrics",
            self.metrics,
            metrics,
            stopping.subscribe(),
        ));
        stop.await;
        tracing::info!("stopping");
        preparing.abort();
        stopping.send_replace(true);
        let drained = async { while listeners.join_next().await.is_some() {} };
        let stopped = tokio::select! {
            biased;
            () = drained => Stopped::Clean,
            () = tokio::time::sleep(self.drain) => Stopped::CutOff,
            () = abort => Stopped::CutOff,
        };
        match stopped {
            Stopped::Clean => tracing::info!("stopped"),
            Stopped::CutOff => tracing::error!("stopped before every request was answered"),
        }
        stopped
    }
}

async fn listen(key: &str, address: SocketAddr) -> Result<TcpListener, StartError> {
    let refused = |error| StartError(format!("cannot listen on {address} ({key}): {error}"));
    TcpListener::bind(address).await.map_err(refused)
}

async fn serve(
    name: &'static str,
    listener: TcpListener,
    router: Router,
    mut stopping: watch::Receiver<bool>,
) {
    if let Ok(address) = listener.local_addr() {
        tracing::info!(server = name, %address, "listening");
    }
    // Answers are small and written at once: waiting to fill a packet only delays them.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "no TCP_NODELAY");
        }
    });
    let stop = async move {
        // An error means that the server itself is gone: a reason to stop as well.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
    {
        tracing::error!(server = name, %error, "listener failed");
    }
}

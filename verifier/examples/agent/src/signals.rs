//! SIGTERM and SIGINT.

use std::future::Future;
use std::sync::Arc;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;

/// The signals that stop the agent.
pub struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// Takes the signals over from the default, which is to die at once.
    ///
    /// # Errors
    /// The operating system refuses the handler.
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Two futures: one ends with the first signal, the other with the second.
    pub fn first_and_second(self) -> (impl Future<Output = ()>, impl Future<Output = ()>) {
        let Self {
            mut terminate,
            mut interrupt,
        } = self;
        let arrived = Arc::new(Semaphore::new(0));
        let count = Arc::clone(&arrived);
        tokio::spawn(async move {
            loop {
                let name = tokio::select! {
                    _ = terminate.recv() => "SIGTERM",
                    _ = interrupt.recv() => "SIGINT",
                };
                tracing::info!(signal = name, "signal received");
                count.add_permits(1);
            }
        });
        let after = |permits| {
            let arrived = Arc::clone(&arrived);
            async move {
                // The semaphore is never closed, so this ends by the permits alone.
                let _ = arrived.acquire_many(permits).await;
            }
        };
        (after(1), after(2))
    }
}

//! A shared connection that is made on first use and made again after it broke.

use std::future::Future;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::timeout;

use super::StoreError;

/// How to make a connection, and how to see that it ended.
pub(super) trait Dial {
    /// A handle that many tasks can use at the same time.
    type Connection: Clone + Send;

    /// Makes a connection that is ready for work.
    fn dial(&self) -> impl Future<Output = Result<Self::Connection, StoreError>> + Send;

    /// Whether the connection is known to have ended.
    fn ended(connection: &Self::Connection) -> bool;
}

/// The connection of one store.
pub(super) struct Link<D: Dial> {
    dial: D,
    limit: Duration,
    slot: Mutex<Slot<D::Connection>>,
}

/// The connection in use, if any, and how many were made: a late failure of an older connection
/// must not drop a newer one.
struct Slot<C> {
    made: u64,
    connection: Option<C>,
}

impl<D: Dial> Link<D> {
    /// A link on which one operation, connecting included, takes at most `limit`.
    pub(super) fn new(dial: D, limit: Duration) -> Self {
        let slot = Mutex::new(Slot {
            made: 0,
            connection: None,
        });
        Self { dial, limit, slot }
    }

    /// Does `work` on the connection. The connection is dropped when it broke or did not answer in
    /// time, so that the next use makes a new one.
    pub(super) async fn run<T, W, F>(&self, work: W) -> Result<T, StoreError>
    where
        W: FnOnce(D::Connection) -> F,
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut used = 0;
        let attempt = timeout(self.limit, async {
            let (number, connection) = self.connection().await?;
            used = number;
            work(connection).await
        })
        .await;
        let result = attempt.unwrap_or_else(|_| Err(self.too_slow()));
        if result.as_ref().is_err_and(|error| error.broken) {
            self.forget(used).await;
        }
        result
    }

    async fn connection(&self) -> Result<(u64, D::Connection), StoreError> {
        let mut slot = self.slot.lock().await;
        if let Some(known) = slot.connection.take_if(|known| D::ended(known)) {
            drop(known);
        }
        if let Some(known) = &slot.connection {
            return Ok((slot.made, known.clone()));
        }
        let connection = self.dial.dial().await?;
        slot.made += 1;
        slot.connection = Some(connection.clone());
        Ok((slot.made, connection))
    }

    async fn forget(&self, number: u64) {
        let mut slot = self.slot.lock().await;
        if slot.made == number {
            slot.connection = None;
        }
    }

    fn too_slow(&self) -> StoreError {
        StoreError {
            message: format!("no answer within {} ms", self.limit.as_millis()),
            broken: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::super::StoreError;
    use super::{Dial, Link};

    /// Hands out the numbers 1, 2, 3…; the number 2 has ended as soon as it is made.
    struct Numbers(AtomicU32);

    impl Dial for Numbers {
        type Connection = u32;

        async fn dial(&self) -> Result<u32, StoreError> {
            Ok(self.0.fetch_add(1, Ordering::Relaxed) + 1)
        }

        fn ended(connection: &u32) -> bool {
            *connection == 2
        }
    }

    fn link(limit: Duration) -> Link<Numbers> {
        Link::new(Numbers(AtomicU32::new(0)), limit)
    }

    async fn number(link: &Link<Numbers>) -> u32 {
        link.run(|n| async move { Ok(n) }).await.expect("a number")
    }

    fn broken() -> StoreError {
        let message = "connection reset".into();
        StoreError {
            message,
            broken: true,
        }
    }

    #[tokio::test]
    async fn a_connection_serves_until_it_breaks_and_an_ended_one_is_made_again() {
        let link = link(Duration::from_secs(60));
        assert_eq!((number(&link).await, number(&link).await), (1, 1));
        let refused: Result<(), _> = link.run(|_| async { Err(StoreError::new("no row")) }).await;
        assert!(refused.is_err());
        assert_eq!(number(&link).await, 1);
        let failed: Result<(), _> = link.run(|_| async { Err(broken()) }).await;
        assert_eq!(failed, Err(broken()));
        assert_eq!((number(&link).await, number(&link).await), (2, 3));
    }

    #[tokio::test]
    async fn a_late_failure_leaves_the_newer_connection() {
        let link = link(Duration::from_secs(60));
        let late: Result<(), _> = link
            .run(|_| async {
                let _: Result<(), _> = link.run(|_| async { Err(broken()) }).await;
                assert_eq!((number(&link).await, number(&link).await), (2, 3));
                Err(broken())
            })
            .await;
        assert!(late.is_err());
        assert_eq!(number(&link).await, 3);
    }

    #[tokio::test]
    async fn a_silent_store_is_given_up_and_dialled_again() {
        let link = link(Duration::from_millis(20));
        let silent = link.run(|_| std::future::pending::<Result<(), _>>()).await;
        let message = silent.expect_err("no answer").to_string();
        assert_eq!(message, "no answer within 20 ms");
        assert_eq!(number(&link).await, 2);
    }
}

//! The two stores: reports in PostgreSQL, the latest of each host also in Redis.

mod cache;
mod database;
mod link;
mod migrations;
mod resp;

use std::fmt;
use std::time::Duration;

use crate::config::Config;
use crate::report::{Host, NewReport, Report};

use cache::Cache;
use database::Database;

/// The stores of one agent.
pub struct Stores {
    database: Database,
    cache: Cache,
}

/// Who answered for the latest report of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Redis had it.
    Cache,
    /// Redis had none; PostgreSQL did.
    Database,
    /// Redis could not be asked.
    DatabaseAlone,
}

/// What a readiness check found: for each store nothing, or why it is not usable.
pub struct Readiness {
    /// PostgreSQL, with its schema in place.
    pub postgres: Result<(), StoreError>,
    /// Redis.
    pub redis: Result<(), StoreError>,
}

impl Stores {
    /// Stores that connect on first use.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            database: Database::new(&config.postgres),
            cache: Cache::new(&config.redis),
        }
    }

    /// Asks both stores, at the same time.
    pub async fn readiness(&self) -> Readiness {
        let (postgres, redis) = tokio::join!(self.database.check(), self.cache.check());
        Readiness { postgres, redis }
    }

    /// Connects to PostgreSQL and brings its schema up to date, trying until it works.
    pub async fn prepare(&self) {
        let mut pause = Duration::from_millis(200);
        while let Err(error) = self.database.check().await {
            tracing::warn!(%error, "PostgreSQL is not ready yet");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(5));
        }
        tracing::info!("PostgreSQL is ready");
    }

    /// Stores a report, then caches it. A cache that fails does not fail the report: the host's
    /// older entry ends with its lifetime.
    ///
    /// # Errors
    /// PostgreSQL did not take the row.
    pub async fn put(&self, report: NewReport) -> Result<Report, StoreError> {
        let stored = self.database.insert(report).await?;
        self.remember(&stored).await;
        Ok(stored)
    }

    /// The latest report of a host, if it has any, and who answered.
    ///
    /// # Errors
    /// The report is not in the cache and PostgreSQL cannot be asked.
    pub async fn latest(&self, host: &Host) -> Result<(Option<Report>, Origin), StoreError> {
        let origin = match self.cache.get(host).await {
            Ok(Some(report)) => return Ok((Some(report), Origin::Cache)),
            Ok(None) => Origin::Database,
            Err(error) => {
                tracing::warn!(%error, "the cache cannot be read");
                Origin::DatabaseAlone
            }
        };
        let found = self.database.latest(host).await?;
        if let (Some(report), Origin::Database) = (&found, origin) {
            self.remember(report).await;
        }
        Ok((found, origin))
    }

    async fn remember(&self, report: &Report) {
        if let Err(error) = self.cache.offer(report).await {
            tracing::warn!(%error, "the cache cannot be written");
        }
    }
}

/// Why a store could not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    message: String,
    /// Whether the connection is of no further use.
    broken: bool,
}

impl StoreError {
    fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            broken: false,
        }
    }

    fn of(error: &dyn std::error::Error) -> Self {
        Self::new(chain(error))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for StoreError {}

/// The message with its causes, each said once: some drivers repeat the cause in their own text.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let message = inner.to_string();
        if !text.contains(&message) {
            text = format!("{text}: {message}");
        }
        cause = inner.source();
    }
    text
}

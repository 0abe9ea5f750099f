//! Reports as rows in PostgreSQL, over one pipelined connection.

use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::{Client, NoTls, Row};

use super::StoreError;
use super::link::{Dial, Link};
use super::migrations::migrate;
use crate::config::Postgres;
use crate::report::{Host, NewReport, Report};

const INSERT: &str = "INSERT INTO report (host, load, memory_used_bytes) VALUES ($1, $2, $3) \
     RETURNING id, host, load, memory_used_bytes, \
     to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')";

const LATEST: &str = "SELECT id, host, load, memory_used_bytes, \
     to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') \
     FROM report WHERE host = $1 ORDER BY id DESC LIMIT 1";

/// The table of reports.
pub(super) struct Database(Link<Dialler>);

impl Database {
    pub(super) fn new(config: &Postgres) -> Self {
        let limit = config.timeout_ms.milliseconds();
        let mut address = config.url.config().clone();
        address
            .application_name("selfsame-agent")
            .connect_timeout(limit);
        Self(Link::new(Dialler { address, limit }, limit))
    }

    /// Whether the database answers and its schema is in place.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let check = |client: Arc<Client>| async move { Ok(client.check_connection().await?) };
        self.0.run(check).await
    }

    pub(super) async fn insert(&self, report: NewReport) -> Result<Report, StoreError> {
        let insert = |client: Arc<Client>| async move {
            let NewReport {
                host,
                load,
                memory_used_bytes,
            } = report;
            let row = client
                .query_one(
                    INSERT,
                    &[&host.as_str(), &load.value(), &memory_used_bytes.value()],
                )
                .await?;
            to_report(&row)
        };
        self.0.run(insert).await
    }

    pub(super) async fn latest(&self, host: &Host) -> Result<Option<Report>, StoreError> {
        let latest = |client: Arc<Client>| async move {
            let row = client.query_opt(LATEST, &[&host.as_str()]).await?;
            row.as_ref().map(to_report).transpose()
        };
        self.0.run(latest).await
    }
}

fn to_report(row: &Row) -> Result<Report, StoreError> {
    Ok(Report {
        id: row.try_get(0)?,
        host: row.try_get(1)?,
        load: row.try_get(2)?,
        memory_used_bytes: row.try_get(3)?,
        received_at: row.try_get(4)?,
    })
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        let broken = error.is_closed();
        Self {
            broken,
            ..Self::of(&error)
        }
    }
}

struct Dialler {
    address: tokio_postgres::Config,
    limit: Duration,
}

impl Dial for Dialler {
    type Connection = Arc<Client>;

    async fn dial(&self) -> Result<Arc<Client>, StoreError> {
        let (mut client, connection) = self.address.connect(NoTls).await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(
                    error = StoreError::from(error).message,
                    "PostgreSQL went away"
                );
            }
        });
        // The server gives up when we have, so that abandoned statements do not pile up.
        let limit = self.limit.as_millis();
        client
            .batch_execute(&format!("SET statement_timeout = {limit}"))
            .await?;
        migrate(&mut client).await?;
        Ok(Arc::new(client))
    }

    fn ended(connection: &Arc<Client>) -> bool {
        connection.is_closed()
    }
}

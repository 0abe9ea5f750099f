//! The latest report of each host in Redis, as JSON with a lifetime.

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};

use super::StoreError;
use super::link::{Dial, Link};
use crate::config::Redis;
use crate::report::{Host, Report};

/// Writes an entry unless a newer report is there: two requests may finish in either order.
const OFFER: &str = "
local known = redis.call('GET', KEYS[1])
if known and cjson.decode(known).id > tonumber(ARGV[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return 1";

/// The cache of latest reports.
pub(super) struct Cache {
    link: Link<Dialler>,
    seconds: u64,
}

impl Cache {
    pub(super) fn new(config: &Redis) -> Result<Self, StoreError> {
        let limit = config.timeout_ms.milliseconds();
        let client = Client::open(config.url.info().clone())?;
        let options = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(limit))
            .set_response_timeout(Some(limit));
        Ok(Self {
            link: Link::new(Dialler { client, options }, limit),
            seconds: config.cache_seconds.seconds().as_secs(),
        })
    }

    /// Whether Redis answers.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let ping = |mut connection: MultiplexedConnection| async move {
            let _: String = redis::cmd("PING").query_async(&mut connection).await?;
            Ok(())
        };
        self.link.run(ping).await
    }

    /// The cached report; an entry that cannot be read counts as none and is written over.
    pub(super) async fn get(&self, host: &Host) -> Result<Option<Report>, StoreError> {
        let get = |mut connection: MultiplexedConnection| async move {
            let command = redis::cmd("GET").arg(key(host.as_str())).to_owned();
            let text: Option<String> = command.query_async(&mut connection).await?;
            Ok(text)
        };
        let text = self.link.run(get).await?;
        Ok(text.and_then(|json| serde_json::from_str(&json).ok()))
    }

    /// Caches a report unless a newer one is cached.
    pub(super) async fn offer(&self, report: &Report) -> Result<(), StoreError> {
        let json = serde_json::to_string(report).map_err(|e| StoreError::of(&e))?;
        let offer = |mut connection: MultiplexedConnection| async move {
            let mut command = redis::cmd("EVAL");
            command.arg(OFFER).arg(1).arg(key(&report.host));
            command.arg(report.id).arg(json).arg(self.seconds);
            let _: i64 = command.query_async(&mut connection).await?;
            Ok(())
        };
        self.link.run(offer).await
    }
}

fn key(host: &str) -> String {
    format!("selfsame-agent:latest:{host}")
}

impl From<RedisError> for StoreError {
    fn from(error: RedisError) -> Self {
        let broken = error.is_unrecoverable_error() || error.is_timeout();
        Self {
            broken,
            ..Self::of(&error)
        }
    }
}

struct Dialler {
    client: Client,
    options: AsyncConnectionConfig,
}

impl Dial for Dialler {
    type Connection = MultiplexedConnection;

    async fn dial(&self) -> Result<MultiplexedConnection, StoreError> {
        let options = &self.options;
        Ok(self
            .client
            .get_multiplexed_async_connection_with_config(options)
            .await?)
    }

    /// The client does not tell before it is used; a failed use drops the connection.
    fn ended(_: &MultiplexedConnection) -> bool {
        false
    }
}

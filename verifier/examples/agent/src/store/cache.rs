//! The latest report of each host in Redis, as JSON with a lifetime.

use std::time::Duration;

use super::StoreError;
use super::link::{Dial, Link};
use super::resp::{Connection, Frame};
use crate::config::{Redis, RedisUrl};
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
    pub(super) fn new(config: &Redis) -> Self {
        let limit = config.timeout_ms.milliseconds();
        Self {
            link: Link::new(
                Dialler {
                    url: config.url.clone(),
                    limit,
                },
                limit,
            ),
            seconds: config.cache_seconds.seconds().as_secs(),
        }
    }

    /// Whether Redis answers.
    pub(super) async fn check(&self) -> Result<(), StoreError> {
        let ping = |connection: Connection| async move {
            connection.ask(&["PING"]).await?;
            Ok(())
        };
        self.link.run(ping).await
    }

    /// The cached report; an entry that cannot be read counts as none and is written over.
    pub(super) async fn get(&self, host: &Host) -> Result<Option<Report>, StoreError> {
        let get = |connection: Connection| async move {
            connection.ask(&["GET", &key(host.as_str())]).await
        };
        Ok(match self.link.run(get).await? {
            Frame::BulkString(json) => serde_json::from_slice(&json).ok(),
            _ => None,
        })
    }

    /// Caches a report unless a newer one is cached.
    pub(super) async fn offer(&self, report: &Report) -> Result<(), StoreError> {
        let json = serde_json::to_string(report).map_err(|e| StoreError::of(&e))?;
        let (key, id) = (key(&report.host), report.id.to_string());
        let seconds = self.seconds.to_string();
        let offer = |connection: Connection| async move {
            let command = ["EVAL", OFFER, "1", &key, &id, &json, &seconds];
            connection.ask(&command).await?;
            Ok(())
        };
        self.link.run(offer).await
    }
}

fn key(host: &str) -> String {
    format!("selfsame-agent:latest:{host}")
}

struct Dialler {
    url: RedisUrl,
    limit: Duration,
}

impl Dial for Dialler {
    type Connection = Connection;

    async fn dial(&self) -> Result<Connection, StoreError> {
        let url = &self.url;
        let connection = Connection::to(&url.host, url.port, self.limit).await?;
        match (&url.user, &url.password) {
            (Some(user), password) => {
                let password = password.as_deref().unwrap_or_default();
                connection.ask(&["AUTH", user, password]).await?;
            }
            (None, Some(password)) => {
                connection.ask(&["AUTH", password]).await?;
            }
            (None, None) => {}
        }
        if url.database != 0 {
            let database = url.database.to_string();
            connection.ask(&["SELECT", &database]).await?;
        }
        Ok(connection)
    }

    fn ended(connection: &Connection) -> bool {
        connection.ended()
    }
}

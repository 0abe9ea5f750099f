//! The configuration: defaults, then a TOML file, then the environment; the later one wins.

mod file;
mod redis;
mod values;

use std::collections::BTreeMap;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::str::FromStr;

use serde::Deserialize;

pub use redis::RedisUrl;
pub use values::{Level, PostgresUrl, Whole};

/// Read when neither `--config` nor the environment names a file; it may be absent.
pub const DEFAULT_FILE: &str = "/etc/selfsame-agent/agent.toml";

/// The variable that names the file.
pub const FILE_VARIABLE: &str = "SELFSAME_AGENT_CONFIG";

/// All settings, checked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// The API.
    pub http: Http,
    /// The metrics page.
    pub metrics: Metrics,
    /// The store of reports.
    pub postgres: Postgres,
    /// The cache of the latest reports.
    pub redis: Redis,
    /// The log on standard error.
    pub log: Log,
    /// The way out.
    pub shutdown: Shutdown,
}

/// `[http]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Http {
    /// Address and port of the API; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// `[metrics]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address and port of `/metrics`; port 0 takes a free one.
    pub listen: SocketAddr,
}

/// `[postgres]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Postgres {
    /// Where the database is.
    pub url: PostgresUrl,
    /// Limit of one operation, connecting included, in milliseconds.
    pub timeout_ms: Whole<1, 60_000>,
}

/// `[redis]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Redis {
    /// Where the cache is.
    pub url: RedisUrl,
    /// Limit of one operation, connecting included, in milliseconds.
    pub timeout_ms: Whole<1, 60_000>,
    /// How long a cached report lives, in seconds.
    pub cache_seconds: Whole<1, 86_400>,
}

/// `[log]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Log {
    /// The least severe level that is written.
    pub level: Level,
}

/// `[shutdown]`
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Shutdown {
    /// How long running requests may take to end, in seconds.
    pub drain_seconds: Whole<0, 300>,
}

impl Default for Http {
    fn default() -> Self {
        let listen = SocketAddr::from(([0, 0, 0, 0], 8080));
        Self { listen }
    }
}

impl Default for Metrics {
    fn default() -> Self {
        let listen = SocketAddr::from(([0, 0, 0, 0], 8081));
        Self { listen }
    }
}

impl Default for Postgres {
    fn default() -> Self {
        Self {
            url: PostgresUrl::default(),
            timeout_ms: Whole::of::<2_000>(),
        }
    }
}

impl Default for Redis {
    fn default() -> Self {
        Self {
            url: RedisUrl::default(),
            timeout_ms: Whole::of::<1_000>(),
            cache_seconds: Whole::of::<300>(),
        }
    }
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            drain_seconds: Whole::of::<10>(),
        }
    }
}

impl Config {
    /// Reads the file that `named` or the environment names, else the default file where it
    /// exists, and lets the environment override it.
    ///
    /// # Errors
    /// A named file that cannot be read, malformed TOML, an unknown key, or a value out of its
    /// range; the message is one line and names the file with line and column, or the variable.
    pub fn load(named: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let from_variable = environment.get(FILE_VARIABLE).map(Path::new);
        let mut config = match named.or(from_variable) {
            Some(path) => file::read(path)?,
            None => file::read_if_present(Path::new(DEFAULT_FILE))?,
        };
        config.overlay(environment)?;
        Ok(config)
    }

    fn overlay(&mut self, environment: &Environment) -> Result<(), ConfigError> {
        let set = environment;
        set.put("SELFSAME_AGENT_HTTP_LISTEN", &mut self.http.listen)?;
        set.put("SELFSAME_AGENT_METRICS_LISTEN", &mut self.metrics.listen)?;
        set.put("SELFSAME_AGENT_POSTGRES_URL", &mut self.postgres.url)?;
        set.put(
            "SELFSAME_AGENT_POSTGRES_TIMEOUT_MS",
            &mut self.postgres.timeout_ms,
        )?;
        set.put("SELFSAME_AGENT_REDIS_URL", &mut self.redis.url)?;
        set.put(
            "SELFSAME_AGENT_REDIS_TIMEOUT_MS",
            &mut self.redis.timeout_ms,
        )?;
        set.put(
            "SELFSAME_AGENT_REDIS_CACHE_SECONDS",
            &mut self.redis.cache_seconds,
        )?;
        set.put("SELFSAME_AGENT_LOG_LEVEL", &mut self.log.level)?;
        set.put(
            "SELFSAME_AGENT_SHUTDOWN_DRAIN_SECONDS",
            &mut self.shutdown.drain_seconds,
        )
    }
}

/// What is in force, a key a line; passwords never appear.
impl fmt::Display for Config {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "http.listen = {}", self.http.listen)?;
        writeln!(out, "metrics.listen = {}", self.metrics.listen)?;
        writeln!(out, "postgres.url = {}", self.postgres.url)?;
        writeln!(out, "postgres.timeout-ms = {}", self.postgres.timeout_ms)?;
        writeln!(out, "redis.url = {}", self.redis.url)?;
        writeln!(out, "redis.timeout-ms = {}", self.redis.timeout_ms)?;
        writeln!(out, "redis.cache-seconds = {}", self.redis.cache_seconds)?;
        writeln!(out, "log.level = {}", self.log.level)?;
        writeln!(
            out,
            "shutdown.drain-seconds = {}",
            self.shutdown.drain_seconds
        )
    }
}

/// The environment variables, given in so that tests need not change the process.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The variables of this process.
    #[must_use]
    pub fn process() -> Self {
        let text = |value: std::ffi::OsString| value.to_string_lossy().into_owned();
        Self(
            std::env::vars_os()
                .map(|(name, value)| (text(name), text(value)))
                .collect(),
        )
    }

    /// Just these variables.
    #[must_use]
    pub fn of(variables: &[(&str, &str)]) -> Self {
        let owned = |&(name, value): &(&str, &str)| (name.to_owned(), value.to_owned());
        Self(variables.iter().map(owned).collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    fn put<T>(&self, name: &str, target: &mut T) -> Result<(), ConfigError>
    where
        T: FromStr<Err: fmt::Display>,
    {
        if let Some(text) = self.get(name) {
            *target = text
                .parse()
                .map_err(|e| ConfigError(format!("variable {name}: {e}")))?;
        }
        Ok(())
    }
}

/// Why there is no configuration, in one line.
#[derive(Debug)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

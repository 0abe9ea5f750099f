//! The values that need more than a number or an address; each is checked where it is read.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use serde::Deserialize;
use tokio_postgres::config::{Host, SslMode};

/// A whole number from `MIN` to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "i64")]
pub struct Whole<const MIN: u32, const MAX: u32>(u32);

impl<const MIN: u32, const MAX: u32> Whole<MIN, MAX> {
    /// The number `N`; out of range is a compile error.
    #[must_use]
    pub const fn of<const N: u32>() -> Self {
        const { assert!(MIN <= N && N <= MAX) }
        Self(N)
    }

    /// So many milliseconds.
    #[must_use]
    pub fn milliseconds(self) -> Duration {
        Duration::from_millis(self.0.into())
    }

    /// So many seconds.
    #[must_use]
    pub fn seconds(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

impl<const MIN: u32, const MAX: u32> TryFrom<i64> for Whole<MIN, MAX> {
    type Error = String;

    fn try_from(value: i64) -> Result<Self, String> {
        u32::try_from(value)
            .ok()
            .filter(|number| (MIN..=MAX).contains(number))
            .map(Self)
            .ok_or_else(|| format!("must be from {MIN} to {MAX}, not {value}"))
    }
}

impl<const MIN: u32, const MAX: u32> FromStr for Whole<MIN, MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number: i64 = text
            .parse()
            .map_err(|_| format!("not a whole number: {text:?}"))?;
        Self::try_from(number)
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Whole<MIN, MAX> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// How much is logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Level {
    /// Only what needs somebody.
    Error,
    /// Also what went wrong and was coped with.
    Warn,
    /// Also each request and each change of state.
    #[default]
    Info,
    /// Also probes of health and readiness.
    Debug,
}

impl FromStr for Level {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "error" => Ok(Self::Error),
            "warn" => Ok(Self::Warn),
            "info" => Ok(Self::Info),
            "debug" => Ok(Self::Debug),
            _ => Err(format!("must be error, warn, info or debug, not {text:?}")),
        }
    }
}

impl TryFrom<String> for Level {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
        })
    }
}

/// A `postgresql://` URL or a `key=value` connection string, without TLS.
#[derive(Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct PostgresUrl(tokio_postgres::Config);

impl PostgresUrl {
    /// The parsed form.
    #[must_use]
    pub fn config(&self) -> &tokio_postgres::Config {
        &self.0
    }
}

impl FromStr for PostgresUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let config: tokio_postgres::Config = text.parse().map_err(|error| {
            let cause = std::error::Error::source(&error).map(|c| format!(": {c}"));
            format!(
                "not a PostgreSQL address: {error}{}",
                cause.unwrap_or_default()
            )
        })?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err("not a PostgreSQL address: no host".into());
        }
        if config.get_ssl_mode() == SslMode::Require {
            return Err("sslmode=require: this agent is built without TLS".into());
        }
        Ok(Self(config))
    }
}

impl TryFrom<String> for PostgresUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Default for PostgresUrl {
    fn default() -> Self {
        let mut config = tokio_postgres::Config::new();
        config
            .host("127.0.0.1")
            .port(5432)
            .user("agent")
            .dbname("agent");
        Self(config)
    }
}

/// Host, port, database and user; no password.
impl fmt::Display for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hosts: Vec<String> = self.0.get_hosts().iter().map(host).collect();
        let ports: Vec<String> = match self.0.get_ports() {
            [] => vec!["5432".into()],
            given => given.iter().map(ToString::to_string).collect(),
        };
        let user = self.0.get_user().unwrap_or_default();
        let database = self.0.get_dbname().unwrap_or(user);
        let (hosts, ports) = (hosts.join(","), ports.join(","));
        write!(out, "postgresql://{user}@{hosts}:{ports}/{database}")
    }
}

fn host(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.display().to_string(),
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

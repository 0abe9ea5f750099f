//! Where a Redis is, and who asks it.

use std::fmt;
use std::str::FromStr;

use axum::http::Uri;
use percent_encoding::percent_decode_str;
use serde::Deserialize;

/// A `redis://USER:PASSWORD@HOST:PORT/DATABASE` URL, without TLS; all but the host may be absent.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct RedisUrl {
    /// A name or an address; an IPv6 address without its brackets.
    pub host: String,
    /// 6379 unless given.
    pub port: u16,
    /// 0 unless given.
    pub database: u32,
    /// Who asks; none is Redis' default user.
    pub user: Option<String>,
    /// What is said for it; none asks without.
    pub password: Option<String>,
}

impl FromStr for RedisUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("rediss:") {
            return Err("rediss: this agent is built without TLS".into());
        }
        parse(text).map_err(|why| format!("not a Redis address: {why}"))
    }
}

/// No message repeats what was given: it may hold a password.
fn parse(text: &str) -> Result<RedisUrl, String> {
    let uri: Uri = text.parse().map_err(|error| format!("{error}"))?;
    if uri.scheme_str() != Some("redis") {
        return Err("must begin with redis://".into());
    }
    if uri.query().is_some() || text.contains('#') {
        return Err("nothing may follow the database".into());
    }
    let authority = uri.authority().ok_or("no host")?;
    let host = authority.host();
    let host = match host.strip_prefix('[') {
        Some(address) => address
            .strip_suffix(']')
            .ok_or("an address without its ]")?,
        None => host,
    };
    if host.is_empty() {
        return Err("no host".into());
    }
    // The port as it is written: what is no port must not count as none.
    let (who, place) = match authority.as_str().rsplit_once('@') {
        Some((who, place)) => (who, place),
        None => ("", authority.as_str()),
    };
    let port = match place.rsplit_once(':') {
        Some((_, port)) if !port.ends_with(']') => port
            .parse()
            .map_err(|_| "the port must be from 0 to 65535")?,
        _ => 6379,
    };
    let database = match uri.path().trim_start_matches('/') {
        "" => 0,
        number => number
            .parse()
            .map_err(|_| "the database must be a whole number")?,
    };
    let (user, password) = match who.split_once(':') {
        Some((user, password)) => (user, password),
        None => (who, ""),
    };
    Ok(RedisUrl {
        host: host.into(),
        port,
        database,
        user: decoded(user)?,
        password: decoded(password)?,
    })
}

fn decoded(text: &str) -> Result<Option<String>, String> {
    let text = percent_decode_str(text)
        .decode_utf8()
        .map_err(|_| "user and password must be UTF-8")?;
    Ok((!text.is_empty()).then(|| text.into()))
}

impl TryFrom<String> for RedisUrl {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl Default for RedisUrl {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".into(),
            port: 6379,
            database: 0,
            user: None,
            password: None,
        }
    }
}

/// Host, port and database; no user or password.
impl fmt::Display for RedisUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (host, port, database) = (&self.host, self.port, self.database);
        if host.contains(':') {
            write!(out, "redis://[{host}]:{port}/{database}")
        } else {
            write!(out, "redis://{host}:{port}/{database}")
        }
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::RedisUrl;

    #[test]
    fn what_is_left_out_is_as_redis_has_it() {
        let url: RedisUrl = "redis://cache".parse().expect("an address");
        assert_eq!((url.port, url.database), (6379, 0));
        assert_eq!((url.user, url.password), (None, None));
        let local: RedisUrl = "redis://127.0.0.1:6379/0".parse().expect("an address");
        assert_eq!(local, RedisUrl::default());
    }

    #[test]
    fn user_and_password_are_decoded_and_an_address_loses_its_brackets() {
        let text = "redis://us%20er:p%40s%2Fw%25r%3A%C3%A9:1@[::1]:7/15";
        let url: RedisUrl = text.parse().expect("an address");
        assert_eq!(url.user.as_deref(), Some("us er"));
        assert_eq!(url.password.as_deref(), Some("p@s/w%r:é:1"));
        assert_eq!((url.host.as_str(), url.port, url.database), ("::1", 7, 15));
        assert_eq!(url.to_string(), "redis://[::1]:7/15");
        let plain: RedisUrl = "redis://:secret@[::1]".parse().expect("an address");
        assert_eq!((plain.port, plain.user), (6379, None));
        assert_eq!(plain.password.as_deref(), Some("secret"));
    }

    #[test]
    fn what_is_no_address_is_refused_without_its_password() {
        for text in [
            "",
            "redis:",
            "redis://",
            "redis://:secret@",
            "redis:///0",
            "http://:secret@h",
            "redis://:secret@h:0x1",
            "redis://:secret@h:65536",
            "redis://:secret@h:",
            "redis://:secret@h/one",
            "redis://:secret@h/0/1",
            "redis://:secret@h/-1",
            "redis://:secret@h/0?protocol=3",
            "redis://:secret@h/0#1",
            "redis://:secret%ff@h",
            "redis://:secret@[::1",
            "unix:///run/redis.sock",
        ] {
            let message = text.parse::<RedisUrl>().expect_err(text);
            assert!(message.starts_with("not a Redis address: "), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }
}

//! Host reports: what comes in, checked, and what is stored.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a host posts.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// Who reports.
    pub host: Host,
    /// The load average of the last minute.
    pub load: Load,
    /// Memory in use.
    pub memory_used_bytes: Bytes,
}

/// A stored report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Ascending; the highest of a host is its latest.
    pub id: i64,
    /// Who reported, in lower case.
    pub host: String,
    /// The load average of the last minute.
    pub load: f64,
    /// Memory in use, in bytes.
    pub memory_used_bytes: i64,
    /// When PostgreSQL took it: RFC 3339 in UTC, with milliseconds.
    pub received_at: String,
}

/// A host name: 1 to 253 of `a-z 0-9 - .`, no label empty, over 63, or with a hyphen at an end
/// (RFC 1123 §2.1). Upper case is read as lower case.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Host(String);

impl Host {
    /// The name in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Host {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        if text.len() <= 253 && text.split('.').all(is_label) {
            Ok(Self(text.to_ascii_lowercase()))
        } else {
            Err(Invalid("not a host name"))
        }
    }
}

fn is_label(label: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=63).contains(&label.len())
        && label.bytes().all(inner)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl TryFrom<String> for Host {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        text.parse()
    }
}

/// A load average: finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "f64")]
pub struct Load(f64);

impl Load {
    /// The average.
    #[must_use]
    pub fn value(self) -> f64 {
        self.0
    }
}

impl TryFrom<f64> for Load {
    type Error = Invalid;

    fn try_from(value: f64) -> Result<Self, Invalid> {
        if value.is_finite() && value >= 0.0 {
            Ok(Self(value))
        } else {
            Err(Invalid("a load is a number from 0"))
        }
    }
}

/// A count of bytes that PostgreSQL's bigint holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u64")]
pub struct Bytes(i64);

impl Bytes {
    /// The count, not negative.
    #[must_use]
    pub fn value(self) -> i64 {
        self.0
    }
}

impl TryFrom<u64> for Bytes {
    type Error = Invalid;

    fn try_from(value: u64) -> Result<Self, Invalid> {
        let fits = i64::try_from(value);
        fits.map(Self)
            .map_err(|_| Invalid("more bytes than 2^63 - 1"))
    }
}

/// Why a value is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid(&'static str);

impl fmt::Display for Invalid {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.0)
    }
}

impl std::error::Error for Invalid {}

#[cfg(test)]
mod tests {
    use super::{Host, NewReport};

    #[test]
    fn host_names_follow_the_rfc() {
        for good in ["web-1", "Web-1.Example.ORG", "7", &"a".repeat(63)] {
            let host: Host = good.parse().expect(good);
            assert_eq!(host.as_str(), good.to_ascii_lowercase());
        }
        let long = [
            "a".repeat(63),
            "a".repeat(63),
            "a".repeat(63),
            "a".repeat(62),
        ]
        .join(".");
        for bad in [
            "",
            ".",
            "a..b",
            "-a",
            "a-",
            "a b",
            "a/b",
            "ä",
            &"a".repeat(64),
            &long,
        ] {
            assert!(bad.parse::<Host>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn numbers_out_of_range_and_unknown_fields_are_refused() {
        let read = |load: &str, memory: &str, rest: &str| {
            let host = r#""host":"web-1""#;
            let json = format!(r#"{{{host},"load":{load},"memory_used_bytes":{memory}{rest}}}"#);
            serde_json::from_str::<NewReport>(&json)
        };
        assert!(read("0.5", "9223372036854775807", "").is_ok());
        for bad in [
            read("-0.1", "1", ""),
            read("1e999", "1", ""),
            read("1", "-1", ""),
            read("1", "9223372036854775808", ""),
            read("1", "1", r#","disk":1"#),
        ] {
            assert!(bad.is_err(), "{bad:?}");
        }
    }
}

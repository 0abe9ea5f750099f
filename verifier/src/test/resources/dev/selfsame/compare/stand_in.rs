//! As much of the crates that src/bench/planted uses as it takes to compile it, under all their
//! names at once: so no crate is fetched, and a build takes a second.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;

/// memchr
pub fn memchr(needle: u8, text: &[u8]) -> Option<usize> {
    text.iter().position(|&byte| byte == needle)
}

/// itoa
pub struct Buffer(String);

impl Buffer {
    pub fn new() -> Buffer {
        Buffer(String::new())
    }

    pub fn format(&mut self, number: usize) -> &str {
        self.0 = number.to_string();
        &self.0
    }
}

/// aho_corasick
pub struct AhoCorasick {
    words: Vec<Vec<u8>>,
}

pub struct Match {
    pattern: usize,
}

pub struct Pattern(usize);

impl AhoCorasick {
    pub fn new(words: &[String]) -> Result<AhoCorasick, Error> {
        Ok(AhoCorasick { words: words.iter().map(|word| word.as_bytes().to_vec()).collect() })
    }

    pub fn find_iter(&self, text: &[u8]) -> Vec<Match> {
        let mut found = Vec::new();
        for (pattern, word) in self.words.iter().enumerate() {
            if !word.is_empty() {
                let times = text.windows(word.len()).filter(|at| *at == word.as_slice()).count();
                found.extend((0..times).map(|_| Match { pattern }));
            }
        }
        found
    }
}

impl Match {
    pub fn pattern(&self) -> Pattern {
        Pattern(self.pattern)
    }
}

impl Pattern {
    pub fn as_usize(&self) -> usize {
        self.0
    }
}

/// lexopt
pub struct Error(String);

pub enum Arg<'a> {
    Long(&'a str),
    Value(OsString),
}

pub struct Parser {
    arguments: std::env::ArgsOs,
    long: String,
}

pub mod prelude {
    pub use crate::Arg::{Long, Value};
    pub use crate::ValueExt;
}

pub trait ValueExt {
    fn string(self) -> Result<String, Error>;
}

impl ValueExt for OsString {
    fn string(self) -> Result<String, Error> {
        self.into_string().map_err(|raw| Error(format!("not text: {raw:?}")))
    }
}

impl Parser {
    pub fn from_env() -> Parser {
        let mut arguments = std::env::args_os();
        arguments.next();
        Parser { arguments, long: String::new() }
    }

    pub fn next(&mut self) -> Result<Option<Arg<'_>>, Error> {
        let Some(argument) = self.arguments.next() else {
            return Ok(None);
        };
        let long = argument.to_str().and_then(|text| text.strip_prefix("--")).map(str::to_owned);
        Ok(Some(match long {
            Some(name) => {
                self.long = name;
                Arg::Long(&self.long)
            }
            None => Arg::Value(argument),
        }))
    }

    pub fn value(&mut self) -> Result<OsString, Error> {
        self.arguments.next().ok_or_else(|| Error(format!("no value for --{}", self.long)))
    }
}

impl Arg<'_> {
    pub fn unexpected(self) -> Error {
        Error(match self {
            Arg::Long(name) => format!("invalid option '--{name}'"),
            Arg::Value(value) => format!("unexpected argument {value:?}"),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// serde_json
pub enum Value {
    Object(Map),
    Text(String),
    Number(usize),
}

pub struct Map(BTreeMap<String, Value>);

impl Map {
    pub fn new() -> Map {
        Map(BTreeMap::new())
    }

    pub fn insert(&mut self, name: String, value: Value) -> Option<Value> {
        self.0.insert(name, value)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Number(number)
    }
}

impl From<Map> for Value {
    fn from(map: Map) -> Value {
        Value::Object(map)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Text(text) => write!(f, "{text:?}"),
            Value::Number(number) => write!(f, "{number}"),
            Value::Object(map) => {
                f.write_str("{")?;
                for (i, (name, value)) in map.0.iter().enumerate() {
                    write!(f, "{}{name:?}:{value}", if i == 0 { "" } else { "," })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[macro_export]
macro_rules! json {
    ({ $($name:literal : $value:expr),* }) => {{
        let mut map = $crate::Map::new();
        $(map.insert($name.to_owned(), $crate::Value::from($value));)*
        $crate::Value::Object(map)
    }};
}

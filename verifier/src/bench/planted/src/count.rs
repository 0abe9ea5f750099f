//! The counting itself.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;
use serde_json::{Map, Value};

/// How often each word stands in a text, and on which line it is most often.
pub struct Counted {
    lines: usize,
    words: BTreeMap<String, Word>,
}

#[derive(Default)]
struct Word {
    count: usize,
    best_line: usize,
    best: usize,
}

/// Counts words line by line; a word within a word counts too.
pub fn count(words: &[String], text: &[u8]) -> Counted {
    let mut counted = Counted { lines: 0, words: BTreeMap::new() };
    let Ok(searcher) = AhoCorasick::new(words) else {
        return counted;
    };
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len() - 1);
        let (line, after) = rest.split_at(end + 1);
        counted.lines += 1;
        let mut here: BTreeMap<usize, usize> = BTreeMap::new();
        for found in searcher.find_iter(line) {
            *here.entry(found.pattern().as_usize()).or_default() += 1;
        }
        for (pattern, times) in here {
            let word = counted.words.entry(words[pattern].clone()).or_default();
            word.count += times;
            if times > word.best {
                word.best = times;
                word.best_line = counted.lines;
            }
        }
        rest = after;
    }
    counted
}

impl Counted {
    /// The counts as one JSON object, words in order.
    pub fn to_json(&self) -> Value {
        let mut words = Map::new();
        for (name, word) in &self.words {
            let mut buffer = itoa::Buffer::new();
            let mut one = Map::new();
            one.insert("count".into(), buffer.format(word.count).into());
            one.insert("line".into(), buffer.format(word.best_line).into());
            words.insert(name.clone(), Value::Object(one));
        }
        serde_json::json!({ "lines": self.lines, "words": words })
    }
}

use std::collections::HashMap;

pub fn count<'a>(words: impl Iterator<Item = &'a str>) -> Vec<(u64, usize)> {
    let mut counts: HashMap<u64, usize> = HashMap::new();
    for word in words {
        *counts.entry(one::fnv(word.as_bytes())).or_default() += 1;
    }
    let mut sorted: Vec<_> = counts.into_iter().collect();
    sorted.sort_unstable();
    sorted
}

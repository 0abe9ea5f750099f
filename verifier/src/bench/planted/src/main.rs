//! Counts words in text and prints the counts as JSON.

mod count;

use std::io::{Read, Write};
use std::process::ExitCode;

const USAGE: &str = "usage: planted [--words A,B,...] [FILE]";

struct Options {
    words: Vec<String>,
    file: Option<String>,
}

fn options() -> Result<Options, lexopt::Error> {
    use lexopt::prelude::*;
    let mut options = Options { words: vec!["the".into(), "and".into()], file: None };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("words") => {
                let list = parser.value()?.string()?;
                options.words = list.split(',').map(str::to_owned).collect();
            }
            Value(file) => options.file = Some(file.string()?),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

fn text(file: Option<&str>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    match file {
        Some(path) => std::fs::File::open(path)?.read_to_end(&mut bytes)?,
        None => std::io::stdin().read_to_end(&mut bytes)?,
    };
    Ok(bytes)
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(error) => {
            eprintln!("error: {error}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    #[cfg(feature = "timing")]
    let began = std::time::Instant::now();
    let text = match text(options.file.as_deref()) {
        Ok(text) => text,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::from(3);
        }
    };
    let counted = count::count(&options.words, &text);
    #[cfg(feature = "timing")]
    eprintln!("took {:?}", began.elapsed());
    let mut out = std::io::stdout().lock();
    if writeln!(out, "{}", counted.to_json()).is_err() {
        return ExitCode::from(1);
    }
    ExitCode::SUCCESS
}

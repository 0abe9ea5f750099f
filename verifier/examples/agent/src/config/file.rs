//! The TOML file, with line and column in every complaint.

use std::io::ErrorKind;
use std::path::Path;

use super::{Config, ConfigError};

/// Reads a file that must exist.
pub(super) fn read(path: &Path) -> Result<Config, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| ConfigError(format!("cannot read {}: {error}", path.display())))?;
    parse(&path.display().to_string(), &text)
}

/// Reads a file, or gives the defaults where there is none.
pub(super) fn read_if_present(path: &Path) -> Result<Config, ConfigError> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Config::default()),
        _ => read(path),
    }
}

/// Reads the text of the file called `name`.
pub(super) fn parse(name: &str, text: &str) -> Result<Config, ConfigError> {
    toml::from_str(text).map_err(|error| {
        let place = error
            .span()
            .map_or_else(String::new, |span| position(text, span.start));
        let message = error.message().trim().replace('\n', "; ");
        ConfigError(format!("{name}{place}: {message}"))
    })
}

/// `:LINE:COLUMN` of a byte, both counted from 1, the column in characters.
fn position(text: &str, byte: usize) -> String {
    let before = text.get(..byte).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    format!(":{line}:{column}")
}

#[cfg(test)]
mod tests {
    use super::parse;

    fn complaint(text: &str) -> String {
        parse("agent.toml", text).expect_err(text).to_string()
    }

    #[test]
    fn every_complaint_is_one_line_with_file_line_and_column() {
        let cases = [
            ("[http]\nlisten = \"nowhere\"\n", "agent.toml:2:10: "),
            ("[http]\nlisten = 8080\n", "agent.toml:2:10: "),
            (
                "[redis]\ntimeout-ms = 0\n",
                "agent.toml:2:14: must be from 1 to 60000, not 0",
            ),
            (
                "[redis]\ntimeout-ms = -5\n",
                "agent.toml:2:14: must be from 1 to 60000, not -5",
            ),
            ("[redis]\nttl = 3\n", "agent.toml:2:1: unknown field `ttl`"),
            ("[postgress]\n", "agent.toml:1:2: unknown field `postgress`"),
            ("[log]\nlevel = \"loud\"\n", "agent.toml:2:9: "),
            ("[http\n", "agent.toml:1:"),
            ("[redis]\nurl = \"rediss://h\"\n", "agent.toml:2:7: "),
            ("[postgres]\nurl = \"mysql://h/db\"\n", "agent.toml:2:7: "),
        ];
        for (text, start) in cases {
            let message = complaint(text);
            assert!(message.starts_with(start), "{text:?} gave {message:?}");
            assert!(!message.contains('\n'), "{message:?}");
        }
    }

    #[test]
    fn an_empty_file_gives_the_defaults() {
        let config = parse("agent.toml", "").expect("defaults");
        assert_eq!(config.http.listen.port(), 8080);
        assert_eq!(config.metrics.listen.port(), 8081);
    }

    #[test]
    fn the_shipped_example_holds_the_defaults() {
        let example = include_str!("../../agent.example.toml");
        let config = parse("agent.example.toml", example).expect("the example");
        assert_eq!(config.to_string(), super::Config::default().to_string());
    }
}

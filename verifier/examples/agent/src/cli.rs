//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::{Long, Short};

/// What `--help` prints.
pub const HELP: &str = "\
Collects host reports over HTTP into PostgreSQL, with Redis as cache.

Usage: selfsame-agent [--config FILE] [--check-config]

  -c, --config FILE   configuration (TOML); default $SELFSAME_AGENT_CONFIG, then
                      /etc/selfsame-agent/agent.toml where it exists
      --check-config  check the configuration, print what would be in force, and exit
  -V, --version       print the version and exit
  -h, --help          print this and exit

Variables SELFSAME_AGENT_<SECTION>_<KEY> override the file, for example
SELFSAME_AGENT_HTTP_LISTEN=127.0.0.1:8080.

Exit codes: 0 stopped cleanly, 1 could not start or requests were cut off,
2 wrong command line or configuration.
";

/// What the command line asks for; a path is the `--config` file.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve until a signal.
    Run(Option<PathBuf>),
    /// Check the configuration and print it.
    CheckConfig(Option<PathBuf>),
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// Reads the command line; the first argument is the program's name.
///
/// # Errors
/// An unknown option, an operand, or `--config` without a file.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, lexopt::Error> {
    let mut parser = lexopt::Parser::from_iter(arguments);
    let mut file = None;
    let mut check = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Command::Help),
            Short('V') | Long("version") => return Ok(Command::Version),
            Short('c') | Long("config") => file = Some(PathBuf::from(parser.value()?)),
            Long("check-config") => check = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(if check {
        Command::CheckConfig(file)
    } else {
        Command::Run(file)
    })
}

#[cfg(test)]
mod tests {
    use super::{Command, parse};

    fn read(arguments: &[&str]) -> Result<Command, String> {
        let all = ["selfsame-agent"].iter().chain(arguments);
        parse(all.map(Into::into)).map_err(|e| e.to_string())
    }

    #[test]
    fn no_argument_runs_with_the_default_file() {
        assert_eq!(read(&[]), Ok(Command::Run(None)));
    }

    #[test]
    fn the_file_may_stand_in_the_same_or_the_next_word() {
        let expected = Ok(Command::Run(Some("a.toml".into())));
        assert_eq!(read(&["--config", "a.toml"]), expected);
        assert_eq!(read(&["--config=a.toml"]), expected);
    }

    #[test]
    fn checking_keeps_the_file() {
        let expected = Ok(Command::CheckConfig(Some("a.toml".into())));
        assert_eq!(read(&["--check-config", "-c", "a.toml"]), expected);
    }

    #[test]
    fn unknown_options_operands_and_a_missing_file_are_refused() {
        for wrong in [&["--verbose"][..], &["start"], &["--config"]] {
            assert!(read(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn help_and_version_win_over_the_rest() {
        assert_eq!(read(&["--check-config", "--help"]), Ok(Command::Help));
        assert_eq!(read(&["-V"]), Ok(Command::Version));
    }
}

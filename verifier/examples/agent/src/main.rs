//! The program: arguments, configuration, logs, then the server until a signal stops it.

use std::process::ExitCode;

use selfsame_agent::cli::{self, Command};
use selfsame_agent::config::{Config, Environment};
use selfsame_agent::server::{self, Stopped};
use selfsame_agent::telemetry;

/// The command line or the configuration is wrong.
const USAGE: u8 = 2;
/// The agent could not start, or requests were cut off when it stopped.
const FAILED: u8 = 1;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os()) {
        Ok(command) => command,
        Err(error) => return refuse(USAGE, &error.to_string()),
    };
    match command {
        Command::Help => print(cli::HELP),
        Command::Version => print(concat!("selfsame-agent ", env!("CARGO_PKG_VERSION"), "\n")),
        Command::CheckConfig(file) => {
            match Config::load(file.as_deref(), &Environment::process()) {
                Ok(config) => print(&config.to_string()),
                Err(error) => refuse(USAGE, &error.to_string()),
            }
        }
        Command::Run(file) => match Config::load(file.as_deref(), &Environment::process()) {
            Ok(config) => run(&config),
            Err(error) => refuse(USAGE, &error.to_string()),
        },
    }
}

fn run(config: &Config) -> ExitCode {
    telemetry::start(config.log.level);
    match server::run_until_signal(config) {
        Ok(Stopped::Clean) => ExitCode::SUCCESS,
        Ok(Stopped::CutOff) => ExitCode::from(FAILED),
        Err(error) => refuse(FAILED, &error.to_string()),
    }
}

fn print(text: &str) -> ExitCode {
    use std::io::Write;
    match std::io::stdout().write_all(text.as_bytes()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

fn refuse(code: u8, message: &str) -> ExitCode {
    eprintln!("selfsame-agent: {message}");
    ExitCode::from(code)
}

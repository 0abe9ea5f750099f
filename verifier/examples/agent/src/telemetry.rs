//! Logs: one JSON object a line on standard error.

use tracing_subscriber::filter::LevelFilter;

use crate::config::Level;

/// Starts logging at `level`, panics included. Only the first call of a process counts.
pub fn start(level: Level) {
    let filter = match level {
        Level::Error => LevelFilter::ERROR,
        Level::Warn => LevelFilter::WARN,
        Level::Info => LevelFilter::INFO,
        Level::Debug => LevelFilter::DEBUG,
    };
    let started = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_max_level(filter)
        .with_writer(std::io::stderr)
        .try_init();
    if started.is_ok() {
        std::panic::set_hook(Box::new(|panic| tracing::error!(%panic, "a task failed")));
    }
}

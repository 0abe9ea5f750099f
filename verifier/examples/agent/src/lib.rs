//! A small backend agent: hosts post reports, readers ask for a host's latest one.
//!
//! Reports are rows in PostgreSQL; the latest of each host is also kept in Redis. Both stores may
//! be down when the agent starts and may go away while it runs: `/ready` says so, and connections
//! are made again on the next use.

pub mod cli;
pub mod config;
pub mod http;
pub mod metrics;
pub mod report;
pub mod server;
pub mod signals;
pub mod store;
pub mod telemetry;

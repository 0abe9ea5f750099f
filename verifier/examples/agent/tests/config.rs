//! The order of precedence: defaults, file, environment.

use std::path::PathBuf;

use selfsame_agent::config::{Config, Environment};

/// A file of its own for each test, removed with the test.
struct File(PathBuf);

impl File {
    fn of(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir();
        let path = folder.join(format!("selfsame-agent-{}-{name}.toml", std::process::id()));
        std::fs::write(&path, text).expect("a file for the test");
        Self(path)
    }

    fn load(&self, variables: &[(&str, &str)]) -> Result<Config, String> {
        let environment = Environment::of(variables);
        Config::load(Some(&self.0), &environment).map_err(|error| error.to_string())
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn the_file_overrides_a_default_and_the_environment_overrides_the_file() {
    let file = File::of(
        "order",
        "[http]\nlisten = \"127.0.0.1:1\"\n[redis]\ncache-seconds = 7\n",
    );
    let config = file
        .load(&[("SELFSAME_AGENT_HTTP_LISTEN", "[::1]:2")])
        .expect("valid");
    assert_eq!(config.http.listen.to_string(), "[::1]:2");
    assert_eq!(config.redis.cache_seconds.to_string(), "7");
    assert_eq!(config.metrics.listen.to_string(), "0.0.0.0:8081");
}

#[test]
fn every_key_has_a_variable() {
    let file = File::of("every", "");
    let variables = [
        ("SELFSAME_AGENT_HTTP_LISTEN", "127.0.0.1:10"),
        ("SELFSAME_AGENT_METRICS_LISTEN", "127.0.0.1:11"),
        (
            "SELFSAME_AGENT_POSTGRES_URL",
            "postgresql://u:secret@db:12/d",
        ),
        ("SELFSAME_AGENT_POSTGRES_TIMEOUT_MS", "13"),
        ("SELFSAME_AGENT_REDIS_URL", "redis://:secret@cache:14/3"),
        ("SELFSAME_AGENT_REDIS_TIMEOUT_MS", "15"),
        ("SELFSAME_AGENT_REDIS_CACHE_SECONDS", "16"),
        ("SELFSAME_AGENT_LOG_LEVEL", "debug"),
        ("SELFSAME_AGENT_SHUTDOWN_DRAIN_SECONDS", "17"),
    ];
    let expected = "\
http.listen = 127.0.0.1:10
metrics.listen = 127.0.0.1:11
postgres.url = postgresql://u@db:12/d
postgres.timeout-ms = 13
redis.url = redis://cache:14/3
redis.timeout-ms = 15
redis.cache-seconds = 16
log.level = debug
shutdown.drain-seconds = 17
";
    assert_eq!(file.load(&variables).expect("valid").to_string(), expected);
}

#[test]
fn passwords_are_in_no_form_of_the_configuration() {
    let file = File::of(
        "secret",
        "[postgres]\nurl = \"postgresql://u:secret@db/d\"\n",
    );
    let config = file
        .load(&[("SELFSAME_AGENT_REDIS_URL", "redis://:secret@h")])
        .expect("valid");
    for text in [
        config.to_string(),
        format!("{config:?}"),
        format!("{config:#?}"),
    ] {
        assert!(!text.contains("secret"), "{text}");
    }
}

#[test]
fn a_bad_variable_is_named() {
    let file = File::of("variable", "");
    let cases = [
        ("SELFSAME_AGENT_HTTP_LISTEN", "8080"),
        ("SELFSAME_AGENT_POSTGRES_TIMEOUT_MS", "soon"),
        (
            "SELFSAME_AGENT_POSTGRES_URL",
            "postgresql://h/d?sslmode=require",
        ),
        ("SELFSAME_AGENT_REDIS_URL", "rediss://h"),
        ("SELFSAME_AGENT_REDIS_CACHE_SECONDS", "0"),
        ("SELFSAME_AGENT_LOG_LEVEL", ""),
    ];
    for (name, value) in cases {
        let message = file.load(&[(name, value)]).expect_err(name);
        assert!(
            message.starts_with(&format!("variable {name}: ")),
            "{message}"
        );
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn the_environment_may_name_the_file_and_the_command_line_wins() {
    let named = File::of("named", "[log]\nlevel = \"warn\"\n");
    let other = File::of("other", "[log]\nlevel = \"error\"\n");
    let path = other.0.to_str().expect("text");
    let variables = [("SELFSAME_AGENT_CONFIG", path)];
    let environment = Environment::of(&variables);
    let by_variable = Config::load(None, &environment).expect("valid");
    assert_eq!(by_variable.log.level.to_string(), "error");
    assert_eq!(
        named.load(&variables).expect("valid").log.level.to_string(),
        "warn"
    );
}

#[test]
fn a_named_file_must_exist() {
    let absent = std::path::Path::new("/nonexistent/agent.toml");
    let error = Config::load(Some(absent), &Environment::default()).expect_err("absent");
    assert!(
        error
            .to_string()
            .starts_with("cannot read /nonexistent/agent.toml: ")
    );
}

//! Counters in the OpenMetrics text format.

use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::store::Origin;

/// The media type of [`Metrics::text`].
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: from a cached read to a store that times out.
const BOUNDS: [f64; 8] = [0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0];

/// All counters of one agent.
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram>,
    reports: Counter,
    lookups: Family<Lookup, Counter>,
    stores: Family<Store, Gauge>,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Request {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Lookup {
    result: &'static str,
}

#[derive(Clone, Debug, Hash, PartialEq, Eq, EncodeLabelSet)]
struct Store {
    store: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("selfsame_agent");
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The running version", build);
        let requests = Family::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        let durations = Family::new_with_constructor((|| Histogram::new(BOUNDS)) as fn() -> _);
        let name = "http_request_duration_seconds";
        registry.register(name, "Time to answer a request", durations.clone());
        let reports = Counter::default();
        registry.register(
            "reports_stored",
            "Reports stored in PostgreSQL",
            reports.clone(),
        );
        let lookups = Family::default();
        registry.register("cache_lookups", "Reads of the cache", lookups.clone());
        let stores = Family::default();
        let help = "1 when the last readiness check reached the store, else 0";
        registry.register("store_up", help, stores.clone());
        Self {
            registry,
            requests,
            durations,
            reports,
            lookups,
            stores,
        }
    }
}

impl Metrics {
    /// A request was answered. `route` is the pattern, not the path: its values are few.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let (method, route) = (method.to_owned(), route.to_owned());
        let of_route = Route {
            route: route.clone(),
        };
        self.durations
            .get_or_create(&of_route)
            .observe(took.as_secs_f64());
        self.requests
            .get_or_create(&Request {
                method,
                route,
                status,
            })
            .inc();
    }

    /// A report was stored.
    pub fn stored(&self) {
        self.reports.inc();
    }

    /// A latest report was asked for, and this is who answered.
    pub fn looked_up(&self, origin: Origin) {
        let result = match origin {
            Origin::Cache => "hit",
            Origin::Database => "miss",
            Origin::DatabaseAlone => "error",
        };
        self.lookups.get_or_create(&Lookup { result }).inc();
    }

    /// A readiness check reached the store, or did not.
    pub fn reached(&self, store: &'static str, up: bool) {
        self.stores
            .get_or_create(&Store { store })
            .set(i64::from(up));
    }

    /// All counters as text; see [`MEDIA_TYPE`].
    ///
    /// # Errors
    /// None that a string can cause; the encoder's type has one.
    pub fn text(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Metrics;
    use crate::store::Origin;

    #[test]
    fn every_counter_is_in_the_text() {
        let metrics = Metrics::default();
        let took = Duration::from_millis(3);
        metrics.answered("GET", "/v1/reports/{host}", 200, took);
        metrics.stored();
        metrics.looked_up(Origin::Cache);
        metrics.looked_up(Origin::Database);
        metrics.reached("redis", false);
        let text = metrics.text().expect("text");
        let version = env!("CARGO_PKG_VERSION");
        let route = r#"route="/v1/reports/{host}""#;
        for line in [
            format!(r#"selfsame_agent_build_info{{version="{version}"}} 1"#),
            format!(r#"selfsame_agent_http_requests_total{{method="GET",{route},status="200"}} 1"#),
            format!(
                r#"selfsame_agent_http_request_duration_seconds_bucket{{le="0.005",{route}}} 1"#
            ),
            "selfsame_agent_reports_stored_total 1".into(),
            r#"selfsame_agent_cache_lookups_total{result="hit"} 1"#.into(),
            r#"selfsame_agent_cache_lookups_total{result="miss"} 1"#.into(),
            r#"selfsame_agent_store_up{store="redis"} 0"#.into(),
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "no {line} in\n{text}"
            );
        }
        assert!(text.ends_with("# EOF\n"));
    }
}

//! Liveness and readiness.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;

use super::App;
use crate::store::StoreError;

/// The body of `/ready`.
#[derive(Serialize)]
pub(super) struct Ready {
    ready: bool,
    checks: Checks,
}

#[derive(Serialize)]
struct Checks {
    postgres: Check,
    redis: Check,
}

/// One store: usable, or why not.
#[derive(Serialize)]
struct Check {
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The process runs and answers; says nothing of the stores, so that their failure restarts nobody.
pub(super) async fn health() -> Json<serde_json::Value> {
    Json(serde_json::json!({ "status": "ok" }))
}

/// Asks both stores for real.
pub(super) async fn ready(State(app): State<Arc<App>>) -> (StatusCode, Json<Ready>) {
    let found = app.stores.readiness().await;
    app.metrics.reached("postgres", found.postgres.is_ok());
    app.metrics.reached("redis", found.redis.is_ok());
    let ready = found.postgres.is_ok() && found.redis.is_ok();
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let checks = Checks {
        postgres: check(found.postgres),
        redis: check(found.redis),
    };
    (status, Json(Ready { ready, checks }))
}

fn check(result: Result<(), StoreError>) -> Check {
    let reason = result.err().map(|error| error.to_string());
    Check {
        ok: reason.is_none(),
        reason,
    }
}

//! The HTTP interface: two routers over one [`App`].
//!
//! The API answers JSON, errors included: `{"error": "…"}`.

mod error;
mod observe;
mod probes;
mod reports;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::metrics::{MEDIA_TYPE, Metrics};
use crate::store::Stores;

use error::ApiError;

/// A report is far smaller; anything larger is a mistake or an attack.
const BODY_LIMIT: usize = 16 * 1024;

/// What the handlers share.
pub struct App {
    /// PostgreSQL and Redis.
    pub stores: Stores,
    /// The counters.
    pub metrics: Metrics,
}

/// The API, liveness and readiness.
pub fn api(app: Arc<App>) -> Router {
    Router::new()
        .route("/health", get(probes::health))
        .route("/ready", get(probes::ready))
        .route("/v1/reports", post(reports::create))
        .route("/v1/reports/{host}", get(reports::latest))
        .fallback(async || ApiError::NotFound("no such page"))
        .method_not_allowed_fallback(async || ApiError::WrongMethod)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(from_fn_with_state(Arc::clone(&app), observe::observe))
        .with_state(app)
}

/// The page of counters.
pub fn metrics(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(counters))
        .with_state(app)
}

async fn counters(State(app): State<Arc<App>>) -> impl IntoResponse {
    let text = app
        .metrics
        .text()
        .map_err(|_| ApiError::Internal("the counters do not encode"))?;
    Ok::<_, ApiError>(([(CONTENT_TYPE, MEDIA_TYPE)], text))
}

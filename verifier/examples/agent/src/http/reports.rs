//! Reports in, latest report out.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};

use super::App;
use super::error::ApiError;
use crate::report::{Host, NewReport};
use crate::store::Origin;

/// Tells where the answer came from.
const CACHE_STATUS: HeaderName = HeaderName::from_static("x-cache");

pub(super) async fn create(
    State(app): State<Arc<App>>,
    body: Result<Json<NewReport>, JsonRejection>,
) -> Result<Response, ApiError> {
    let Json(report) = body?;
    let stored = app.stores.put(report).await?;
    app.metrics.stored();
    Ok((StatusCode::CREATED, Json(stored)).into_response())
}

pub(super) async fn latest(
    State(app): State<Arc<App>>,
    Path(host): Path<String>,
) -> Result<Response, ApiError> {
    let host: Host = host.parse()?;
    let (found, origin) = app.stores.latest(&host).await?;
    app.metrics.looked_up(origin);
    let report = found.ok_or(ApiError::NotFound("no report of this host"))?;
    let status = match origin {
        Origin::Cache => "hit",
        Origin::Database => "miss",
        Origin::DatabaseAlone => "bypass",
    };
    Ok(([(CACHE_STATUS, status)], Json(report)).into_response())
}

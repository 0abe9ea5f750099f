//! What a caller sees when something is wrong.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::report::Invalid;
use crate::store::StoreError;

/// An answer that is not the one asked for.
#[derive(Debug)]
pub(super) enum ApiError {
    /// The body is not a report.
    Body(JsonRejection),
    /// The path holds something that is not a host name.
    Path(Invalid),
    /// There is nothing here.
    NotFound(&'static str),
    /// The page exists, but not for this method.
    WrongMethod,
    /// A store cannot be asked now.
    Unavailable(StoreError),
    /// A mistake of ours.
    Internal(&'static str),
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, message) = match self {
            Self::Body(rejection) => (rejection.status(), rejection.body_text()),
            Self::Path(invalid) => (StatusCode::BAD_REQUEST, invalid.to_string()),
            Self::NotFound(what) => (StatusCode::NOT_FOUND, what.into()),
            Self::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, "wrong method".into()),
            Self::Unavailable(error) => {
                tracing::error!(%error, "PostgreSQL cannot be used");
                let message = "the database cannot be used now; try again later".into();
                (StatusCode::SERVICE_UNAVAILABLE, message)
            }
            Self::Internal(what) => (StatusCode::INTERNAL_SERVER_ERROR, what.into()),
        };
        (status, Json(json!({ "error": message }))).into_response()
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::Body(rejection)
    }
}

impl From<Invalid> for ApiError {
    fn from(invalid: Invalid) -> Self {
        Self::Path(invalid)
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error)
    }
}

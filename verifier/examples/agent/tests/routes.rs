//! The routes in this process, with both stores down: their ports are taken and then left.

use std::net::TcpListener;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use http_body_util::BodyExt;
use selfsame_agent::config::{Config, Environment};
use selfsame_agent::http::{self, App};
use selfsame_agent::metrics::Metrics;
use selfsame_agent::store::Stores;
use serde_json::{Value, json};
use tower::ServiceExt;

fn app() -> Arc<App> {
    let nobody = TcpListener::bind("127.0.0.1:0")
        .expect("a port")
        .local_addr()
        .expect("address");
    let postgres = format!("postgresql://agent@{nobody}/agent");
    let redis = format!("redis://{nobody}");
    let variables = [
        ("SELFSAME_AGENT_POSTGRES_URL", postgres.as_str()),
        ("SELFSAME_AGENT_REDIS_URL", redis.as_str()),
    ];
    let config = Config::load(None, &Environment::of(&variables)).expect("valid");
    let stores = Stores::new(&config);
    let metrics = Metrics::default();
    Arc::new(App { stores, metrics })
}

async fn send(router: Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.oneshot(request).await.expect("infallible");
    let status = response.status();
    let text = text(response).await;
    (
        status,
        serde_json::from_str(&text).unwrap_or(Value::String(text)),
    )
}

async fn text(response: Response<Body>) -> String {
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a body")
        .to_bytes();
    String::from_utf8(bytes.to_vec()).expect("text")
}

fn get(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).expect("a request")
}

fn post(body: &str) -> Request<Body> {
    let request = Request::post("/v1/reports").header("content-type", "application/json");
    request
        .body(Body::from(body.to_owned()))
        .expect("a request")
}

#[tokio::test]
async fn liveness_does_not_depend_on_the_stores() {
    let answer = send(http::api(app()), get("/health")).await;
    assert_eq!(answer, (StatusCode::OK, json!({ "status": "ok" })));
}

#[tokio::test]
async fn readiness_names_each_store_that_is_down_with_its_reason() {
    let (status, body) = send(http::api(app()), get("/ready")).await;
    assert_eq!(
        (status, &body["ready"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!(false))
    );
    for store in ["postgres", "redis"] {
        let check = &body["checks"][store];
        assert_eq!(check["ok"], json!(false));
        let reason = check["reason"].as_str().expect("a reason");
        assert!(reason.contains("refused"), "{reason}");
    }
}

#[tokio::test]
async fn a_report_is_refused_while_the_database_is_down() {
    let report = r#"{"host":"web-1","load":0.5,"memory_used_bytes":1}"#;
    let (status, body) = send(http::api(app()), post(report)).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        body["error"],
        "the database cannot be used now; try again later"
    );
}

#[tokio::test]
async fn bad_reports_are_refused_before_any_store_is_asked() {
    let huge = format!(r#"{{"host":"{}"}}"#, "a".repeat(20_000));
    let cases = [
        ("", StatusCode::BAD_REQUEST),
        ("{", StatusCode::BAD_REQUEST),
        (r#"{"host":"web-1"}"#, StatusCode::UNPROCESSABLE_ENTITY),
        (
            r#"{"host":"a b","load":1,"memory_used_bytes":1}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            r#"{"host":"a","load":-1,"memory_used_bytes":1}"#,
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (huge.as_str(), StatusCode::PAYLOAD_TOO_LARGE),
    ];
    for (text, expected) in cases {
        let (status, body) = send(http::api(app()), post(text)).await;
        assert_eq!(status, expected, "{text:.60}");
        assert!(body["error"].is_string(), "{body}");
    }
}

#[tokio::test]
async fn wrong_paths_methods_and_hosts_answer_json() {
    let cases = [
        (get("/v2/reports"), StatusCode::NOT_FOUND),
        (get("/v1/reports"), StatusCode::METHOD_NOT_ALLOWED),
        (get("/v1/reports/a%20b"), StatusCode::BAD_REQUEST),
        (get("/metrics"), StatusCode::NOT_FOUND),
    ];
    for (request, expected) in cases {
        let path = request.uri().clone();
        let (status, body) = send(http::api(app()), request).await;
        assert_eq!(status, expected, "{path}");
        assert!(body["error"].is_string(), "{path}: {body}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route_and_not_by_path() {
    let app = app();
    send(http::api(Arc::clone(&app)), get("/v1/reports/web-1")).await;
    send(http::api(Arc::clone(&app)), get("/ready")).await;
    send(http::api(Arc::clone(&app)), get("/wp-login.php")).await;
    let strange = Request::builder()
        .method("BREW")
        .uri("/pot")
        .body(Body::empty());
    send(http::api(Arc::clone(&app)), strange.expect("a request")).await;
    let page = http::metrics(app)
        .oneshot(get("/metrics"))
        .await
        .expect("infallible");
    let kind = page.headers()["content-type"]
        .to_str()
        .expect("text")
        .to_owned();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    let page = text(page).await;
    let count = "selfsame_agent_http_requests_total";
    for line in [
        format!(r#"{count}{{method="GET",route="/v1/reports/{{host}}",status="503"}} 1"#),
        format!(r#"{count}{{method="GET",route="unmatched",status="404"}} 1"#),
        format!(r#"{count}{{method="other",route="unmatched",status="404"}} 1"#),
        r#"selfsame_agent_store_up{store="postgres"} 0"#.to_owned(),
    ] {
        assert!(
            page.lines().any(|found| found == line),
            "no {line} in\n{page}"
        );
    }
}

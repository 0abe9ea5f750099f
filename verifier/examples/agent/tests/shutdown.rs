//! Starting and stopping, over real sockets.

use std::future::{Future, pending};

use selfsame_agent::config::{Config, Environment};
use selfsame_agent::server::{Server, Stopped};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

fn config(drain_seconds: &str) -> Config {
    let variables = [
        ("SELFSAME_AGENT_HTTP_LISTEN", "127.0.0.1:0"),
        ("SELFSAME_AGENT_METRICS_LISTEN", "127.0.0.1:0"),
        ("SELFSAME_AGENT_SHUTDOWN_DRAIN_SECONDS", drain_seconds),
    ];
    Config::load(None, &Environment::of(&variables)).expect("valid")
}

/// A running server, a connection to it on which half a report was sent, and the way to stop it.
struct Running {
    server: JoinHandle<Stopped>,
    client: TcpStream,
    stop: oneshot::Sender<()>,
}

const HEAD: &str = "POST /v1/reports HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\n\
     content-length: 2\r\nexpect: 100-continue\r\n\r\n";

async fn start(drain_seconds: &str, abort: impl Future<Output = ()> + Send + 'static) -> Running {
    let server = Server::bind(&config(drain_seconds))
        .await
        .expect("free ports");
    let address = server.api_address().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let stop_signal = async { stopped.await.expect("the test stops it") };
    let server = tokio::spawn(server.run(stop_signal, abort));
    let mut client = TcpStream::connect(address).await.expect("a connection");
    client.write_all(HEAD.as_bytes()).await.expect("sent");
    // The handler runs once it asks for the body.
    let mut asked = [0; 25];
    client
        .read_exact(&mut asked)
        .await
        .expect("an interim answer");
    assert_eq!(&asked, b"HTTP/1.1 100 Continue\r\n\r\n");
    Running {
        server,
        client,
        stop,
    }
}

#[tokio::test]
async fn a_running_request_is_answered_before_the_server_ends() {
    let mut running = start("60", pending()).await;
    running.stop.send(()).expect("still running");
    running.client.write_all(b"{}").await.expect("sent");
    let mut answer = String::new();
    running
        .client
        .read_to_string(&mut answer)
        .await
        .expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 422 "), "{answer}");
    assert_eq!(running.server.await.expect("no panic"), Stopped::Clean);
}

#[tokio::test]
async fn a_request_that_never_ends_is_cut_off_when_the_time_to_drain_is_over() {
    let running = start("0", pending()).await;
    running.stop.send(()).expect("still running");
    assert_eq!(running.server.await.expect("no panic"), Stopped::CutOff);
}

#[tokio::test]
async fn a_second_signal_ends_the_wait() {
    let running = start("60", std::future::ready(())).await;
    running.stop.send(()).expect("still running");
    assert_eq!(running.server.await.expect("no panic"), Stopped::CutOff);
}

#[tokio::test]
async fn an_idle_connection_does_not_hold_the_server() {
    let server = Server::bind(&config("60")).await.expect("free ports");
    let idle = TcpStream::connect(server.metrics_address().expect("an address")).await;
    assert_eq!(
        server.run(std::future::ready(()), pending()).await,
        Stopped::Clean
    );
    drop(idle);
}

#[tokio::test]
async fn a_taken_port_is_named_with_its_key() {
    let first = Server::bind(&config("0")).await.expect("free ports");
    let mut second = config("0");
    second.http.listen = first.api_address().expect("an address");
    let error = Server::bind(&second)
        .await
        .err()
        .expect("taken")
        .to_string();
    assert!(error.starts_with("cannot listen on 127.0.0.1:"), "{error}");
    assert!(error.contains("(http.listen): "), "{error}");
}

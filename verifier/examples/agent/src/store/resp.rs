//! A connection to Redis that many tasks use at once.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use redis_protocol::codec::Resp2;
pub(super) use redis_protocol::resp2::types::BytesFrame as Frame;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_util::codec::Framed;

use super::StoreError;

/// How many commands may wait to be written.
const WAITING: usize = 64;

/// Ends when its last handle is dropped, or when Redis ends it.
#[derive(Clone)]
pub(super) struct Connection(mpsc::Sender<Command>);

struct Command {
    words: Frame,
    reply: oneshot::Sender<Frame>,
}

impl Connection {
    /// Connects; who asks and which database come with the first commands. Redis has `limit` to
    /// take a command.
    pub(super) async fn to(host: &str, port: u16, limit: Duration) -> Result<Self, StoreError> {
        let stream = TcpStream::connect((host, port))
            .await
            .map_err(|error| StoreError::of(&error))?;
        // A command is written at once: nothing is gained by waiting for the next.
        stream
            .set_nodelay(true)
            .map_err(|error| StoreError::of(&error))?;
        let (commands, waiting) = mpsc::channel(WAITING);
        tokio::spawn(serve(Framed::new(stream, Resp2::default()), waiting, limit));
        Ok(Self(commands))
    }

    /// Redis' answer to a command; what it refuses is an error that leaves the connection usable.
    pub(super) async fn ask(&self, command: &[&str]) -> Result<Frame, StoreError> {
        let word = |word: &&str| Frame::BulkString(word.as_bytes().to_vec().into());
        let words = Frame::Array(command.iter().map(word).collect());
        let (reply, answer) = oneshot::channel();
        let command = Command { words, reply };
        self.0.send(command).await.map_err(|_| ended())?;
        match answer.await.map_err(|_| ended())? {
            Frame::Error(refusal) => Err(StoreError::new(refusal.to_string())),
            answer => Ok(answer),
        }
    }

    /// Whether nothing more will be answered.
    pub(super) fn ended(&self) -> bool {
        self.0.is_closed()
    }
}

fn ended() -> StoreError {
    StoreError {
        message: "the connection ended".into(),
        broken: true,
    }
}

/// Redis answers in the order in which it was asked. At the end of either side, whoever still waits
/// learns of it by the loss of the sender.
async fn serve(
    mut redis: Framed<TcpStream, Resp2>,
    mut commands: mpsc::Receiver<Command>,
    limit: Duration,
) {
    let mut waiting: VecDeque<oneshot::Sender<Frame>> = VecDeque::new();
    loop {
        tokio::select! {
            command = commands.recv() => {
                let Some(command) = command else { return };
                waiting.push_back(command.reply);
                let Ok(Ok(())) = timeout(limit, redis.send(command.words)).await else { return };
            }
            answer = redis.next() => {
                let (Some(Ok(answer)), Some(asker)) = (answer, waiting.pop_front()) else { return };
                // One that gave up waiting has its answer taken from the line all the same.
                let _ = asker.send(answer);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::{TcpListener, TcpStream};

    use super::{Connection, Frame};

    async fn pair() -> (Connection, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let connection = Connection::to("127.0.0.1", port, Duration::from_secs(60))
            .await
            .expect("a listener");
        let (peer, _) = listener.accept().await.expect("a connection");
        (connection, peer)
    }

    async fn read(peer: &mut TcpStream, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        peer.read_exact(&mut bytes).await.expect("a command");
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[tokio::test]
    async fn answers_go_to_those_who_asked_in_order_and_a_refusal_ends_nothing() {
        let (connection, mut peer) = pair().await;
        let answers = async {
            tokio::join!(
                connection.ask(&["GET", "a"]),
                connection.ask(&["GET", "b"]),
                connection.ask(&["GET", "c"]),
            )
        };
        let redis = async {
            for key in ["a", "b", "c"] {
                read(&mut peer, &format!("*2\r\n$3\r\nGET\r\n$1\r\n{key}\r\n")).await;
            }
            let text = "$3\r\none\r\n-ERR no\r\n$-1\r\n";
            for byte in text.as_bytes() {
                peer.write_all(&[*byte]).await.expect("a reader");
            }
        };
        let ((one, refused, none), ()) = tokio::join!(answers, redis);
        assert_eq!(one.expect("an answer"), Frame::BulkString("one".into()));
        let refused = refused.expect_err("a refusal");
        assert_eq!(
            (refused.to_string().as_str(), refused.broken),
            ("ERR no", false)
        );
        assert_eq!(none.expect("an answer"), Frame::Null);
        assert!(!connection.ended());
    }

    #[tokio::test]
    async fn who_gives_up_does_not_shift_the_answers_of_others() {
        let (connection, mut peer) = pair().await;
        {
            let late = connection.ask(&["A"]);
            tokio::pin!(late);
            tokio::select! {
                _ = &mut late => panic!("nobody answered"),
                () = read(&mut peer, "*1\r\n$1\r\nA\r\n") => {}
            }
        }
        let redis = async {
            read(&mut peer, "*1\r\n$1\r\nB\r\n").await;
            peer.write_all(b"+a\r\n+b\r\n").await.expect("a reader");
        };
        let (answer, ()) = tokio::join!(connection.ask(&["B"]), redis);
        assert_eq!(answer.expect("an answer"), Frame::SimpleString("b".into()));
    }

    #[tokio::test]
    async fn the_end_or_nonsense_breaks_the_connection_for_all_who_wait() {
        for last in ["", "nonsense\r\n"] {
            let (connection, mut peer) = pair().await;
            let redis = async {
                read(&mut peer, "*1\r\n$4\r\nPING\r\n").await;
                peer.write_all(last.as_bytes()).await.expect("a reader");
                drop(peer);
            };
            let (answer, ()) = tokio::join!(connection.ask(&["PING"]), redis);
            let error = answer.expect_err("the end");
            assert!(error.broken, "{error}");
            let again = connection.ask(&["PING"]).await.expect_err("the end");
            assert!(again.broken && connection.ended(), "{again}");
        }
    }
}

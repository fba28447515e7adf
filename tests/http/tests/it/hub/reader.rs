//! A client that reads events.

use http_tests::{Connection, PATIENCE, Response, within};
use oriole::sse::Decoder;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::time::Duration;

/// For how long a hub's clients leave at the end of a test that is not about that.
pub const DRAIN: Duration = Duration::from_millis(50);

/// Reads events of an open stream.
pub struct Reader {
    pub connection: Connection,
    /// The head of the answer.
    pub head: Response,
    pub decoder: Decoder,
    pub last_event_id: String,
    events: VecDeque<(String, String)>,
}

impl Reader {
    /// Asks with headers, each with its line end.
    pub async fn open(addr: SocketAddr, method: &str, target: &str, headers: &str) -> Self {
        Self::on(Connection::open(addr).await, method, target, headers).await
    }

    /// Asks on a connection that is open.
    pub async fn on(mut connection: Connection, method: &str, target: &str, headers: &str) -> Self {
        connection
            .send(format!("{method} {target} HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n{headers}\r\n"))
            .await;
        Self::answered(connection).await
    }

    /// Reads the answer to what was asked.
    pub async fn answered(mut connection: Connection) -> Self {
        let head = within(PATIENCE, connection.head()).await;
        assert_eq!((head.status, head.header("content-type")), (200, Some("text/event-stream")));
        Self { connection, head, decoder: Decoder::default(), last_event_id: String::new(), events: [].into() }
    }

    /// Gives the next event as `type(data)`.
    pub async fn next(&mut self) -> String {
        while self.events.is_empty() {
            let chunk = within(PATIENCE, self.connection.chunk()).await.expect("an event");
            let received = self.decoder.feed(chunk.as_bytes()).map(|event| event.expect("within the limits"));
            self.events.extend(received.map(|event| {
                self.last_event_id = event.last_event_id().to_owned();
                (event.event_type().to_owned(), event.data().to_owned())
            }));
        }
        let (name, data) = self.events.pop_front().expect("an event");
        format!("{name}({data})")
    }
}

//! A source that runs on a task of its own, and what it says.

use std::time::Duration;

use oriole_sse::{ClientOptions, EventSource, EventSourceBuilder, EventSourceHandle, Signal};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::server::PATIENCE;

pub(crate) struct Client {
    pub(crate) handle: EventSourceHandle,
    signals: mpsc::Receiver<Signal>,
    _task: JoinSet<()>,
}

/// Options that do not make a test wait.
pub(crate) fn hasty() -> ClientOptions {
    ClientOptions::default()
        .reconnection_time(Duration::from_millis(1))
        .backoff(oriole_sse::Backoff::default().initial(Duration::from_millis(1)).wait_max(Duration::from_millis(20)))
}

impl Client {
    pub(crate) fn start(url: &str) -> Self {
        Self::build(EventSource::builder(url).options(hasty()))
    }

    pub(crate) fn build(builder: EventSourceBuilder) -> Self {
        let mut source = builder.build().expect("an address");
        let handle = source.handle();
        let (sender, signals) = mpsc::channel(1);
        let mut task = JoinSet::new();
        task.spawn(async move {
            while let Some(signal) = source.next_signal().await {
                if sender.send(signal).await.is_err() {
                    return;
                }
            }
        });
        Self { handle, signals, _task: task }
    }

    /// The next signal; `None` once the source is closed.
    pub(crate) async fn signal(&mut self) -> Option<Signal> {
        timeout(PATIENCE, self.signals.recv()).await.expect("a signal in time")
    }

    /// The next event: type, data, last id.
    pub(crate) async fn event(&mut self) -> (String, String, String) {
        loop {
            match self.signal().await.expect("the source is open") {
                Signal::Event(event) => {
                    let (kind, id) = (event.event_type().to_string(), event.last_event_id().to_string());
                    return (kind, event.into_data(), id);
                }
                Signal::Failed(error) => panic!("{error}"),
                _ => {}
            }
        }
    }

    pub(crate) async fn data(&mut self) -> String {
        self.event().await.1
    }

    pub(crate) async fn open(&mut self) {
        let signal = self.signal().await;
        assert!(matches!(signal, Some(Signal::Open(_))), "{signal:?}");
    }

    /// Waits for a lost connection.
    pub(crate) async fn lost(&mut self) -> String {
        match self.signal().await {
            Some(Signal::Reconnecting { error, .. }) => error.to_string(),
            other => panic!("{other:?}"),
        }
    }

    /// Waits for the failure, after which there is nothing.
    pub(crate) async fn failed(&mut self) -> String {
        match self.signal().await {
            Some(Signal::Failed(error)) => {
                assert!(self.signal().await.is_none());
                error.to_string()
            }
            other => panic!("{other:?}"),
        }
    }
}

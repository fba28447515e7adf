//! What the tests of producers share.

use std::time::{Duration, SystemTime};

use futures_util::{Stream, StreamExt, stream};
use oriole_sse::{
    Append, Hub, Join, Joined, LastEventId, MemoryStore, MessageEvent, ProducerOptions, Producers, Progress, Store,
};

/// Producers as one process has them, over a store that others may have as well.
pub(crate) fn producers(store: impl Store) -> Producers {
    Producers::new(Hub::with_store(oriole_sse::HubOptions::default(), store), ProducerOptions::default())
}

/// Puts an event into a producer's log, as a run in another process does.
pub(crate) async fn append(store: &impl Store, id: &str, data: &str) {
    let log = producers(MemoryStore::default()).log(id).expect("an id");
    let event = Append::new(log, SystemTime::now(), format!("data: {data}\n\n").into());
    let answers = store.append(vec![event]).await.expect("the store is there");
    assert!(answers[0].is_ok());
}

/// How long the pretend model takes for a word.
pub(crate) const PACE: Duration = Duration::from_millis(100);

/// A source that is the same each time: the numbers from where it was interrupted to the end.
pub(crate) fn numbers(end: usize) -> impl FnOnce(Progress) -> Numbers + Send + 'static {
    move |progress| {
        for (number, event) in progress.events().iter().enumerate() {
            assert_eq!(event.fields().data, Some(number.to_string().as_str()), "the progress is what was given");
        }
        let rest = stream::iter(progress.len()..end).then(async |number| {
            tokio::time::sleep(PACE).await;
            MessageEvent::new(number.to_string())
        });
        Box::pin(rest)
    }
}

pub(crate) type Numbers = std::pin::Pin<Box<dyn Stream<Item = MessageEvent> + Send>>;

/// A source that says nothing.
pub(crate) fn silent(_: Progress) -> stream::Pending<MessageEvent> {
    stream::pending()
}

/// A browser: it keeps the id of the last event, and begins anew when it is told `live`.
#[derive(Debug, Default)]
pub(crate) struct Page {
    last: LastEventId,
    pub(crate) shown: Vec<String>,
}

impl Page {
    /// Makes of a join one that goes on where the page is.
    pub(crate) fn from(&self, join: Join) -> Join {
        join.from(self.last.clone())
    }

    /// Takes the next event; `false` at the end of the stream.
    pub(crate) async fn take(&mut self, joined: &mut Joined) -> bool {
        let Some(event) = joined.next().await else {
            return false;
        };
        let fields = event.fields();
        if let Some(id) = fields.id {
            self.last = LastEventId::from(id.clone());
        }
        let data = fields.data.expect("every event has data");
        match fields.event_type.map(|name| name.as_str()) {
            Some("hello") if data.contains("live") => self.shown.clear(),
            Some("hello") => {}
            Some(name) => self.shown.push(format!("{name}{data}")),
            None => self.shown.push(data.to_owned()),
        }
        true
    }

    /// Reads to the end of the stream.
    pub(crate) async fn read(&mut self, mut joined: Joined) {
        while self.take(&mut joined).await {}
    }
}

/// What a page shows in the end.
pub(crate) fn all(end: usize, reason: &str) -> Vec<String> {
    let numbers = (0..end).map(|number| number.to_string());
    numbers.chain([format!("finished{{\"reason\":\"{reason}\"}}")]).collect()
}

/// Reads what a producer gives as a client that comes for the first time.
pub(crate) async fn read(join: Join) -> Vec<String> {
    let mut page = Page::default();
    page.read(join.await.expect("room")).await;
    page.shown
}

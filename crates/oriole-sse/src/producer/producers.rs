//! All producers of an application.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_core::Stream;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::memory::Memory;
use super::run::{BoxError, Command, Make, Run, RunState};
use super::stop::stop;
use super::{Join, ProducerError, ProducerOptions, Progress};
use crate::hub::Hub;
use crate::store::Topic;
use crate::stream::{EventStreamExt, IntoEvent};

/// Runs streams into the logs of topics, whether anybody reads them or not: one per application.
///
/// A stream of an ordinary handler ends when its client leaves. A producer's runs on: a client that is cut off resumes, another
/// one joins, one that comes late reads everything from the beginning. It ends when its stream is over, when it is
/// [stopped](Self::stop), or by a bound of [`ProducerOptions`], and its last event says why. A client that has read that one is answered 204
/// and does not return.
///
/// For work that is worth more than a connection: the answer of a language model, an import, a report. For what goes on for ever
/// publish to the [`Hub`] yourself.
///
/// # Restarts
///
/// The log is the truth. A run begins with [`Progress`], which is what the log has, and gives what comes after it; each event is
/// appended under the condition that the log still ends where the run believes. So nothing is lost and nothing doubled, whatever
/// happens to the process in between, if the store lasts; and of two processes that run one producer, one goes on and the other gives up. What the
/// closure does with the progress is the application's part of the contract: a deterministic source skips so many, another one is asked to
/// continue.
///
/// After a restart a producer is begun anew by the first client that comes back and [joins](Self::join) with
/// [`Join::or_start`].
///
/// # Ids
///
/// An id is any text of 1 to [`ID_BYTES_MAX`](Self::ID_BYTES_MAX) bytes without control characters. It names a log that is the producer's
/// alone, never a topic of the application: nobody else publishes there, no [`Pattern`](crate::Pattern) matches it, and no text that a client
/// gives to [`Hub::subscribe`] names it. All producers of a set share their ids: where a client chooses one, put in front what it is for
/// (`answers/7`). An id is no secret, and opens what it names to whoever may call the route.
///
/// A clone is cheap and is the same set. Runs go on when the last one is dropped, each to its end or by its bounds;
/// [`drain`](Self::drain) interrupts them.
///
/// # Examples
///
/// ```
/// use futures_util::{StreamExt, stream};
/// use oriole_sse::{Hub, LastEventId, MessageEvent, ProducerError, ProducerOptions, Producers};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let producers = Producers::new(Hub::default(), ProducerOptions::default());
/// let words = ["so", "it", "goes"];
/// let join = |from: LastEventId| {
///     let words = move |done: oriole_sse::Progress| stream::iter(words).skip(done.len()).map(MessageEvent::new);
///     producers.join("answers/1").from(from).or_start(words)
/// };
///
/// let mut first = join(LastEventId::default()).await?;
/// let _hello = first.next().await;
/// let so = first.next().await.ok_or("an event")?;
/// drop(first);
///
/// // It ran on; the client resumes.
/// let resume = LastEventId::from(so.fields().id.cloned().ok_or("an id")?);
/// let rest: Vec<_> = join(resume).await?.collect().await;
/// let data: Vec<_> = rest.iter().filter_map(|event| event.fields().data).collect();
/// assert_eq!(data, ["{\"verdict\":\"resumed\"}", "it", "goes", "{\"reason\":\"complete\"}"]);
///
/// let end = LastEventId::from(rest[3].fields().id.cloned().ok_or("an id")?);
/// assert!(matches!(join(end).await, Err(ProducerError::Finished)));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Producers {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) hub: Hub,
    pub(super) options: ProducerOptions,
    pub(super) memory: Memory,
    runs: Mutex<Runs>,
    tasks: Mutex<JoinSet<()>>,
}

#[derive(Default)]
struct Runs {
    by_topic: HashMap<Topic, Handle>,
    is_draining: bool,
}

/// A run, as others see it.
#[derive(Clone)]
pub(super) struct Handle {
    pub(super) commands: Arc<watch::Sender<Command>>,
    pub(super) state: watch::Receiver<RunState>,
}

/// What came of a start.
pub(super) enum Started {
    /// It runs, since now or for longer.
    Here(Handle),
    /// The application ends.
    Draining,
}

impl Producers {
    /// The longest id, in bytes.
    pub const ID_BYTES_MAX: usize = Topic::BYTES_MAX - Topic::PRODUCER_PREFIX.len();

    /// Makes a set without producers; starts nothing.
    #[must_use]
    pub fn new(hub: Hub, options: ProducerOptions) -> Self {
        let memory = Memory::new(options.progress_bytes_max);
        Self { shared: Arc::new(Shared { hub, options, memory, runs: Mutex::default(), tasks: Mutex::default() }) }
    }

    /// Shows the options.
    #[must_use]
    pub fn options(&self) -> &ProducerOptions {
        &self.shared.options
    }

    /// Begins a producer, unless it runs already or has ended: the log of its id says so, as long as the store keeps any of it.
    ///
    /// The closure is given what the log has, and makes the stream of what comes after that. Its items are those of any event
    /// stream, without ids. Whoever has a client at hand calls [`join`](Self::join) with [`Join::or_start`] instead.
    ///
    /// # Errors
    ///
    /// [`ProducerError::Id`], [`ProducerError::TooMany`], and [`ProducerError::Draining`] after [`drain`](Self::drain).
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start<F, S>(&self, id: impl AsRef<str>, make: F) -> Result<(), ProducerError>
    where
        F: FnOnce(Progress) -> S + Send + 'static,
        S: Stream + Send + 'static,
        S::Item: IntoEvent<BoxError>,
    {
        match self.shared.start(&self.log(id)?, boxed(make))? {
            Started::Here(_) => Ok(()),
            Started::Draining => Err(ProducerError::Draining { retry_after: self.shared.hub.retry_after() }),
        }
    }

    /// Reads what a producer gives when it is awaited: from the beginning, or from where the client left off.
    ///
    /// # Errors
    ///
    /// [`ProducerError`]; that a client has read everything is one, and its answer is 204.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future reads nothing; a producer that was begun runs on.
    pub fn join(&self, id: impl AsRef<str>) -> Join {
        Join::new(Arc::clone(&self.shared), Topic::of_producer(id.as_ref()))
    }

    /// Ends a producer with the reason [`ProducerEnd::Stopped`](super::ProducerEnd::Stopped), wherever it runs, also if nobody runs it
    /// since a restart. Says whether it had not ended before.
    ///
    /// # Errors
    ///
    /// [`ProducerError::Id`], [`ProducerError::Unknown`] and [`ProducerError::Store`].
    ///
    /// # Cancel safety
    ///
    /// Dropping the future may stop it or not.
    pub async fn stop(&self, id: impl AsRef<str>) -> Result<bool, ProducerError> {
        let log = self.log(id)?;
        stop(&self.shared, log).await
    }

    /// Names the log of a producer: for a subscription that has it beside topics of the application's.
    ///
    /// Whoever subscribes there knows only what [`Hub::subscribe`] does, and nothing of runs. The name begins with `producer:`, as
    /// does what the application sees of it in [`Hub`]'s lists; clients are told the id.
    ///
    /// # Errors
    ///
    /// [`ProducerError::Id`].
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Hub, MessageEvent, ProducerOptions, Producers, Topic};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let hub = Hub::default();
    /// let producers = Producers::new(hub.clone(), ProducerOptions::default());
    /// let log = producers.log("answers/7")?;
    /// assert!(hub.publish(&log, MessageEvent::new("mine")).await.is_err());
    /// assert!(Topic::new(log.as_str()).is_err());
    /// let _both = hub.subscribe("rooms/7").and(&log).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn log(&self, id: impl AsRef<str>) -> Result<Topic, ProducerError> {
        Topic::of_producer(id.as_ref()).map_err(ProducerError::Id)
    }

    /// Counts those that run in this process.
    #[must_use]
    pub fn running(&self) -> usize {
        self.shared.runs().by_topic.len()
    }

    /// Interrupts all runs where they are, as the end of the process would, and waits for them; begins none from now on.
    ///
    /// Their logs stay open, and after the restart the clients that return go on with them. Call it when the application ends,
    /// after [`Hub::drain`], which ends the clients' streams.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped, the runs end nevertheless.
    pub async fn drain(&self) {
        let runs: Vec<Handle> = {
            let mut runs = self.shared.runs();
            runs.is_draining = true;
            runs.by_topic.values().cloned().collect()
        };
        for run in &runs {
            run.commands.send_replace(Command::Interrupt);
        }
        for mut run in runs {
            run.ended().await;
        }
    }
}

impl Shared {
    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn running(&self, topic: &Topic) -> Option<Handle> {
        self.runs().by_topic.get(topic).cloned()
    }

    pub(super) fn start(self: &Arc<Self>, topic: &Topic, make: Make) -> Result<Started, ProducerError> {
        let (commands, commanded) = watch::channel(Command::GoOn);
        let (tells, state) = watch::channel(RunState::Runs);
        let handle = Handle { commands: Arc::new(commands), state };
        {
            let mut runs = self.runs();
            if let Some(handle) = runs.by_topic.get(topic) {
                return Ok(Started::Here(handle.clone()));
            }
            if runs.is_draining {
                return Ok(Started::Draining);
            }
            let running_max = self.options.running_max;
            if runs.by_topic.len() >= running_max {
                return Err(ProducerError::TooMany { running_max, retry_after: self.hub.retry_after() });
            }
            runs.by_topic.insert(topic.clone(), handle.clone());
        }
        let run = Run::new(Arc::clone(self), topic.clone(), commanded);
        let place = InMap { shared: Arc::clone(self), topic: topic.clone(), tells };
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(async move {
            let state = run.run(make).await;
            place.ends(state);
        });
        Ok(Started::Here(handle))
    }
}

impl Handle {
    /// Waits until the run has ended.
    pub(super) async fn ended(&mut self) -> RunState {
        match self.state.wait_for(|state| *state != RunState::Runs).await {
            Ok(state) => *state,
            // Its task was dropped with the runtime.
            Err(_) => RunState::Interrupted,
        }
    }
}

/// Has a run in the map until it is dropped.
struct InMap {
    shared: Arc<Shared>,
    topic: Topic,
    tells: watch::Sender<RunState>,
}

impl InMap {
    fn ends(self, state: RunState) {
        // Out of the map first: who is told may begin it anew.
        self.shared.runs().by_topic.remove(&self.topic);
        self.tells.send_replace(state);
    }
}

impl Drop for InMap {
    fn drop(&mut self) {
        if *self.tells.borrow() == RunState::Runs {
            self.shared.runs().by_topic.remove(&self.topic);
        }
    }
}

/// Hides the types of a closure and its stream.
pub(super) fn boxed<F, S>(make: F) -> Make
where
    F: FnOnce(Progress) -> S + Send + 'static,
    S: Stream + Send + 'static,
    S::Item: IntoEvent<BoxError>,
{
    Box::new(move |progress| Box::pin(make(progress).into_events()))
}

impl fmt::Debug for Producers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Producers").field("running", &self.running()).finish_non_exhaustive()
    }
}

//! One run of a producer: from where the log is to its last event.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use futures_core::Stream;
use tokio::sync::watch;

use super::end::ProducerEnd;
use super::log::{BEGINNING, Log, LogState, look, read};
use super::memory::Room;
use super::producers::Shared;
use super::progress::Progress;
use crate::codec::encode;
use crate::event::MessageEvent;
use crate::hub::PublishError;
use crate::store::{AppendRefusal, Position, StoreError, Topic};

pub(super) type BoxError = Box<dyn std::error::Error + Send + Sync>;
pub(super) type Events = Pin<Box<dyn Stream<Item = Result<MessageEvent, BoxError>> + Send>>;
pub(super) type Make = Box<dyn FnOnce(Progress) -> Events + Send>;

/// What a run is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    GoOn,
    /// End, with a last event.
    Stop,
    /// End as the process would: the log stays open, and another run goes on.
    Interrupt,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RunState {
    Runs,
    /// The log has its last event.
    Finished,
    /// The log is open, and nobody goes on with it here.
    Interrupted,
    /// The log is open, and somebody else writes to it.
    Superseded,
}

pub(super) struct Run {
    pub(super) shared: Arc<Shared>,
    pub(super) topic: Topic,
    pub(super) commands: watch::Receiver<Command>,
    /// The end of the log.
    last: Option<Position>,
    /// Nothing is kept of what the log had, and nothing was given since.
    begins_anew: bool,
    events_left: usize,
    bytes_left: usize,
}

/// What comes first.
enum Next {
    Event(MessageEvent),
    End(ProducerEnd),
    Interrupt,
}

/// The first wait for a store that is away; each further one is twice as long, up to a second.
const STORE_WAIT: Duration = Duration::from_millis(50);

impl Run {
    pub(super) fn new(shared: Arc<Shared>, topic: Topic, commands: watch::Receiver<Command>) -> Self {
        Self { shared, topic, commands, last: None, begins_anew: false, events_left: 0, bytes_left: 0 }
    }

    /// Reads the log, makes the stream of what comes after it, and appends that, event by event.
    pub(super) async fn run(mut self, make: Make) -> RunState {
        let log = match self.read().await {
            Ok(log) => log,
            Err(state) => return state,
        };
        self.last = match log.state {
            LogState::Finished(_) => return RunState::Finished,
            LogState::Open(end) | LogState::Forgotten(end) => Some(end),
            LogState::Empty => None,
        };
        self.begins_anew = matches!(log.state, LogState::Forgotten(_));
        let options = &self.shared.options;
        self.events_left = options.events_max.saturating_sub(log.progress.len());
        self.bytes_left = options.bytes_max.saturating_sub(log.progress.bytes);
        let clock = self.shared.hub.clock();
        let age = log.progress.begun.and_then(|begun| clock.wall().duration_since(begun).ok()).unwrap_or_default();
        let expires = clock.now().checked_add(options.time_to_live.saturating_sub(age));
        if log.is_too_long {
            return self.finish(ProducerEnd::TooLong).await;
        }
        if age >= options.time_to_live {
            return self.finish(ProducerEnd::Expired).await;
        }
        if log.is_trimmed && !self.begins_anew {
            return self.finish(ProducerEnd::Trimmed).await;
        }
        let Ok(mut events) = catch_unwind(AssertUnwindSafe(|| make(log.progress))) else {
            tracing::error!(topic = %self.topic, "a producer panicked");
            return self.finish(ProducerEnd::Failed).await;
        };
        let ended = loop {
            // A stream that is always ready would never let anybody else have the thread, who stops it say.
            tokio::task::consume_budget().await;
            let event = match self.next(&mut events, expires).await {
                Next::Event(event) => event,
                Next::End(end) => break Ok(end),
                Next::Interrupt => break Err(RunState::Interrupted),
            };
            if let Err(ended) = self.append(event).await {
                break ended;
            }
        };
        let is_dropped = catch_unwind(AssertUnwindSafe(|| drop(events))).is_ok();
        if !is_dropped {
            tracing::error!(topic = %self.topic, "a producer panicked while it was dropped");
        }
        match ended {
            Ok(_) if !is_dropped => self.finish(ProducerEnd::Failed).await,
            Ok(end) => self.finish(end).await,
            Err(state) => state,
        }
    }

    /// Reads the log, once there is room in memory for what it may have.
    async fn read(&mut self) -> Result<Log, RunState> {
        let Shared { hub, options, .. } = &*Arc::clone(&self.shared);
        let topic = self.topic.clone();
        let failed = |error: StoreError| {
            tracing::warn!(%error, %topic, "a producer's log cannot be read");
            RunState::Interrupted
        };
        let room = match look(hub, &options.finished, &topic).await.map_err(failed)? {
            LogState::Finished(_) => return Err(RunState::Finished),
            LogState::Empty | LogState::Forgotten(_) => None,
            LogState::Open(end) => {
                self.last = Some(end);
                Some(self.room().await?)
            }
        };
        let mut log = read(hub, options, &topic).await.map_err(failed)?;
        match room {
            Some(mut room) => {
                room.shrink(log.progress.held());
                log.progress.room = Some(Arc::new(room));
            }
            // Another process has begun it just now.
            None if log.progress.begun.is_some() => return Err(RunState::Superseded),
            None => {}
        }
        Ok(log)
    }

    /// Waits for room for as much as there may be, a command, or the end of its patience.
    async fn room(&mut self) -> Result<Room, RunState> {
        let shared = Arc::clone(&self.shared);
        let (options, clock) = (&shared.options, shared.hub.clock());
        let bytes = options.events_max.saturating_mul(MessageEvent::ENCODED_BYTES).saturating_add(options.bytes_max);
        let mut given_up = clock.now().checked_add(options.store_patience).map(|moment| clock.sleep_until(moment));
        let mut room = pin!(shared.memory.take(bytes));
        let told = {
            let mut command = pin!(self.commands.wait_for(|command| *command != Command::GoOn));
            poll_fn(|cx| {
                if let Poll::Ready(command) = command.as_mut().poll(cx) {
                    return Poll::Ready(Err(command.map_or(Command::Interrupt, |command| *command)));
                }
                if let Poll::Ready(room) = room.as_mut().poll(cx) {
                    return Poll::Ready(Ok(room));
                }
                if given_up.as_mut().is_some_and(|given_up| given_up.as_mut().poll(cx).is_ready()) {
                    return Poll::Ready(Err(Command::GoOn));
                }
                Poll::Pending
            })
            .await
        };
        match told {
            Ok(room) => Ok(room),
            Err(Command::Stop) => Err(self.finish(ProducerEnd::Stopped).await),
            Err(Command::Interrupt) => Err(RunState::Interrupted),
            Err(Command::GoOn) => {
                tracing::warn!(topic = %self.topic, "there is no room in memory for what a producer gave before");
                Err(RunState::Interrupted)
            }
        }
    }

    /// Waits for the stream, a command, or the end of its time.
    async fn next(&mut self, events: &mut Events, expires: Option<Instant>) -> Next {
        let clock = Arc::clone(self.shared.hub.clock());
        let mut expired = expires.map(|expires| clock.sleep_until(expires));
        let topic = &self.topic;
        let mut command = pin!(self.commands.wait_for(|command| *command != Command::GoOn));
        poll_fn(|cx| {
            if let Poll::Ready(command) = command.as_mut().poll(cx) {
                return Poll::Ready(match command.as_deref() {
                    Ok(Command::Stop) => Next::End(ProducerEnd::Stopped),
                    _ => Next::Interrupt,
                });
            }
            if expired.as_mut().is_some_and(|expired| expired.as_mut().poll(cx).is_ready()) {
                return Poll::Ready(Next::End(ProducerEnd::Expired));
            }
            match catch_unwind(AssertUnwindSafe(|| events.as_mut().poll_next(cx))) {
                Ok(Poll::Pending) => Poll::Pending,
                Ok(Poll::Ready(None)) => Poll::Ready(Next::End(ProducerEnd::Complete)),
                Ok(Poll::Ready(Some(Ok(event)))) => Poll::Ready(Next::Event(event)),
                Ok(Poll::Ready(Some(Err(error)))) => {
                    tracing::error!(%error, %topic, "a producer failed");
                    Poll::Ready(Next::End(ProducerEnd::Failed))
                }
                Err(_) => {
                    tracing::error!(%topic, "a producer panicked");
                    Poll::Ready(Next::End(ProducerEnd::Failed))
                }
            }
        })
        .await
    }

    /// Appends an event of the stream's; else says how the producer ends, or how the run does.
    async fn append(&mut self, event: MessageEvent) -> Result<(), Result<ProducerEnd, RunState>> {
        if event.fields().event_type == Some(&self.shared.options.finished) {
            tracing::error!(topic = %self.topic, "a producer gave an event that has the name of the last one");
            return Err(Ok(ProducerEnd::Failed));
        }
        let mut frame = Vec::new();
        if encode(&event, &mut frame).is_ok() {
            if self.events_left == 0 || self.bytes_left < frame.len() {
                return Err(Ok(ProducerEnd::TooLong));
            }
            self.events_left -= 1;
            self.bytes_left -= frame.len();
        }
        self.publish(event).await.map_err(|error| match error {
            PublishError::Refused(AppendRefusal::Conflict { .. }) => Err(RunState::Superseded),
            error @ (PublishError::Away
            | PublishError::Store(_)
            | PublishError::Topic(_)
            | PublishError::Refused(AppendRefusal::TooManyTopics { .. })) => {
                tracing::warn!(%error, topic = %self.topic, "a producer's event was not kept");
                Err(RunState::Interrupted)
            }
            error => {
                tracing::error!(%error, topic = %self.topic, "a producer gave an event that cannot be published");
                Ok(ProducerEnd::Failed)
            }
        })
    }

    /// Appends the last event.
    async fn finish(&mut self, end: ProducerEnd) -> RunState {
        let event = end.event(self.shared.options.finished.clone());
        match self.publish(event).await {
            Ok(()) => RunState::Finished,
            Err(PublishError::Refused(AppendRefusal::Conflict { .. })) => RunState::Superseded,
            Err(error) => {
                tracing::warn!(%error, topic = %self.topic, "a producer's last event was not kept");
                RunState::Interrupted
            }
        }
    }

    /// Publishes right behind what is known of the log, and waits for a store that is away.
    ///
    /// So nobody else can write in between, and nothing is doubled: if it is unknown whether an event was taken, the run ends, and
    /// the next one begins with what the log then has.
    async fn publish(&mut self, event: MessageEvent) -> Result<(), PublishError> {
        let clock = Arc::clone(self.shared.hub.clock());
        let given_up = clock.now().checked_add(self.shared.options.store_patience);
        let mut wait = STORE_WAIT;
        loop {
            let mut publish = self.shared.hub.produce(self.topic.clone(), event.clone());
            publish = match self.last {
                Some(last) => publish.after(last),
                None => publish.as_first(),
            };
            if self.begins_anew {
                publish = publish.coalesce_key(BEGINNING);
            }
            match publish.await {
                Ok(published) => {
                    self.last = published.position().or(self.last);
                    self.begins_anew = false;
                    return Ok(());
                }
                Err(PublishError::Away) if given_up.is_none_or(|given_up| clock.now() < given_up) => {
                    if let Some(moment) = clock.now().checked_add(wait) {
                        clock.sleep_until(given_up.map_or(moment, |given_up| given_up.min(moment))).await;
                    }
                    wait = (wait * 2).min(Duration::from_secs(1));
                    if *self.commands.borrow() == Command::Interrupt {
                        return Err(PublishError::Away);
                    }
                }
                Err(error) => return Err(error),
            }
        }
    }
}

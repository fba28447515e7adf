//! Reading a producer's log.

use super::{ProducerOptions, Progress};
use crate::event::{EventName, MessageEvent};
use crate::hub::{Hub, TopicNaming};
use crate::store::{PageLimits, Position, Record, Rewind, Sequence, StoreError, Topic};

/// What a log is, looked at from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogState {
    Empty,
    /// Its last event is none that ends it.
    Open(Position),
    Finished(Position),
}

/// All that a log has.
#[derive(Debug)]
pub(super) struct Log {
    pub(super) progress: Progress,
    pub(super) state: LogState,
    /// There is more than a producer may give.
    pub(super) is_too_long: bool,
}

const PAGE: PageLimits = PageLimits { events_max: 256, bytes_max: 256 * 1024 };

/// Looks at the last event.
pub(super) async fn look(hub: &Hub, finished: &EventName, topic: &Topic) -> Result<LogState, StoreError> {
    let mut place = hub.find(topic, Rewind::Events(1)).await?;
    let mut last: Option<Record> = None;
    loop {
        let page = hub.read(topic, place, PAGE).await?;
        last = page.records.last().cloned().or(last);
        // Others may append meanwhile.
        match &last {
            Some(record) if record.sequence < page.bounds.last && !page.records.is_empty() => {
                place = Position { epoch: page.bounds.epoch, sequence: record.sequence };
            }
            Some(record) => {
                let is_finished = is_finished(hub, finished, topic, record);
                let end = page.bounds.end();
                return Ok(if is_finished { LogState::Finished(end) } else { LogState::Open(end) });
            }
            // What there was is not kept any more.
            None if page.bounds.last > Sequence(0) => return Ok(LogState::Open(page.bounds.end())),
            None => return Ok(LogState::Empty),
        }
    }
}

/// Reads everything, as far as a producer may have given it.
pub(super) async fn read(hub: &Hub, options: &ProducerOptions, topic: &Topic) -> Result<Log, StoreError> {
    let mut place = hub.find(topic, Rewind::Events(u64::MAX)).await?;
    let mut progress = Progress { is_trimmed: place.sequence > Sequence(0), ..Progress::default() };
    let mut is_too_long = false;
    loop {
        let page = hub.read(topic, place, PAGE).await?;
        let Some(last) = page.records.last() else {
            let state =
                if page.bounds.last == Sequence(0) { LogState::Empty } else { LogState::Open(page.bounds.end()) };
            return Ok(Log { progress, state, is_too_long });
        };
        place = Position { epoch: page.bounds.epoch, sequence: last.sequence };
        for record in page.records {
            if is_finished(hub, &options.finished, topic, &record) {
                return Ok(Log { progress, state: LogState::Finished(page.bounds.end()), is_too_long });
            }
            progress.begun.get_or_insert(record.at);
            progress.bytes += record.frame.len();
            is_too_long |= progress.events.len() >= options.events_max || progress.bytes > options.bytes_max;
            if !is_too_long {
                progress.events.push(MessageEvent::encoded(record.frame));
            }
        }
    }
}

fn is_finished(hub: &Hub, finished: &EventName, topic: &Topic, record: &Record) -> bool {
    MessageEvent::encoded(record.frame.clone()).fields().event_type == Some(&wire_name(hub, finished, topic))
}

/// Gives the name of the last event as it goes out.
pub(super) fn wire_name(hub: &Hub, finished: &EventName, topic: &Topic) -> EventName {
    match hub.options().topic_naming {
        // A topic has no line break.
        TopicNaming::InType => EventName::new(format!("{topic}:{finished}")).unwrap_or_else(|_| finished.clone()),
        TopicNaming::None | TopicNaming::FirstLine => finished.clone(),
    }
}

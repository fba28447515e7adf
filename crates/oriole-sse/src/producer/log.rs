//! Reading a producer's log.

use super::{ProducerOptions, Progress};
use crate::event::{EventName, MessageEvent};
use crate::hub::{Hub, TopicNaming};
use crate::store::{PageLimits, Position, Record, Rewind, Sequence, StoreError, Topic};

/// What a log is, looked at from its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LogState {
    Empty,
    /// It had events, none of which is kept any more.
    Forgotten(Position),
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
    /// Its beginning is not kept any more.
    pub(super) is_trimmed: bool,
}

/// Marks, as its coalescing key, the first event of a producer that began anew behind what is not kept any more; so its own beginning
/// is known from one that was lost.
pub(super) const BEGINNING: &str = "oriole.producer.beginning";

const PAGE: PageLimits = PageLimits { events_max: 256, bytes_max: 256 * 1024 };

/// Looks at the last event. Nobody appends behind one that ends the log, so no other can be that.
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
            None if page.bounds.last > Sequence(0) => return Ok(LogState::Forgotten(page.bounds.end())),
            None => return Ok(LogState::Empty),
        }
    }
}

/// Reads everything, as far as a producer may have given it.
pub(super) async fn read(hub: &Hub, options: &ProducerOptions, topic: &Topic) -> Result<Log, StoreError> {
    let mut place = hub.find(topic, Rewind::Events(u64::MAX)).await?;
    let mut log = Log { progress: Progress::default(), state: LogState::Empty, is_too_long: false, is_trimmed: false };
    // What comes after it is missing if it is gone.
    let mut read = Sequence(0);
    loop {
        let page = hub.read(topic, place, PAGE).await?;
        let end = page.bounds.end();
        log.is_trimmed |= page.bounds.trimmed > read;
        let Some(last) = page.records.last() else {
            log.state = match log.progress.begun {
                Some(_) => LogState::Open(end),
                None if end.sequence > Sequence(0) => LogState::Forgotten(end),
                None => LogState::Empty,
            };
            return Ok(log);
        };
        read = last.sequence;
        place = Position { epoch: page.bounds.epoch, sequence: last.sequence };
        for record in page.records {
            if is_finished(hub, &options.finished, topic, &record) {
                log.state = LogState::Finished(end);
                return Ok(log);
            }
            log.is_trimmed &= record.coalesce_key.as_deref() != Some(BEGINNING);
            let progress = &mut log.progress;
            progress.begun.get_or_insert(record.at);
            progress.bytes += record.frame.len();
            log.is_too_long |= progress.events.len() >= options.events_max || progress.bytes > options.bytes_max;
            if !log.is_too_long {
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
        TopicNaming::InType => {
            EventName::new(format!("{}:{finished}", topic.shown())).unwrap_or_else(|_| finished.clone())
        }
        TopicNaming::None | TopicNaming::FirstLine => finished.clone(),
    }
}

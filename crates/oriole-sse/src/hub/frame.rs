//! Bytes of events.

use bytes::Bytes;

use super::options::TopicNaming;
use super::publish::PublishError;
use crate::codec::encode;
use crate::cursor::{Changes, CursorKey, Place, write, write_changed, write_over};
use crate::event::{EventName, MessageEvent};
use crate::store::Topic;

/// An event as it goes out, and how much of it is the id line, which may have to be another one.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) bytes: Bytes,
    pub(super) id_bytes: usize,
}

/// What a subscriber is given: one event, or several if they may come in pieces.
#[derive(Debug)]
pub(crate) struct Portion {
    /// The id line, where it is the subscriber's own and what follows is everybody's.
    pub(crate) id: Option<Bytes>,
    pub(crate) bytes: Bytes,
}

impl From<Bytes> for Portion {
    fn from(bytes: Bytes) -> Self {
        Self { id: None, bytes }
    }
}

/// Which portions a subscriber can do something with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
    /// Up to how many bytes of events may come in one piece; `None` if one event is given at a time.
    pub(crate) run_bytes_max: Option<u64>,
    /// From how many bytes on an event is given apart from an id that is the subscriber's own.
    pub(crate) apart_bytes_min: Option<usize>,
    /// Whether the task is known to whoever wakes it, so that it may be given all there is and wait for more at once.
    pub(crate) waits: bool,
}

impl Frame {
    pub(super) fn without_id(bytes: Bytes) -> Self {
        Self { bytes, id_bytes: 0 }
    }

    /// Puts the id line of a cursor before the rest.
    pub(super) fn with_id(
        rest: &[u8],
        key: &CursorKey,
        principal: Option<&str>,
        places: impl IntoIterator<Item = Place>,
    ) -> Self {
        Self::identified(rest, |bytes| write(key, principal, places, bytes))
    }

    /// The same for a subscription that was changed.
    pub(super) fn with_changed_id(
        rest: &[u8],
        key: &CursorKey,
        principal: Option<&str>,
        places: &[Place],
        changes: &Changes,
    ) -> Self {
        Self::identified(rest, |bytes| write_changed(key, principal, places, changes, bytes))
    }

    /// The same for a client that is not to come back.
    pub(super) fn with_last_id(rest: &[u8], key: &CursorKey, principal: Option<&str>) -> Self {
        Self::identified(rest, |bytes| write_over(key, principal, bytes))
    }

    fn identified(rest: &[u8], write: impl FnOnce(&mut Vec<u8>)) -> Self {
        let mut bytes = Vec::with_capacity(ID_BYTES + rest.len());
        let id_bytes = put_identified(&mut bytes, rest, write);
        Self { bytes: bytes.into(), id_bytes }
    }

    /// Takes the id line away.
    pub(super) fn drop_id(&mut self) {
        self.bytes = self.bytes.slice(std::mem::take(&mut self.id_bytes)..);
    }

    /// Shows what follows the id line.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.id_bytes..]
    }
}

/// About how long the id line is of who has one topic and no principal.
pub(super) const ID_BYTES: usize = 48;

/// Appends an event as all subscribers get it who have one topic alone and no principal.
pub(super) fn put_with_id(out: &mut Vec<u8>, rest: &[u8], key: &CursorKey, place: Place) {
    put_identified(out, rest, |out| write(key, None, [place], out));
}

/// Appends an id line and what follows it; tells how long the line is.
fn put_identified(out: &mut Vec<u8>, rest: &[u8], write: impl FnOnce(&mut Vec<u8>)) -> usize {
    let before = out.len();
    out.extend_from_slice(b"id: ");
    write(out);
    out.push(b'\n');
    let id_bytes = out.len() - before;
    out.extend_from_slice(rest);
    id_bytes
}

/// Encodes an event of the application's, without an id.
pub(super) fn encode_published(
    topic: &Topic,
    event: MessageEvent,
    naming: TopicNaming,
    bytes_max: usize,
) -> Result<Bytes, PublishError> {
    let fields = event.fields();
    if fields.id.is_some() {
        return Err(PublishError::HasId);
    }
    let event = match (naming, fields.data) {
        (TopicNaming::FirstLine, Some(data)) => {
            let data = format!("{topic}\n{data}", topic = topic.shown());
            event.text(data)
        }
        (TopicNaming::InType, Some(_)) => {
            let name = match fields.event_type {
                Some(name) => format!("{}:{name}", topic.shown()),
                None => topic.shown().to_owned(),
            };
            // A topic has no line break and is not empty.
            let name = EventName::new(name).map_err(|_| PublishError::HasId)?;
            event.event_type(name)
        }
        _ => event,
    };
    let has_data = event.fields().data.is_some();
    let mut bytes = Vec::new();
    encode(&event, &mut bytes).map_err(PublishError::Encode)?;
    if !has_data {
        return Err(PublishError::NoData);
    }
    if bytes.len() > bytes_max {
        return Err(PublishError::TooLarge { bytes_max });
    }
    Ok(bytes.into())
}

/// Encodes an event of the hub's, without an id.
pub(super) fn encode_control(name: &EventName, data: String) -> Bytes {
    encode_plain(&MessageEvent::new(data).event_type(name.clone()))
}

/// Encodes an event whose data is a text, which cannot fail.
pub(super) fn encode_plain(event: &MessageEvent) -> Bytes {
    let mut bytes = Vec::new();
    let _ = encode(event, &mut bytes);
    bytes.into()
}

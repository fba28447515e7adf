//! Where a client that returns, or goes back, goes on.

use std::sync::Arc;

use bytes::Bytes;

use super::control::{Gap, GapReason};
use super::lane::Lane;
use super::room::Room;
use super::shared::Shared;
use super::start::Start;
use super::subscribe_error::SubscribeError;
use super::topic::TopicState;
use super::verdict::Verdict;
use crate::cursor::{Cursor, CursorFault, Principal, read, text_bytes_max};
use crate::store::{Position, Rewind, StoreError, Topic, TopicError};

/// Sees to it that there are not too many topics, and that cursors can be read.
pub(super) async fn ready(
    shared: &Shared,
    topics: Result<Vec<Topic>, TopicError>,
) -> Result<Vec<Topic>, SubscribeError> {
    let topics = topics.map_err(SubscribeError::Topic)?;
    let topics_max = shared.options.subscription_topics_max;
    if topics.len() > topics_max {
        return Err(SubscribeError::TooManyTopics { topics_max });
    }
    let bytes_max = shared.options.cursor_bytes_max;
    if text_bytes_max(topics.len()) > bytes_max {
        return Err(SubscribeError::CursorTooLong { bytes_max });
    }
    if !shared.keyring.has_keys() {
        or_away(Box::pin(shared.load_keys()).await)?;
    }
    Ok(topics)
}

/// Says how a subscription begins.
pub(super) struct Beginning {
    pub(super) verdict: Verdict,
    /// One for each lane; none at all if there is nothing to tell of any.
    pub(super) lanes: Vec<LaneStart>,
    /// What the client's cursor says of each lane.
    pub(super) before: Vec<Option<Position>>,
    /// The store was not there to be asked where to go back to, so that a lane begins with what comes from now on.
    pub(super) is_blind: bool,
}

/// Says how one topic of a client that returns begins.
#[derive(Debug)]
pub(super) enum LaneStart {
    /// Where the client left off.
    Resumed,
    /// The client's cursor does not have the topic: with what comes from now on.
    Live,
    /// With a loss.
    Gap(Gap),
    /// With this event, which takes room until the client has taken it, and what came after it.
    Snapshot(Bytes, Room),
}

impl Beginning {
    fn of(verdict: Verdict, lanes: Vec<LaneStart>) -> Self {
        Self { verdict, lanes, before: vec![], is_blind: false }
    }

    fn live() -> Self {
        Self::of(Verdict::Live, vec![])
    }

    /// Tells a client that its cursor is worth nothing: nobody knows what it has missed.
    fn refused(lanes: &[Lane], fault: CursorFault) -> Self {
        let through = |lane: &Lane| lane.position().map(|place| place.sequence);
        let gap = |lane| LaneStart::Gap(Gap { reason: GapReason::Cursor, after: None, through: through(lane) });
        Self::of(Verdict::Refused(fault), lanes.iter().map(gap).collect())
    }
}

/// Moves the lanes to where the subscription begins.
pub(super) async fn place(
    shared: &Arc<Shared>,
    lanes: &mut [Lane],
    start: Start,
    principal: Option<&Principal>,
) -> Result<Beginning, SubscribeError> {
    match start {
        Start::Cursor(cursor) => return Box::pin(resume(shared, lanes, &cursor, principal)).await,
        Start::Refused(fault) => return Ok(Beginning::refused(lanes, fault)),
        _ => {}
    }
    match start.rewind(shared) {
        Some(rewind) => Box::pin(go_back(shared, lanes, rewind)).await,
        None => Ok(Beginning::live()),
    }
}

/// Moves the lanes to where the store says that so much of each log begins.
async fn go_back(shared: &Arc<Shared>, lanes: &mut [Lane], rewind: Rewind) -> Result<Beginning, SubscribeError> {
    let mut beginning = Beginning::live();
    for lane in lanes {
        let topic = lane.topic().clone();
        match or_away(shared.in_time(|| shared.store.find(&topic, rewind)).await)? {
            Some(found) => lane.start_at(found, shared),
            None => beginning.is_blind = true,
        }
    }
    Ok(beginning)
}

/// Moves the lanes to where a client left off; says what it is told at once, lane by lane.
async fn resume(
    shared: &Arc<Shared>,
    lanes: &mut [Lane],
    cursor: &str,
    principal: Option<&Principal>,
) -> Result<Beginning, SubscribeError> {
    let places = match read_cursor(shared, cursor, principal).await? {
        Ok(Cursor { places, .. }) => places,
        Err(fault) => return Ok(Beginning::refused(lanes, fault)),
    };
    let before = |lane: &Lane| places.iter().find(|place| place.topic == lane.state().tag).map(|place| place.position);
    let before: Vec<_> = lanes.iter().map(before).collect();
    let (mut verdict, mut starts) = (None, Vec::with_capacity(lanes.len()));
    for (lane, place) in lanes.iter_mut().zip(&before) {
        let Some(place) = *place else {
            starts.push(LaneStart::Live);
            continue;
        };
        let remainder = remainder_after(shared, &lane.state(), place).await?;
        starts.push(match remainder {
            Remainder::PlaceBeyond(end) => {
                lane.start_at(end, shared);
                LaneStart::Gap(Gap { reason: GapReason::Restart, after: Some(place.sequence), through: None })
            }
            Remainder::Whole | Remainder::Partial => {
                lane.start_at(place, shared);
                LaneStart::Resumed
            }
        });
        verdict = match verdict {
            None | Some(Verdict::Resumed) if matches!(remainder, Remainder::Whole) => Some(Verdict::Resumed),
            _ => Some(Verdict::Gap),
        };
    }
    match verdict {
        Some(verdict) => Ok(Beginning { before, ..Beginning::of(verdict, starts) }),
        None => Ok(Beginning::refused(lanes, CursorFault::Foreign)),
    }
}

/// Reads a cursor, also if its key is one that another process has just drawn.
pub(super) async fn read_cursor(
    shared: &Shared,
    cursor: &str,
    principal: Option<&Principal>,
) -> Result<Result<Cursor, CursorFault>, SubscribeError> {
    let read = read_now(shared, cursor, principal);
    if read != Err(CursorFault::UnknownKey) || !shared.keyring.may_ask_again(shared.clock.wall()) {
        return Ok(read);
    }
    or_away(shared.load_keys().await)?;
    Ok(read_now(shared, cursor, principal))
}

fn read_now(shared: &Shared, cursor: &str, principal: Option<&Principal>) -> Result<Cursor, CursorFault> {
    let keys = shared.keyring.keys().unwrap_or_default();
    let options = &shared.options;
    read(&keys, principal.map(Principal::as_str), cursor, options.subscription_topics_max, options.cursor_bytes_max)
}

/// Says how much of what came after a place is kept.
enum Remainder {
    Whole,
    /// The lane will find what is missing, and tell it.
    Partial,
    /// The place is after the end, which is here: events that the client has got are not in the log.
    PlaceBeyond(Position),
}

async fn remainder_after(shared: &Shared, state: &TopicState, place: Position) -> Result<Remainder, SubscribeError> {
    {
        let live = state.lock();
        if live.epoch.is_some_and(|epoch| epoch != place.epoch) {
            return Ok(Remainder::Partial);
        }
        if live.epoch.is_some() && (live.ring.base()..=live.ring.last()).contains(&place.sequence) {
            return Ok(Remainder::Whole);
        }
    }
    let find = async |events| or_away(shared.in_time(|| shared.store.find(&state.topic, Rewind::Events(events))).await);
    let (Some(earliest), Some(end)) = (find(shared.options.replay_events_max).await?, find(0).await?) else {
        return Ok(Remainder::Partial);
    };
    Ok(match () {
        () if end.epoch != place.epoch => Remainder::Partial,
        () if place.sequence > end.sequence => Remainder::PlaceBeyond(end),
        () if earliest.sequence <= place.sequence => Remainder::Whole,
        () => Remainder::Partial,
    })
}

/// A store that is away has no answer, which is no error here.
pub(super) fn or_away<T>(answer: Result<T, StoreError>) -> Result<Option<T>, SubscribeError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(StoreError::Away { .. } | StoreError::InDoubt { .. }) => Ok(None),
        Err(error) => Err(SubscribeError::Store(error)),
    }
}

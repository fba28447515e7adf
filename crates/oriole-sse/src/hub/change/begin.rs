//! A change on its way.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;

use super::ChangeError;
use super::asked::TopicChanges;
use super::changing::Wish;
use crate::cursor::Principal;
use crate::hub::guard::{Checkpoint, permit};
use crate::hub::lane::Lane;
use crate::hub::resume::{Beginning, LaneStart, place};
use crate::hub::shared::Shared;
use crate::hub::start::Start;
use crate::hub::subscribe_error::SubscribeError;
use crate::hub::verdict::Verdict;
use crate::store::{Topic, TopicError};

/// Is a change of a subscription on its way; made by [`Hub::change`](crate::Hub::change), and asked for by `.await`.
///
/// A topic that is in both lists is kept. One that the subscription has already stays where it is, whatever [`from`](Self::from)
/// says.
#[must_use = "nothing is changed before it is awaited"]
pub struct Change {
    shared: Arc<Shared>,
    handle: String,
    principal: Option<Principal>,
    wish: Result<Wish, ChangeError>,
    start: Start,
}

/// Says what became of a subscription.
///
/// It serialises as `{"topics":["rooms/8"],"added":["rooms/8"],"removed":["rooms/7"]}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Changed {
    /// The topics that it has.
    pub topics: Vec<Topic>,
    /// Those that are new.
    pub added: Vec<Topic>,
    /// Those that it has no longer.
    pub removed: Vec<Topic>,
}

/// How often the guards are asked again because of a doubt that came meanwhile.
const TRIES_MAX: usize = 3;

impl Change {
    pub(in crate::hub) fn new(shared: Arc<Shared>, handle: &str) -> Self {
        let wish = Ok(Wish { add: vec![], remove: vec![], only: false });
        Self { shared, handle: handle.to_owned(), principal: None, wish, start: Start::Live }
    }

    /// Says who asks: the same as [`Subscribe::principal`](crate::Subscribe::principal) was told, or the subscription is not found.
    pub fn principal(mut self, principal: impl Into<Principal>) -> Self {
        self.principal = Some(principal.into());
        self
    }

    /// Adds a topic.
    pub fn with<T>(self, topic: T) -> Self
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        let topic = topic.try_into().map_err(Into::into);
        self.wishing(topic, |wish, topic| wish.add.push(topic))
    }

    /// Takes a topic away.
    pub fn without<T>(self, topic: T) -> Self
    where
        T: TryInto<Topic>,
        T::Error: Into<TopicError>,
    {
        let topic = topic.try_into().map_err(Into::into);
        self.wishing(topic, |wish, topic| wish.remove.push(topic))
    }

    /// Takes every topic away that is not added.
    pub fn only(mut self) -> Self {
        if let Ok(wish) = &mut self.wish {
            wish.only = true;
        }
        self
    }

    /// Says where new topics begin: with what comes from now on, unless something else is said.
    pub fn from(mut self, start: impl Into<Start>) -> Self {
        self.start = start.into();
        self
    }

    /// Takes what a client has sent.
    pub fn asked(mut self, changes: TopicChanges) -> Self {
        let TopicChanges { add, remove, only, from } = changes;
        let topics_max = self.shared.options.change_topics_max;
        if add.len().saturating_add(remove.len()) > topics_max {
            self.wish = Err(ChangeError::TooManyNames { topics_max });
            return self;
        }
        match from.map(|from| Start::of_text(&from)) {
            Some(Ok(start)) => self.start = start,
            Some(Err(rejection)) => self.wish = Err(ChangeError::Start(rejection)),
            None => {}
        }
        self = add.iter().fold(self, |change, topic| change.with(topic));
        self = remove.iter().fold(self, |change, topic| change.without(topic));
        if only { self.only() } else { self }
    }

    fn wishing(mut self, topic: Result<Topic, TopicError>, note: impl FnOnce(&mut Wish, Topic)) -> Self {
        let topics_max = self.shared.options.change_topics_max;
        match (&mut self.wish, topic) {
            (Ok(wish), _) if wish.names() >= topics_max => self.wish = Err(ChangeError::TooManyNames { topics_max }),
            (Ok(wish), Ok(topic)) => note(wish, topic),
            (Ok(_), Err(error)) => self.wish = Err(SubscribeError::Topic(error).into()),
            (Err(_), _) => {}
        }
        self
    }

    async fn make(self) -> Result<Changed, ChangeError> {
        let Self { shared, handle, principal, wish, start } = self;
        let options = &shared.options;
        let reader = shared.readers.find(&handle, principal.as_ref()).ok_or(ChangeError::Unknown)?;
        let changing = reader.changing().ok_or(ChangeError::Unknown)?;
        changing.count(shared.readers.nanos(shared.clock.now()), options)?;
        let wish = wish?;
        let checkpoint = Checkpoint::of(&start);
        let mut lanes = vec![];
        for _ in 0..TRIES_MAX {
            // Anew each time, since others may change it meanwhile.
            let added = changing.plan(&wish, options)?;
            let doubts = changing.doubts();
            let asked = changing.guards.ask(Checkpoint::Change, checkpoint, changing.strangers(&added));
            let (due, refused) = permit(&shared, asked).await?;
            if let Some(topic) = refused.into_iter().next() {
                return Err(ChangeError::RefusedTopic { topic });
            }
            let without_lane = without_lane(added, &lanes);
            if !without_lane.is_empty() {
                lanes.extend(open(&shared, &without_lane, start.clone(), principal.as_ref()).await?);
            }
            if let Some(changed) = changing.accept(&wish, &mut lanes, (doubts, due), options)? {
                reader.wake();
                return Ok(changed);
            }
        }
        let retry_after = shared.readers.retry_after(&options.retry_after);
        Err(SubscribeError::Unverified { retry_after }.into())
    }
}

fn without_lane(mut topics: Vec<Topic>, lanes: &[(Lane, LaneStart)]) -> Vec<Topic> {
    topics.retain(|topic| !lanes.iter().any(|(lane, _)| lane.topic() == topic));
    topics
}

/// Takes places in topics: from here on nothing of them is missed.
async fn open(
    shared: &Arc<Shared>,
    topics: &[Topic],
    start: Start,
    principal: Option<&Principal>,
) -> Result<Vec<(Lane, LaneStart)>, ChangeError> {
    let mut lanes = Vec::with_capacity(topics.len());
    for topic in topics {
        lanes.push(Lane::open(shared, topic, None).await?);
    }
    let Beginning { verdict, lanes: mut starts, is_blind, .. } = place(shared, &mut lanes, start, principal).await?;
    if let Verdict::Refused(fault) = verdict {
        return Err(ChangeError::Cursor(fault));
    }
    if is_blind {
        let retry_after = shared.readers.retry_after(&shared.options.retry_after);
        return Err(ChangeError::Away { retry_after });
    }
    starts.resize_with(lanes.len(), || LaneStart::Live);
    Ok(lanes.into_iter().zip(starts).collect())
}

impl IntoFuture for Change {
    type Output = Result<Changed, ChangeError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.make())
    }
}

impl fmt::Debug for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Not the handle, which opens what it names.
        f.debug_struct("Change").field("wish", &self.wish).finish_non_exhaustive()
    }
}

mod json {
    use serde::ser::{Serialize, SerializeStruct, Serializer};

    use super::{Changed, Topic};

    impl Serialize for Changed {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let names = |topics: &[Topic]| topics.iter().map(|topic| topic.as_str().to_owned()).collect::<Vec<_>>();
            let mut changed = serializer.serialize_struct("Changed", 3)?;
            changed.serialize_field("topics", &names(&self.topics))?;
            changed.serialize_field("added", &names(&self.added))?;
            changed.serialize_field("removed", &names(&self.removed))?;
            changed.end()
        }
    }
}

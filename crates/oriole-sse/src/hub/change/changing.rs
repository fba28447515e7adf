//! What a subscription that may be changed shares with those who change it.

use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::{ChangeError, Changed};
use crate::cursor::{Changes, TopicTag, changed_text_bytes_max};
use crate::hub::door::Guards;
use crate::hub::lane::Lane;
use crate::hub::options::HubOptions;
use crate::hub::resume::LaneStart;
use crate::hub::subscribe_error::SubscribeError;
use crate::store::Topic;

/// Knows the topics, and holds changes until the subscription takes them: between two events, as whoever reads it asks for more.
#[derive(Debug)]
pub(in crate::hub) struct Changing {
    /// What the application subscribed to, and may not be refused one by one.
    base: Vec<Topic>,
    pub(in crate::hub) guards: Arc<Guards>,
    /// How often the application has doubted its rights: an answer from before that is not believed.
    doubts: AtomicU64,
    has_waiting: AtomicBool,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// What it has, those included that it has not taken yet.
    topics: Vec<Topic>,
    waiting: Waiting,
    is_over: bool,
    /// How many changes there were since this moment.
    changes: usize,
    since: u64,
}

/// Is what the subscription has not taken yet.
#[derive(Debug, Default)]
pub(in crate::hub) struct Waiting {
    pub(in crate::hub) add: Vec<(Lane, LaneStart)>,
    pub(in crate::hub) remove: Vec<Topic>,
    /// When the guard is to be asked again at the latest, for the new topics.
    pub(in crate::hub) due: Option<u64>,
}

/// Is a change, as it is asked for.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) add: Vec<Topic>,
    pub(super) remove: Vec<Topic>,
    pub(super) only: bool,
}

impl Wish {
    /// How many topics it names.
    pub(super) fn names(&self) -> usize {
        self.add.len() + self.remove.len()
    }
}

impl Changing {
    pub(in crate::hub) fn new(base: Vec<Topic>, guards: Arc<Guards>) -> Self {
        let state = State { topics: base.clone(), ..State::default() };
        Self { base, guards, doubts: AtomicU64::new(0), has_waiting: AtomicBool::new(false), state: Mutex::new(state) }
    }

    /// Says what it has when it begins.
    pub(in crate::hub) fn begin(&self, topics: Vec<Topic>) {
        self.lock().topics = topics;
    }

    /// Gives those that the application did not subscribe to.
    pub(in crate::hub) fn strangers<'a>(&self, topics: impl IntoIterator<Item = &'a Topic>) -> Vec<Topic> {
        topics.into_iter().filter(|topic| !self.base.contains(topic)).cloned().collect()
    }

    /// Gives those that it has by now, taken or not, and that the application did not subscribe to.
    pub(in crate::hub) fn added(&self) -> Vec<Topic> {
        self.strangers(&self.lock().topics)
    }

    /// Tells what a cursor has to say of these topics; `None` if they are what the application subscribed to.
    pub(in crate::hub) fn changes<'a>(&self, topics: impl IntoIterator<Item = &'a Topic>) -> Option<Changes> {
        let topics: Vec<_> = topics.into_iter().collect();
        let removed = self.base.iter().filter(|base| !topics.contains(base));
        let changes = Changes { removed: removed.map(TopicTag::of).collect(), added: self.strangers(topics.clone()) };
        (changes != Changes::default()).then_some(changes)
    }

    /// Finds which topics somebody has who comes back with such a cursor, those of the base first; and for which of them the guards
    /// have to be asked.
    pub(in crate::hub) fn restored(&self, changes: &Changes, options: &HubOptions) -> (Vec<Topic>, Vec<Topic>) {
        let kept = self.base.iter().filter(|topic| !changes.removed.contains(&TopicTag::of(topic)));
        let mut topics: Vec<_> = kept.cloned().collect();
        let mut strangers = vec![];
        for topic in &changes.added {
            // What is bounded now may not have been when the cursor was made.
            let fits = || self.check(&[&topics[..], std::slice::from_ref(topic)].concat(), options).is_ok();
            if !topics.contains(topic) && fits() {
                topics.push(topic.clone());
                strangers.extend(self.strangers([topic]));
            }
        }
        (topics, strangers)
    }

    pub(in crate::hub) fn doubt(&self) {
        self.doubts.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn doubts(&self) -> u64 {
        self.doubts.load(Ordering::Acquire)
    }

    /// Counts a change; refuses it if there were too many.
    pub(super) fn count(&self, now: u64, options: &HubOptions) -> Result<(), ChangeError> {
        let window = u64::try_from(options.changes_window.as_nanos()).unwrap_or(u64::MAX);
        let mut state = self.lock();
        if now >= state.since.saturating_add(window) {
            (state.since, state.changes) = (now, 0);
        }
        if state.changes >= options.changes_max {
            let retry_after = Duration::from_nanos(state.since.saturating_add(window).saturating_sub(now));
            return Err(ChangeError::TooManyChanges { retry_after });
        }
        state.changes += 1;
        Ok(())
    }

    /// Tells which topics would be new, if the change is one that can be.
    pub(super) fn plan(&self, wish: &Wish, options: &HubOptions) -> Result<Vec<Topic>, ChangeError> {
        let state = self.lock();
        let (topics, changed) = state.after(wish, options)?;
        self.check(&topics, options)?;
        Ok(changed)
    }

    /// Takes a change for the subscription to take; `None` if its rights were doubted, or others changed it, meanwhile.
    pub(super) fn accept(
        &self,
        wish: &Wish,
        lanes: &mut Vec<(Lane, LaneStart)>,
        (doubts, due): (u64, u64),
        options: &HubOptions,
    ) -> Result<Option<Changed>, ChangeError> {
        // Let go of after the lock: lanes have locks of their own.
        let mut never_taken = vec![];
        let mut state = self.lock();
        let (topics, added) = state.after(wish, options)?;
        self.check(&topics, options)?;
        let has_lane = |topic: &Topic| lanes.iter().any(|(lane, _)| lane.topic() == topic);
        if self.doubts() != doubts || !added.iter().all(has_lane) {
            return Ok(None);
        }
        let is_gone = |topic: &Topic| !topics.contains(topic);
        let removed: Vec<_> = state.topics.iter().filter(|topic| is_gone(topic)).cloned().collect();
        let State { waiting, .. } = &mut *state;
        for topic in &removed {
            // What was not taken yet need not be taken at all, nor taken away.
            match waiting.add.iter().position(|(lane, _)| lane.topic() == topic) {
                Some(at) => never_taken.push(waiting.add.remove(at)),
                None => waiting.remove.push(topic.clone()),
            }
        }
        waiting.add.extend(lanes.extract_if(.., |(lane, _)| added.contains(lane.topic())));
        waiting.due = Some(waiting.due.unwrap_or(u64::MAX).min(due));
        state.topics.clone_from(&topics);
        self.has_waiting.store(true, Ordering::Release);
        Ok(Some(Changed { topics, added, removed }))
    }

    /// Gives, to the subscription, what waits for it.
    pub(in crate::hub) fn take(&self) -> Option<Waiting> {
        if !self.has_waiting.load(Ordering::Acquire) {
            return None;
        }
        let mut state = self.lock();
        self.has_waiting.store(false, Ordering::Release);
        Some(mem::take(&mut state.waiting))
    }

    pub(in crate::hub) fn has_waiting(&self) -> bool {
        self.has_waiting.load(Ordering::Acquire)
    }

    /// Takes away what the client may not read any more; gives what of it was not taken yet.
    pub(in crate::hub) fn refuse(&self, refused: &[Topic]) -> Vec<Topic> {
        let never_taken: Vec<_> = {
            let mut state = self.lock();
            state.topics.retain(|topic| !refused.contains(topic));
            state.waiting.add.extract_if(.., |(lane, _)| refused.contains(lane.topic())).collect()
        };
        never_taken.iter().map(|(lane, _)| lane.topic().clone()).collect()
    }

    /// Takes no change from now on.
    pub(in crate::hub) fn close(&self) {
        let waiting = {
            let mut state = self.lock();
            state.is_over = true;
            self.has_waiting.store(false, Ordering::Release);
            mem::take(&mut state.waiting)
        };
        // Not under the lock: lanes have locks of their own.
        drop(waiting);
    }

    /// Sees to it that there are not too many topics, nor cursors that are too long.
    fn check(&self, topics: &[Topic], options: &HubOptions) -> Result<(), SubscribeError> {
        let topics_max = options.subscription_topics_max;
        if topics.len() > topics_max {
            return Err(SubscribeError::TooManyTopics { topics_max });
        }
        let bytes_max = options.cursor_bytes_max;
        let changes = self.changes(topics).unwrap_or_default();
        if changed_text_bytes_max(topics.len(), &changes) > bytes_max {
            return Err(SubscribeError::CursorTooLong { bytes_max });
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Tells which topics there are after a change, and which of them are new.
    fn after(
        &self,
        Wish { add, remove, only }: &Wish,
        options: &HubOptions,
    ) -> Result<(Vec<Topic>, Vec<Topic>), ChangeError> {
        if self.is_over {
            return Err(ChangeError::Unknown);
        }
        let is_kept = |topic: &Topic| add.contains(topic) || (!only && !remove.contains(topic));
        let mut topics: Vec<_> = self.topics.iter().filter(|topic| is_kept(topic)).cloned().collect();
        let mut added: Vec<Topic> = vec![];
        for topic in add {
            if !self.topics.contains(topic) && !added.contains(topic) {
                added.push(topic.clone());
            }
            // Not one more than it takes to know.
            let topics_max = options.subscription_topics_max;
            if topics.len() + added.len() > topics_max {
                return Err(SubscribeError::TooManyTopics { topics_max }.into());
            }
        }
        topics.extend(added.iter().cloned());
        if topics.is_empty() { Err(ChangeError::NoTopic) } else { Ok((topics, added)) }
    }
}

#[cfg(test)]
mod tests {
    use std::pin::pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use super::{Changing, Wish};
    use crate::hub::lane::Lane;
    use crate::hub::resume::LaneStart;
    use crate::hub::{Hub, HubOptions};
    use crate::store::Topic;

    fn topics(names: &[&str]) -> Vec<Topic> {
        names.iter().map(|name| Topic::new(*name).expect("a name")).collect()
    }

    fn change(hub: &Hub, changing: &Changing, add: &[&str], remove: &[&str]) {
        let wish = Wish { add: topics(add), remove: topics(remove), only: false };
        let mut lanes = vec![];
        for topic in &wish.add {
            let mut lane = pin!(Lane::open(hub.shared(), topic, None));
            let Poll::Ready(Ok(lane)) = lane.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("no lane")
            };
            lanes.push((lane, LaneStart::Live));
        }
        let doubts = changing.doubts();
        let changed = changing.accept(&wish, &mut lanes, (doubts, u64::MAX), &HubOptions::default());
        assert!(changed.is_ok_and(|changed| changed.is_some()));
    }

    fn waiting(changing: &Changing) -> (Vec<String>, Vec<String>) {
        let waiting = changing.take().expect("something");
        let add = waiting.add.iter().map(|(lane, _)| lane.topic().as_str().to_owned());
        (add.collect(), waiting.remove.iter().map(|topic| topic.as_str().to_owned()).collect())
    }

    /// What was never taken is not kept as something to take away, so that nothing grows while a client takes nothing.
    #[test]
    fn what_comes_and_goes_untaken_leaves_nothing() {
        let (hub, changing) = (Hub::default(), Changing::new(topics(&["a"]), Arc::default()));
        for number in 0..100 {
            let name = format!("b/{number}");
            change(&hub, &changing, &[&name], &[]);
            change(&hub, &changing, &[], &[&name]);
        }
        assert_eq!(waiting(&changing), (vec![], vec![]));
        // What is there and goes, comes and goes again, is to be taken away once.
        change(&hub, &changing, &["b"], &[]);
        assert_eq!(waiting(&changing), (vec!["b".to_owned()], vec![]));
        change(&hub, &changing, &[], &["a"]);
        change(&hub, &changing, &["a"], &[]);
        change(&hub, &changing, &[], &["a"]);
        assert_eq!(waiting(&changing), (vec![], vec!["a".to_owned()]));
    }

    /// A door that is asked because of a doubt is asked for what waits as well, and what it refuses does not wait any more.
    #[test]
    fn a_doubt_is_about_what_was_not_taken_too() {
        let (hub, changing) = (Hub::default(), Changing::new(topics(&["a"]), Arc::default()));
        change(&hub, &changing, &["b", "c"], &[]);
        assert_eq!(changing.added(), topics(&["b", "c"]));
        assert_eq!(changing.refuse(&topics(&["b", "x"])), topics(&["b"]));
        assert_eq!(changing.added(), topics(&["c"]));
        assert_eq!(waiting(&changing), (vec!["c".to_owned()], vec![]));
    }
}

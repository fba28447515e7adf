//! How a subscription takes what was changed beside it.

use bytes::Bytes;

use super::Waiting;
use crate::hub::control::{EndReason, gap_data, topics_data};
use crate::hub::frame::{Frame, encode_control};
use crate::hub::lane::Lane;
use crate::hub::presence::LeaveCause;
use crate::hub::readers::Admission;
use crate::hub::resume::LaneStart;
use crate::hub::said::{Said, unavailable};
use crate::hub::subscription::Subscription;
use crate::store::Topic;

impl Subscription {
    /// Takes the changes that wait: from here on the client has these topics, and ids that say so.
    pub(in crate::hub) fn take_changes(&mut self) {
        let Some(Waiting { add, remove, due }) = self.changing.as_ref().and_then(|changing| changing.take()) else {
            return;
        };
        if let (Some(due), Some(watch), Some(Admission { reader, .. })) = (due, &mut self.watch, &self.admission) {
            watch.ask_by(due, &self.shared, reader);
        }
        let gaps = add.iter().filter_map(|(lane, start)| match start {
            LaneStart::Gap(gap) => Some((lane.topic().clone(), *gap)),
            _ if self.is_unsaid(lane) => Some((lane.topic().clone(), unavailable(lane))),
            _ => None,
        });
        let mut gaps: Vec<_> = gaps.collect();
        let lanes = add.into_iter().map(|(lane, _)| lane).collect();
        let told = self.change(&remove, lanes, None);
        let Some((last_topic, last_gap)) = gaps.pop() else {
            told.into_iter().for_each(|told| self.say(told));
            return;
        };
        self.said.extend(told.map(|told| Said::new(Frame::without_id(told))));
        for (topic, gap) in gaps {
            self.note_gap(&topic, gap);
            let frame = encode_control(&self.shared.options.names.gap, gap_data(&topic, gap));
            self.said.push_back(Said::of_topic(Frame::without_id(frame), &topic, None));
        }
        // The id is behind all of them, as it is at the beginning.
        self.say_gap(&last_topic, last_gap);
    }

    /// Whether the client was not told of a topic that is new to it that its events may have no id for now, as it was of the others.
    fn is_unsaid(&self, lane: &Lane) -> bool {
        let is_away = !self.absences.is_multiple_of(2);
        // An absence that nothing was told of yet is about to be told for all.
        (is_away || lane.is_stale() || !self.shared.keyring.has_keys()) && !self.is_absence_unsaid()
    }

    /// Has other topics from here on; gives what tells it. If it is because rights are gone: what was lost before it was taken.
    fn change(&mut self, remove: &[Topic], add: Vec<Lane>, revoked: Option<Vec<Topic>>) -> Option<Bytes> {
        let changing = self.changing.clone()?;
        let added: Vec<_> = add.iter().map(|lane| lane.topic().clone()).collect();
        let is_removed = |topic: &&Topic| remove.contains(topic) && !added.contains(topic);
        let mut removed: Vec<_> = self.lanes.iter().map(Lane::topic).filter(is_removed).cloned().collect();
        let is_revoked = revoked.is_some();
        removed.extend(revoked.unwrap_or_default());
        // What was still to be said of them is not, nor is a state that what follows does not go on from.
        self.unsay(remove);
        self.lanes.change(remove, add);
        self.lanes.set_changes(changing.changes(self.lanes.iter().map(Lane::topic)));
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.set_marks(self.lanes.marks());
        }
        if let Some(attending) = &mut self.attending {
            attending.follow(self.lanes.iter().map(Lane::topic), LeaveCause::Unsubscribed);
        }
        self.owes_return |= self.absences.is_multiple_of(2) && self.lanes.is_any_unknown(&self.shared.keyring);
        if added.is_empty() && removed.is_empty() {
            return None;
        }
        let (topics, added, removed): (Vec<_>, Vec<_>, Vec<_>) =
            (self.topics().collect(), added.iter().collect(), removed.iter().collect());
        let data = topics_data(&topics, &added, &removed, is_revoked);
        Some(encode_control(&self.shared.options.names.topics, data))
    }

    /// Goes on without topics that the client may not read any more; ends if there is no other.
    pub(in crate::hub) fn lose(&mut self, topics: &[Topic]) -> Option<EndReason> {
        let waited = self.changing.as_ref().map(|changing| changing.refuse(topics)).unwrap_or_default();
        if let Some(told) = self.change(topics, vec![], Some(waited)) {
            self.say(told);
        }
        self.lanes.is_empty().then_some(EndReason::Revoked)
    }
}

//! One topic.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::super::{
    Append, AppendRefusal, Appended, Bounds, Epoch, Expected, Page, PageLimits, Position, Record, Rewind, Sequence,
};
use super::MemoryStoreOptions;

#[derive(Debug)]
pub(super) struct Log {
    bounds: Bounds,
    records: VecDeque<Record>,
    bytes: u64,
    /// How often it is open.
    pub(super) opened: usize,
    /// When it was last appended to.
    pub(super) changed: Option<SystemTime>,
    names: HashMap<Arc<str>, Sequence>,
    /// In the order in which they were given.
    named: VecDeque<(SystemTime, Arc<str>)>,
}

impl Log {
    pub(super) fn new(epoch: Epoch) -> Self {
        let bounds = Bounds { epoch, trimmed: Sequence(0), last: Sequence(0) };
        Self {
            bounds,
            records: VecDeque::new(),
            bytes: 0,
            opened: 0,
            changed: None,
            names: HashMap::new(),
            named: VecDeque::new(),
        }
    }

    pub(super) fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether nothing would be missed if it were forgotten.
    pub(super) fn is_idle(&self) -> bool {
        #[cfg(test)]
        crate::looks::note();
        self.records.is_empty() && self.opened == 0
    }

    /// Takes an event; a record is given if it is new.
    pub(super) fn append(
        &mut self,
        append: Append,
        options: &MemoryStoreOptions,
    ) -> Result<(Appended, Option<Record>), AppendRefusal> {
        let at = to_millis(append.at);
        self.forget_names(at, options);
        let appended = |sequence, is_duplicate| Appended {
            position: Position { epoch: self.bounds.epoch, sequence },
            is_duplicate,
        };
        if let Some(sequence) = append.idempotency_key.as_ref().and_then(|name| self.names.get(name)) {
            return Ok((appended(*sequence, true), None));
        }
        let is_expected = match append.expected {
            Expected::Anything => true,
            Expected::Nothing => self.bounds.last == Sequence(0),
            Expected::Last(position) => position == self.bounds.end(),
        };
        if !is_expected {
            return Err(AppendRefusal::conflict(self.bounds.end()));
        }
        let record = Record::new(Sequence(self.bounds.last.0 + 1), at, append.frame, append.coalesce_key);
        if record.bytes() > options.retention.bytes_max {
            return Err(AppendRefusal::too_large(options.retention.bytes_max));
        }
        let appended = appended(record.sequence, false);
        self.bounds.last = record.sequence;
        self.bytes += record.bytes();
        self.changed = Some(at);
        self.records.push_back(record.clone());
        if let Some(name) = append.idempotency_key {
            self.names.insert(Arc::clone(&name), record.sequence);
            self.named.push_back((at, name));
        }
        self.trim(at, options);
        Ok((appended, Some(record)))
    }

    pub(super) fn read(&self, after: Position, limits: PageLimits) -> Page {
        let after = if after.epoch == self.bounds.epoch { after.sequence } else { Sequence(0) };
        let first = self.records.partition_point(|record| record.sequence <= after);
        let mut bytes = 0;
        let records = self.records.range(first..).take(limits.events_max.max(1));
        let records = records.take_while(|record| {
            let fits = bytes == 0 || bytes + record.bytes() <= limits.bytes_max;
            bytes += record.bytes().max(1);
            fits
        });
        Page { bounds: self.bounds, records: records.cloned().collect() }
    }

    pub(super) fn find(&self, rewind: Rewind) -> Position {
        let skipped = match rewind {
            Rewind::Events(events) => self.records.len().saturating_sub(usize::try_from(events).unwrap_or(usize::MAX)),
            // Publishers' clocks may differ: what is older may stand after what is younger, and is then given too.
            Rewind::Since(time) => {
                let time = to_millis(time);
                self.records.iter().position(|record| record.at >= time).unwrap_or(self.records.len())
            }
        };
        let sequence = match skipped.checked_sub(1) {
            Some(last) => self.records.get(last).map_or(self.bounds.last, |record| record.sequence),
            None => self.bounds.trimmed,
        };
        Position { epoch: self.bounds.epoch, sequence }
    }

    /// Forgets what is beyond the retention.
    pub(super) fn trim(&mut self, now: SystemTime, options: &MemoryStoreOptions) {
        let retention = &options.retention;
        let oldest = retention.age_max.and_then(|age| now.checked_sub(age));
        while let Some(first) = self.records.front() {
            let is_kept = self.records.len() as u64 <= retention.events_max
                && self.bytes <= retention.bytes_max
                && oldest.is_none_or(|oldest| first.at >= oldest);
            if is_kept {
                break;
            }
            self.bytes -= first.bytes();
            self.bounds.trimmed = first.sequence;
            self.records.pop_front();
        }
        self.forget_names(now, options);
    }

    fn forget_names(&mut self, now: SystemTime, options: &MemoryStoreOptions) {
        let oldest = now.checked_sub(options.idempotency_window);
        while let Some((at, name)) = self.named.front() {
            if self.named.len() <= options.idempotency_keys_max && oldest.is_none_or(|oldest| *at >= oldest) {
                break;
            }
            self.names.remove(name);
            self.named.pop_front();
        }
    }
}

/// Cuts off what no store needs to keep.
fn to_millis(time: SystemTime) -> SystemTime {
    let millis = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
}

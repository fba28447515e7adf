//! Which events a client has got.

/// Holds what one client got: everything before `next` but the gaps.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// 0 as long as it is not known with which event it begins.
    next: u64,
    /// First and last of what was left out, in order.
    gaps: Vec<(u64, u64)>,
}

/// How an event comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// As the next, or as the very first.
    Next,
    /// So many were left out before it.
    After(u64),
    /// It had been left out.
    Late,
    /// It was there already.
    Again,
}

impl Seen {
    /// The first event has this number.
    pub(super) fn from(first: u64) -> Self {
        Self { next: first, gaps: Vec::new() }
    }

    pub(super) fn take(&mut self, seq: u64) -> Arrival {
        if seq == self.next || self.next == 0 {
            self.next = seq + 1;
            return Arrival::Next;
        }
        if seq > self.next {
            let left_out = seq - self.next;
            self.gaps.push((self.next, seq - 1));
            self.next = seq + 1;
            return Arrival::After(left_out);
        }
        let Some(at) = self.gaps.iter().position(|(first, last)| (*first..=*last).contains(&seq)) else {
            return Arrival::Again;
        };
        let (first, last) = self.gaps.remove(at);
        let parts = [(first, seq - 1), (seq + 1, last)];
        self.gaps.splice(at..at, parts.into_iter().filter(|(first, last)| first <= last));
        Arrival::Late
    }

    /// How many events up to this one are still to come, for a client that has begun.
    pub(super) fn missing(&self, last: u64) -> u64 {
        if self.next == 0 { 0 } else { (last + 1).saturating_sub(self.next) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Seen};

    fn arrivals(first: u64, seqs: &[u64]) -> Vec<Arrival> {
        let mut seen = Seen::from(first);
        seqs.iter().map(|seq| seen.take(*seq)).collect()
    }

    #[test]
    fn in_order() {
        assert_eq!(arrivals(1, &[1, 2, 3]), [Arrival::Next; 3]);
        assert_eq!(arrivals(0, &[41, 42]), [Arrival::Next; 2], "a client that comes later begins anywhere");
    }

    #[test]
    fn lost_doubled_and_out_of_order_are_told_apart() {
        assert_eq!(arrivals(1, &[3]), [Arrival::After(2)]);
        assert_eq!(arrivals(1, &[1, 1]), [Arrival::Next, Arrival::Again]);
        assert_eq!(
            arrivals(1, &[5, 2, 2, 4, 1, 3, 3, 6]),
            [
                Arrival::After(4),
                Arrival::Late,
                Arrival::Again,
                Arrival::Late,
                Arrival::Late,
                Arrival::Late,
                Arrival::Again,
                Arrival::Next
            ]
        );
    }

    #[test]
    fn what_is_missing_at_the_end() {
        let mut seen = Seen::from(1);
        seen.take(1);
        assert_eq!((seen.missing(1), seen.missing(4)), (0, 3));
        assert_eq!(Seen::from(0).missing(4), 0, "it came after the last");
    }
}

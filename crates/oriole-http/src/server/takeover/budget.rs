//! How much one task does in one go.

/// What is done before other tasks get the thread: about half a millisecond of writing.
pub(super) struct Budget {
    turns: usize,
}

/// How many connections have a turn, or are written to as parts of a convoy.
pub(super) const TURNS_MAX: usize = 64;
/// How many of a convoy's writes come between two turns of connections that go on by themselves.
pub(super) const SHARE: usize = 8;
/// How many bytes count as a further turn: 256 KiB are written in one go, and one frame.
const TURN_BYTES: usize = 4 * 1024;

impl Budget {
    pub(super) fn of(turns: usize) -> Self {
        Self { turns }
    }

    /// Counts a turn in which so much was written.
    pub(super) fn spend(&mut self, bytes: usize) {
        self.take(1 + bytes / TURN_BYTES);
    }

    /// Takes what was spent of a share.
    pub(super) fn take(&mut self, turns: usize) {
        self.turns = self.turns.saturating_sub(turns);
    }

    pub(super) fn left(&self) -> usize {
        self.turns
    }

    pub(super) fn is_spent(&self) -> bool {
        self.turns == 0
    }
}

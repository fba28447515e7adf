//! Counts how often something is looked at, so that a test can say that it is not done for all there is.

use std::cell::Cell;

thread_local! {
    static LOOKS: Cell<usize> = const { Cell::new(0) };
}

/// Counts one, on this thread.
pub(crate) fn note() {
    LOOKS.set(LOOKS.get() + 1);
}

/// Tells how many were counted on this thread.
pub(crate) fn count() -> usize {
    LOOKS.get()
}

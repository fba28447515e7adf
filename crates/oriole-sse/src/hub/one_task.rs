//! A task of the hub's, of which there is one at a time.

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Handle;
use tokio::task::JoinSet;

use crate::lock::lock;

/// Begins when it is needed, and ends by itself when it is not.
#[derive(Debug, Default)]
pub(super) struct OneTask {
    is_running: AtomicBool,
    tasks: Mutex<JoinSet<()>>,
}

impl OneTask {
    pub(super) fn is_running(&self) -> bool {
        self.is_running.load(Ordering::Acquire)
    }

    /// Begins, if there is a runtime and it has not begun.
    pub(super) fn start<F>(&self, run: impl FnOnce() -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        if !self.is_running.swap(true, Ordering::AcqRel) {
            let mut tasks = lock(&self.tasks);
            while tasks.try_join_next().is_some() {}
            tasks.spawn_on(run(), &runtime);
        }
    }

    /// Ends it, unless something has come meanwhile that keeps it from being idle, for which nobody else was begun; says whether it has
    /// ended.
    pub(super) fn end(&self, is_idle: impl FnOnce() -> bool) -> bool {
        self.cut_off();
        is_idle() || self.is_running.swap(true, Ordering::AcqRel)
    }

    /// Notes that it is no more: it panicked, or its runtime ended before it.
    pub(super) fn cut_off(&self) {
        self.is_running.store(false, Ordering::Release);
    }

    #[cfg(test)]
    pub(super) fn begin(&self) {
        self.is_running.store(true, Ordering::Release);
    }
}

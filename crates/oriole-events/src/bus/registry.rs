//! Who listens to what.

use super::listen::Call;
use crate::AnyEvent;
use crate::listener::Pattern;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::mpsc;

/// One listener under one name.
pub(super) struct Registered {
    pub(super) id: u64,
    /// Where it stands among others; those that were prepended are below zero.
    pub(super) order: i64,
    /// As it was given.
    pub(super) name: String,
    pub(super) pattern: Pattern,
    /// What it is called in the log.
    pub(super) who: String,
    pub(super) call: Call,
    /// Where its events wait, if it is called apart.
    pub(super) queue: Option<mpsc::Sender<AnyEvent>>,
    pub(super) suppresses_errors: bool,
}

#[derive(Default)]
pub(super) struct Registry {
    exact: HashMap<String, Vec<Arc<Registered>>>,
    patterns: Vec<Arc<Registered>>,
    ids: u64,
}

impl Registry {
    pub(super) fn next_id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Adds one, and tells how many there are under its name now.
    pub(super) fn add(&mut self, listener: Registered) -> usize {
        let (name, listener) = (listener.name.clone(), Arc::new(listener));
        match &listener.pattern {
            Pattern::Exact(_) => {
                let all = self.exact.entry(name).or_default();
                all.push(listener);
                all.len()
            }
            Pattern::Parts(_) => {
                self.patterns.push(listener);
                self.patterns.iter().filter(|other| other.name == name).count()
            }
        }
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, name: &str, id: u64) -> Option<Arc<Registered>> {
        let take = |all: &mut Vec<Arc<Registered>>| {
            let at = all.iter().position(|listener| listener.id == id)?;
            Some(all.remove(at))
        };
        if let Some(all) = self.exact.get_mut(name) {
            let taken = take(all);
            if all.is_empty() {
                self.exact.remove(name);
            }
            if taken.is_some() {
                return taken;
            }
        }
        take(&mut self.patterns)
    }

    /// Everyone who listens to a name, in the order in which they are called.
    pub(super) fn of(&self, name: &str, delimiter: &str) -> Vec<Arc<Registered>> {
        let mut found = self.exact.get(name).cloned().unwrap_or_default();
        found.extend(self.patterns.iter().filter(|listener| listener.pattern.matches(name, delimiter)).cloned());
        found.sort_by_key(|listener| listener.order);
        found
    }

    pub(super) fn clear(&mut self) {
        self.exact.clear();
        self.patterns.clear();
    }
}

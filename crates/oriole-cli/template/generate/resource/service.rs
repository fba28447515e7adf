//! Keeps them in memory; put your store in its place.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use oriole::prelude::*;

use super::dto::{Create__One__, Update__One__};
use super::entity::__One__;

/// How many are kept.
const __NAME___MAX: usize = 10_000;

#[injectable]
#[derive(Debug, Default)]
pub struct __Name__Service {
    #[inject(default)]
    by_id: Mutex<BTreeMap<u32, __One__>>,
}

impl __Name__Service {
    /// `None` if there is no room for more.
    pub fn create(&self, new: Create__One__) -> Option<__One__> {
        let mut by_id = self.by_id();
        let id = by_id.keys().next_back().map_or(Some(1), |last| last.checked_add(1))?;
        if by_id.len() >= __NAME___MAX {
            return None;
        }
        Some(by_id.entry(id).or_insert(__One__ { id, name: new.name }).clone())
    }

    pub fn find_all(&self) -> Vec<__One__> {
        self.by_id().values().cloned().collect()
    }

    pub fn find_one(&self, id: u32) -> Option<__One__> {
        self.by_id().get(&id).cloned()
    }

    pub fn update(&self, id: u32, changes: Update__One__) -> Option<__One__> {
        let mut by_id = self.by_id();
        let found = by_id.get_mut(&id)?;
        if let Some(name) = changes.name {
            found.name = name;
        }
        Some(found.clone())
    }

    pub fn remove(&self, id: u32) -> Option<__One__> {
        self.by_id().remove(&id)
    }

    fn by_id(&self) -> MutexGuard<'_, BTreeMap<u32, __One__>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

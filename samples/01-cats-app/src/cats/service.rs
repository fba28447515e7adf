//! Who knows the cats.

use super::dto::Cat;
use oriole::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Keeps them in memory.
#[injectable]
#[derive(Default)]
pub(crate) struct CatsService {
    #[inject(default)]
    cats: Mutex<Vec<Cat>>,
}

impl CatsService {
    pub(crate) fn create(&self, cat: Cat) {
        self.cats.lock().unwrap_or_else(PoisonError::into_inner).push(cat);
    }

    pub(crate) fn all(&self) -> Vec<Cat> {
        self.cats.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn find(&self, number: usize) -> Option<Cat> {
        self.cats.lock().unwrap_or_else(PoisonError::into_inner).get(number).cloned()
    }
}

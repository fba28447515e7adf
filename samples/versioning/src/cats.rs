//! Cats, in two versions that share a service.

use oriole::prelude::*;
use serde::Serialize;
use std::sync::Arc;

/// A cat as the service knows it.
#[derive(Clone, Debug)]
pub(crate) struct Cat {
    name: &'static str,
    born: u16,
}

/// Knows the cats.
#[injectable]
pub(crate) struct CatsService;

impl CatsService {
    fn all(&self) -> [Cat; 2] {
        [Cat { name: "Tom", born: 2021 }, Cat { name: "Kitty", born: 2024 }]
    }
}

/// A cat of version 2.
#[derive(Debug, Serialize)]
pub(crate) struct CatV2 {
    name: &'static str,
    born: u16,
}

/// Both versions.
#[injectable]
pub(crate) struct CatsController {
    cats: Arc<CatsService>,
}

#[controller("cats", version = "1")]
impl CatsController {
    /// Names were enough once.
    #[get]
    fn names(&self) -> Vec<&'static str> {
        self.cats.all().iter().map(|cat| cat.name).collect()
    }

    /// In place of the controller's version.
    #[get]
    #[version("2")]
    fn all(&self) -> Vec<CatV2> {
        self.cats.all().into_iter().map(|Cat { name, born }| CatV2 { name, born }).collect()
    }

    /// The same in all versions so far.
    #[get("count")]
    #[version("1", "2", "3")]
    fn count(&self) -> usize {
        self.cats.all().len()
    }
}

/// The module.
#[module(controllers = [CatsController], providers = [CatsService])]
pub(crate) struct CatsModule;

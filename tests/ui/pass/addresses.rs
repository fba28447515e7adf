//! Versions, hosts and module paths in every place and form.

use oriole::prelude::*;
use oriole::{HostParams, VERSION_NEUTRAL};

pub mod numbers {
    pub const NEWEST: &str = "3";
}

#[injectable]
pub struct Cats;

#[oriole::version("1", numbers::NEWEST)]
#[controller("cats", host = ["cats.example.com", "{account}.example.com",],)]
impl Cats {
    #[get]
    fn all(&self) {}

    #[get]
    #[version("2", VERSION_NEUTRAL,)]
    fn other(&self, HostParams(_account): HostParams<String>) {}

    #[get]
    #[version("2")]
    #[cfg(any())]
    fn never(&self) {}
}

#[injectable]
pub struct Dogs;

#[controller(version = [VERSION_NEUTRAL, "1"], host = "dogs.example.com")]
impl Dogs {
    #[get("cats")]
    fn all(&self) {}
}

#[module(controllers = [Cats])]
pub struct CatsModule;

#[module(controllers = [Cats], paths = [#[cfg(any())] "never" = NoSuchModule { "x" = NeitherThis }])]
pub struct AgainModule;

#[module(controllers = [Dogs])]
pub struct DogsModule;

/// One controller twice, below two paths.
#[module(
    root,
    imports = [CatsModule, AgainModule, DogsModule],
    paths = ["one" = CatsModule, "two" = { "three" = AgainModule { DogsModule } }],
)]
pub struct AppModule;

fn main() {}

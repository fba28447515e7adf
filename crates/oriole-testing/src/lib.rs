//! Tests of Oriole applications.
//!
//! Add it under `[dev-dependencies]`. [`Test::module`] builds an application as `main` does, with what the test puts in the
//! place of providers, guards and modules; [`TestApp`] answers requests without a port, or over a socket; [`TestEvents`] reads
//! event streams, in virtual time; [`Test::solitary`] builds one class with stand-ins for all that it needs, which
//! [`#[automock]`](macro@automock) writes.
//!
//! ```
//! use oriole::prelude::*;
//! use oriole_testing::Test;
//! use serde_json::json;
//! use std::sync::Arc;
//!
//! #[token]
//! pub trait CatsRepo: Send + Sync {
//!     fn names(&self) -> Vec<&'static str>;
//! }
//!
//! #[injectable]
//! pub struct PgCats;
//!
//! impl CatsRepo for PgCats {
//!     fn names(&self) -> Vec<&'static str> {
//!         panic!("there is no database here")
//!     }
//! }
//!
//! #[injectable]
//! pub struct Cats {
//!     repo: Arc<dyn CatsRepo>,
//! }
//!
//! #[controller("cats")]
//! impl Cats {
//!     #[get]
//!     async fn all(&self) -> Json<Vec<&'static str>> {
//!         Json(self.repo.names())
//!     }
//! }
//!
//! #[module(root, controllers = [Cats], providers = [PgCats as dyn CatsRepo])]
//! pub struct AppModule;
//!
//! struct Two;
//!
//! impl CatsRepo for Two {
//!     fn names(&self) -> Vec<&'static str> {
//!         vec!["Tom", "Kitty"]
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> oriole_testing::Result {
//! // In a function marked `#[tokio::test]`:
//! let test = Test::module::<AppModule>().override_provider::<dyn CatsRepo>().use_value(Arc::new(Two));
//! let app = test.compile().await?.create_application().init().await?;
//! app.get("/cats").await?.assert_status(200).assert_json(json!(["Tom", "Kitty"]));
//! app.close().await;
//! # Ok(())
//! # }
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod app;
mod error;
mod events;
mod log;
mod module;
mod request;
mod shown;
mod time;
mod unit;

pub use app::{TestApp, TestApplication};
pub use error::{Error, Result};
pub use events::{SseRequest, TestEvent, TestEvents};
pub use module::{OverrideEnhancer, OverrideModule, OverrideProvider, Test, TestBuilder, TestingModule};
pub use oriole_core::{Missing, Mock};
pub use request::{Form, TestRequest, TestResponse};
pub use time::TestClock;
pub use unit::{MockFn, Mocker, Mocks, Sociable, Solitary, Unit, UnitBuilder};

#[doc = include_str!("automock.md")]
pub use oriole_macros::automock;

/// What generated code names. Not for use by hand, and free to change.
#[doc(hidden)]
pub mod __private {
    pub use crate::unit::MockFn;
    pub use crate::unit::generated::{
        AnswerProbe, Answers, Given, Lent, NothingUsual, Sooner, StandIn, StandsFor, Usual, UsualDefault, UsualOk,
        function, given, lent,
    };
}

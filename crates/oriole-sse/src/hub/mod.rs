//! Topics: published to by anyone, read by any number of clients, kept in a log.

mod absence;
#[cfg(feature = "axum")]
mod axum;
mod change;
mod control;
mod convoy;
mod crowd;
mod digest;
mod door;
mod frame;
mod gather;
mod greeting;
mod guard;
mod idle;
#[cfg(feature = "console")]
mod inspect;
mod keeper;
mod lag;
mod lane;
mod lanes;
mod one_task;
mod options;
mod pace;
mod pages;
mod presence;
mod publish;
mod readers;
mod replay;
mod resume;
mod ring;
mod room;
mod said;
mod server;
mod shared;
mod slow;
mod snapshot;
mod start;
mod subscribe;
mod subscribe_error;
mod subscription;
mod topic;
mod trace;
mod verdict;
mod volatile;
mod waiters;

#[cfg(feature = "axum")]
pub(crate) use axum::refusal;
pub use change::{Change, ChangeError, Changed, TopicChanges};
pub use control::{EndReason, GapReason};
#[doc(hidden)]
pub use convoy::{Berth, Convoy, Heading, Landing};
pub use crowd::Crowd;
pub use digest::{Digest, TopicDigest};
pub use door::TopicGuard;
pub(crate) use frame::Taken;
pub use guard::{Checkpoint, GuardAnswer, SubscriptionGuard};
#[cfg(feature = "console")]
pub use inspect::{GapTold, GapsTold, OpenStream, OpenTopic, RecentEvent, StreamTopic};
pub use lag::ReaderLag;
pub use options::{HubOptions, TopicNaming};
pub use presence::{LeaveCause, Member};
pub use publish::{Publish, PublishError, Published};
pub use server::Hub;
pub use slow::{SlowReader, SlowReaderPolicy};
pub use snapshot::Snapshot;
pub use start::{Start, StartRejection};
pub use subscribe::Subscribe;
pub use subscribe_error::SubscribeError;
pub use subscription::Subscription;
pub use verdict::Verdict;

#![cfg_attr(feature = "response", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "response"),
    doc = "Server-Sent Events without I/O: [`MessageEvent`], [`encode`] and [`Decoder`]. The features add the rest."
)]
#![cfg_attr(not(feature = "std"), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod codec;
mod event;

#[cfg(feature = "client")]
mod client;

#[cfg(any(feature = "response", feature = "client"))]
mod clock;
#[cfg(feature = "console")]
mod console;
#[cfg(feature = "hub")]
mod cursor;
#[cfg(feature = "decode")]
mod decode;
#[cfg(feature = "doctor")]
mod doctor;
#[cfg(feature = "hub")]
mod filter;
#[cfg(feature = "hub")]
mod hub;
#[cfg(feature = "console")]
mod inspect;
#[cfg(feature = "response")]
mod lock;
#[cfg(test)]
mod looks;
#[cfg(feature = "response")]
mod metrics;
#[cfg(feature = "hub")]
mod pattern;
#[cfg(feature = "hub")]
mod producer;
#[cfg(feature = "response")]
mod request;
#[cfg(feature = "response")]
mod response;
#[cfg(feature = "hub")]
mod store;
#[cfg(feature = "response")]
mod stream;
#[cfg(feature = "json")]
mod typed;
#[cfg(feature = "typescript")]
mod typescript;

pub use codec::{
    DecodeError, Decoded, Decoder, DecoderOptions, EncodeError, EventView, ReceivedEvent, ReceivedEvents, encode,
};
pub use event::{EventFields, EventId, EventIdError, EventName, EventNameError, MessageEvent};

#[cfg(feature = "client")]
pub use client::{
    Attempt, Backoff, BuildError, ClientOptions, EventSource, EventSourceBuilder, EventSourceHandle, GaveUpReason,
    HttpTransport, HttpTransportOptions, IdLeftOutReason, Listeners, NextSignal, Opened, ProxyOptions, ReadyState,
    RequestError, ResponseError, Signal, SourceError, Transport, TransportBody, TransportError, TransportErrorKind,
    TransportFuture,
};
#[cfg(any(feature = "response", feature = "client"))]
pub use clock::{Clock, Sleep, SystemClock};
#[cfg(feature = "console")]
pub use console::{Console, ConsoleOptions, ConsoleRefused, ConsoleToken, ConsoleTokenError};
#[cfg(feature = "hub")]
pub use cursor::{CursorFault, CursorKey, CursorKeys, Principal};
#[cfg(feature = "decode")]
pub use decode::{DecodeBody, DecodeStream, ReadError};
#[cfg(feature = "doctor")]
pub use doctor::{DoctorAct, DoctorFrame, DoctorOptions, DoctorProbe, DoctorRequest, DoctorToken, DoctorTokenError};
#[cfg(feature = "hub")]
pub use filter::{Filter, FilterError};
#[cfg(feature = "hub")]
#[doc(hidden)]
pub use hub::{Berth, Convoy, Heading, Landing};
#[cfg(feature = "hub")]
pub use hub::{
    Change, ChangeError, Changed, Checkpoint, Crowd, Digest, EndReason, GapReason, GuardAnswer, Hub, HubOptions,
    LeaveCause, Member, Publish, PublishError, Published, ReaderLag, SlowReader, SlowReaderPolicy, Snapshot, Start,
    StartRejection, Subscribe, SubscribeError, Subscription, SubscriptionGuard, TopicChanges, TopicDigest, TopicGuard,
    TopicNaming, Verdict,
};
#[cfg(feature = "console")]
pub use hub::{GapTold, GapsTold, OpenStream, OpenTopic, RecentEvent, StreamTopic};
#[cfg(feature = "console")]
pub use inspect::{StreamOrigin, StreamScope, Written};
#[cfg(feature = "hub")]
pub use pattern::{Pattern, PatternError};
#[cfg(feature = "hub")]
pub use producer::{Join, Joined, ProducerEnd, ProducerError, ProducerOptions, Producers, Progress};
#[cfg(feature = "axum")]
pub use request::SameOrigin;
#[cfg(feature = "response")]
#[doc(hidden)]
pub use request::encoding_weight;
#[cfg(feature = "response")]
pub use request::{CrossSite, CrossSiteRejection, LastEventId, LastEventIdRejection};
#[cfg(feature = "compression")]
pub use response::EventCompression;
#[cfg(feature = "hub")]
#[doc(hidden)]
pub use response::Tether;
#[cfg(feature = "response")]
pub use response::{AdaptiveHeartbeat, EventBody, EventStreams, SseOptions, StreamCut};
#[cfg(feature = "hub")]
pub use store::{
    Append, AppendRefusal, Appended, Bounds, Epoch, Expected, MemoryStore, MemoryStoreOptions, Page, PageLimits,
    Position, Record, Retention, Rewind, Sequence, Store, StoreError, StoreFuture, StoreSink, Topic, TopicError,
};
#[cfg(feature = "hub-redb")]
pub use store::{RedbOpenError, RedbStore, RedbStoreOptions};
#[cfg(feature = "response")]
pub use stream::{EventStreamExt, Finalize, Interval, IntoEvent, IntoEvents, interval, interval_with};
#[cfg(feature = "json")]
pub use typed::{
    ControlNames, EventReadError, HubEnd, HubEvent, HubGap, HubHello, HubMember, HubPresence, HubTopics, Identified,
};
#[cfg(all(feature = "json", feature = "decode"))]
pub use typed::{HubEvents, Json, ReceivedEventStreamExt, Typed, TypedError, TypedWithId, UntilData};
#[cfg(feature = "typescript")]
pub use typescript::EventTypes;

/// What the macros of this crate expand to; not for use by hand.
#[doc(hidden)]
pub mod __private {
    pub use crate::event::literal_event_name;
}

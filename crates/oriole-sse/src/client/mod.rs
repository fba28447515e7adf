//! `EventSource` for Rust: connects, decodes, reconnects, resumes.
//!
//! | file | what |
//! |---|---|
//! | `source`, `handle`, `listeners` | the object, in three forms of use |
//! | `loss` | what a lost connection means |
//! | `reading` | an open connection's body |
//! | `attempt`, `request`, `redirect`, `address` | one attempt to open a connection |
//! | `policy/` | whether to come back, and when |
//! | `transport/` | how a request becomes bytes |
//! | `builder`, `options` | what an application can set |

mod address;
mod attempt;
mod builder;
mod error;
mod handle;
mod inflate;
mod listeners;
mod loss;
mod options;
mod policy;
mod reading;
mod redirect;
mod request;
mod signal;
mod source;
mod transport;

pub use builder::EventSourceBuilder;
pub use error::{BuildError, GaveUpReason, RequestError, ResponseError, SourceError};
pub use handle::{EventSourceHandle, ReadyState};
pub use listeners::Listeners;
pub use options::ClientOptions;
pub use policy::Backoff;
pub use request::{Attempt, IdLeftOutReason};
pub use signal::{Opened, Signal};
pub use source::{EventSource, NextSignal};
pub use transport::{
    HttpTransport, HttpTransportOptions, ProxyOptions, Transport, TransportBody, TransportError, TransportErrorKind,
    TransportFuture,
};

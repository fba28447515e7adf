//! What generated code and the test kit name. Not for use by hand, and free to change.

pub use crate::application::boot;
pub use crate::exception::HttpException;
pub use crate::handler::{
    Answer, Answered, Argument, Call, Extract, Fallible, Foreign, HeaderPart, Headers, IntoException, LastArgument,
    NoStatus, OwnStatus, Plain, Reader, ReaderProbe, Reply, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain,
    SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText, Value, answered, extracted,
};
pub use crate::middleware::{ModuleProbe, Unserved};
pub use crate::pipe::{DynPipe, RuleProbe, Ruleless, Rules};
pub use crate::pipeline::{
    AnyFilter, AnyGuard, AnyInterceptor, AnyMeta, AnyPipe, DynFilter, DynGuard, DynInterceptor, Enhancer, Enhancers,
    filter, filter_type, guard, guard_type, interceptor, interceptor_type, meta, pipe, pipe_type,
};
pub use crate::route::{
    Arg, Handled, HandlerFn, HttpController, Redirect, RouteDescriptor, RouteKind, RouteRef, verify,
};
pub use crate::run::{Outcome, run};
#[cfg(feature = "sse-console")]
pub use crate::server::console_peer;
#[cfg(feature = "sse-hub")]
pub use crate::sse::DirectSubscription;
pub use crate::sse::{DirectNone, Emitter, EventSource, event_stream, events};

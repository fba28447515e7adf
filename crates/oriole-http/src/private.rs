//! What generated code names. Not for use by hand, and free to change.

pub use crate::exception::HttpException;
pub use crate::handler::{
    Answer, Answered, Argument, Call, IntoException, LastArgument, Reply, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn,
    ReplyPlain, SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText, argument, last_argument,
};
pub use crate::route::{Arg, HandlerFn, HttpController, Redirect, RouteDescriptor, RouteKind, RouteRef, verify};
pub use crate::run::{Outcome, run};
pub use crate::sse::{Emitter, EventSource, event_stream, events};

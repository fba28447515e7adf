//! One call of a handler: arguments in, reply out.

mod answered;
mod argument;
mod call;
mod handling;
mod into_reply;
mod last;
mod redirect;
mod reply;
mod split;
mod timed_body;

pub use answered::{Answered, answered};
pub use argument::{Argument, Extract, Fallible, Foreign, LastArgument, Plain, Reader, ReaderProbe, Value, extracted};
pub use call::Call;
pub use into_reply::{
    Answer, HeaderPart, Headers, NoStatus, OwnStatus, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain,
};
pub use last::last_of;
pub use redirect::RedirectTo;
pub(crate) use reply::Source;
pub use reply::{Events, Reply};
pub use split::{IntoException, SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText};

pub(crate) use argument::Refusal;
pub(crate) use handling::Handling;
pub(crate) use timed_body::BodyTimeout;

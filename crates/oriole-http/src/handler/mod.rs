//! One call of a handler: arguments in, reply out.

mod answered;
mod argument;
mod call;
mod extracted;
mod into_reply;
mod last;
mod redirect;
mod reply;
mod split;
mod timed_body;

pub use answered::{Answered, answered};
pub use argument::{Argument, LastArgument, argument, last_argument};
pub use call::Call;
pub use extracted::{Extract, Fallible, Plain, extracted};
pub use into_reply::{
    Answer, HeaderPart, Headers, NoStatus, OwnStatus, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain,
};
pub use last::last_of;
pub use redirect::RedirectTo;
pub(crate) use reply::Source;
pub use reply::{Events, Reply};
pub use split::{IntoException, SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText};

pub(crate) use timed_body::BodyTimeout;

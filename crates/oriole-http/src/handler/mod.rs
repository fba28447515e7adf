//! One call of a handler: arguments in, reply out.

mod answered;
mod argument;
mod call;
mod redirect;
mod reply;
mod split;
mod timed_body;

pub use answered::{Answered, Fifth, First, Fourth, Second, Sixth, Third};
pub use argument::{Argument, LastArgument, argument, last_argument};
pub use call::Call;
pub use redirect::RedirectTo;
pub use reply::{
    Answer, HeaderPart, Headers, NoStatus, OwnStatus, Reply, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain,
};
pub use split::{IntoException, SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText};

pub(crate) use timed_body::BodyTimeout;

//! One call of a handler from its arguments to its reply.

use super::{Call, Reply};
use crate::HttpException;
use crate::route::{Handled, HandlerFn};
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Reads the arguments, then runs the handler. All of it happens while it is polled, where panics are caught.
pub(crate) struct Handling {
    handler: HandlerFn,
    state: State,
}

#[allow(
    clippy::large_enum_variant,
    reason = "it lives where the router keeps its futures; a box would be one more for each request"
)]
enum State {
    New(Option<Call>),
    /// With the call, if nothing of it was refused.
    Reading(BoxFuture<'static, Result<Call, Handled>>),
    Running(Handled),
}

impl Handling {
    pub(crate) fn new(call: Call, handler: HandlerFn) -> Self {
        Self { handler, state: State::New(Some(call)) }
    }
}

impl Future for Handling {
    type Output = Result<Reply, HttpException>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { handler, state } = &mut *self;
        loop {
            *state = match state {
                State::New(call) => {
                    let Some(mut call) = call.take() else { return Poll::Ready(Err(HttpException::unknown())) };
                    if call.read_now() { State::Running(handler(call)) } else { State::Reading(Box::pin(read(call))) }
                }
                State::Reading(reading) => State::Running(match ready!(reading.as_mut().poll(cx)) {
                    Ok(call) => handler(call),
                    Err(refused) => refused,
                }),
                State::Running(running) => return running.as_mut().poll(cx),
            };
        }
    }
}

async fn read(mut call: Call) -> Result<Call, Handled> {
    if call.read().await { Ok(call) } else { Err(call.refused()) }
}

impl fmt::Debug for Handling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Handling")
    }
}

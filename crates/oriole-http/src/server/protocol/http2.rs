//! HTTP/2.

use super::Stream;
use crate::server::ServerOptions;
use crate::server::connection::OnConnection;
use crate::server::takeover::Observed;
use hyper::server::conn::http2::{Builder, Connection};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::task::JoinSet;

pub(super) type Http2<S> = Connection<TokioIo<Observed<S>>, OnConnection, Requests>;

/// Runs the requests of one connection; they end with it at the latest.
#[derive(Clone, Default)]
pub(super) struct Requests(Arc<Mutex<JoinSet<()>>>);

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for Requests {
    fn execute(&self, request: F) {
        let mut requests = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while requests.try_join_next().is_some() {}
        requests.spawn(async move {
            request.await;
        });
    }
}

pub(super) fn open<S: Stream>(stream: Observed<S>, service: OnConnection, options: &ServerOptions) -> Http2<S> {
    Builder::new(Requests::default())
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(options.head_limit).unwrap_or(u32::MAX))
        .serve_connection(TokioIo::new(stream), service)
}

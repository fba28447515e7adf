//! The events of a route that something stands around.

use super::ExecutionContext;
use super::plan::catch;
use crate::handler::{Events, Source};
use crate::route::{RouteRef, panicked};
use crate::sse::last_event;
#[cfg(feature = "sse-hub")]
use crate::sse::open_subscription;
use crate::vary::vary_by;
use crate::{HttpException, Reply};
use axum::body::Body;
use axum::response::Response;
use futures_util::{FutureExt, Stream, StreamExt, stream};
use http::header::VARY;
use oriole_sse::MessageEvent;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};

/// Empty until the head is out: an error before that is an answer, and one after it is an event.
type AfterHead = Arc<Mutex<Option<ExecutionContext>>>;

/// Answers with the events of a reply; gives the context back with an error that comes before the head.
pub(super) async fn open(
    reply: Reply,
    ctx: ExecutionContext,
    route: &RouteRef,
) -> Result<Response, (HttpException, ExecutionContext)> {
    let after_head = AfterHead::default();
    let (status, headers, events) = reply.into_events();
    let opened = match events {
        Source::Stream(events) => {
            let events = filtered(events, Arc::clone(&after_head), route.clone());
            route.streams().open(events, |exception: HttpException| Some(last_event(&exception))).await
        }
        // It never fails, so that no filter is asked.
        #[cfg(feature = "sse-hub")]
        Source::Subscription(subscription) => Ok(open_subscription(route, *subscription)),
    };
    match opened {
        Ok(response) => {
            if !route.pipeline().filters.is_empty() {
                *after_head.lock().unwrap_or_else(PoisonError::into_inner) = Some(ctx);
            }
            let mut response = response.map(Body::new);
            // Of a stream that is compressed; whatever else the reply says goes before what the stream does.
            let varies = response.headers().get(VARY).cloned();
            response.headers_mut().extend(headers);
            if let Some(varies) = varies {
                vary_by(response.headers_mut(), &varies);
            }
            if let Some(status) = status {
                *response.status_mut() = status;
            }
            route.add_headers(response.headers_mut());
            Ok(response)
        }
        Err(exception) => Err((exception, ctx)),
    }
}

/// The events, with an error after the head answered by the filters.
fn filtered(
    events: Events,
    after_head: AfterHead,
    route: RouteRef,
) -> impl Stream<Item = Result<MessageEvent, HttpException>> + Send {
    stream::unfold(Some((events, after_head, route)), |state| async move {
        let (mut events, after_head, route) = state?;
        // What interceptors do to events may panic, as anything of the user's.
        let next = AssertUnwindSafe(events.next()).catch_unwind().await;
        let exception = match next.unwrap_or_else(|panic| Some(Err(panicked(panic.as_ref()))))? {
            Ok(event) => return Some((Ok(event), Some((events, after_head, route)))),
            Err(exception) => exception,
        };
        drop(events);
        let ctx = after_head.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut ctx) = ctx else { return Some((Err(exception), None)) };
        let plain = MessageEvent::new(exception.message()).event_type(oriole_sse::event_name!("error"));
        match catch(&route.pipeline().filters, exception, &mut ctx).await.and_then(Reply::settled) {
            Ok(reply) if reply.is_events() => {
                let mut events = reply.into_events().2.into_stream();
                let first = events.next().await?;
                Some((first, Some((events, after_head, route))))
            }
            Ok(reply) => Some((Ok(reply.into_event().unwrap_or(plain)), None)),
            Err(exception) => Some((Err(exception), None)),
        }
    })
}

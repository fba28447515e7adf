//! One request through everything that stands around its handler.

use super::events;
use super::plan::catch;
use super::{ExecutionContext, Globals, Next};
use crate::handler::{Call, Handling};
use crate::route::{RouteRef, panicked};
use crate::{HttpException, Reply};
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use http::request::Parts;
use std::future::Future;
use std::panic::AssertUnwindSafe;

/// Guards, interceptors, pipes, handler; filters where something goes wrong.
pub(crate) async fn run(request: Request, route: RouteRef) -> Response {
    let (mut parts, body) = request.into_parts();
    let scopes = &route.pipeline().scopes;
    if scopes.has_keys() {
        parts.extensions.insert(scopes.clone());
    }
    let mut ctx = ExecutionContext::of_route(parts, route.clone());
    // The markers' headers are on the response from here on (`RLC.16`): a guard's refusal does not have them.
    let mut is_guarded = false;
    let outcome = caught(async {
        guard(&mut ctx, &route).await?;
        is_guarded = true;
        Next::new(&route, body).run(&mut ctx).await?.settled()
    });
    let exception = match outcome.await {
        Ok(reply) if !reply.is_events() => return reply.into_response(&route),
        Ok(reply) => match events::open(reply, ctx, &route).await {
            Ok(response) => return response,
            Err((exception, given_back)) => {
                ctx = given_back;
                exception
            }
        },
        Err(exception) => exception,
    };
    let status = exception.status();
    let mut response = match catch(&route.pipeline().filters, exception, &mut ctx).await.and_then(Reply::settled) {
        Ok(reply) if reply.is_stream() => match events::open(reply, ctx, &route).await {
            Ok(response) => response,
            Err((exception, _)) => exception.into_response(),
        },
        Ok(reply) => reply.into_answer(status),
        Err(exception) => exception.into_response(),
    };
    if is_guarded {
        route.add_headers(response.headers_mut());
    }
    response
}

pub(super) async fn guard(ctx: &mut ExecutionContext, route: &RouteRef) -> Result<(), HttpException> {
    for guard in &route.pipeline().guards {
        if !guard.can_activate(ctx).await? {
            return Err(HttpException::forbidden("Forbidden resource"));
        }
    }
    Ok(())
}

/// The innermost of all: pipes and the handler itself.
pub(super) async fn handle(ctx: &mut ExecutionContext, body: Body, route: &RouteRef) -> Result<Reply, HttpException> {
    let route = match route.per_request() {
        None => route.clone(),
        Some(controller) => {
            let context = route.pipeline().scopes.context(ctx.http_mut());
            let controller = controller.resolve(&context).await.map_err(HttpException::internal)?;
            route.clone().with_controller(controller)
        }
    };
    let has_arguments = !route.descriptor().args.is_empty();
    let parts = if has_arguments {
        ctx.parts_for_handler(route.pipeline().looks_back())
    } else {
        // Nobody reads them: the context keeps the request's own.
        Request::new(()).into_parts().0
    };
    let call = route.descriptor().call;
    let call = Handling::new(Call::new(Request::from_parts(parts, body), route), call);
    caught(call).await?.settled()
}

/// A panic is an unknown error.
pub(super) async fn caught<T>(future: impl Future<Output = Result<T, HttpException>>) -> Result<T, HttpException> {
    AssertUnwindSafe(future).catch_unwind().await.unwrap_or_else(|panic| Err(panicked(panic.as_ref())))
}

/// Answers a request that has no route, or that was refused before it came to one: only the application's filters are
/// asked (`RLC.17`).
pub(crate) async fn refuse(globals: &Globals, exception: HttpException, parts: Parts) -> Response {
    if globals.filters.is_empty() {
        return exception.into_response();
    }
    let status = exception.status();
    let mut ctx = ExecutionContext::new(parts);
    match catch(&globals.filters, exception, &mut ctx).await.and_then(Reply::settled) {
        Ok(reply) => reply.into_answer(status),
        Err(exception) => exception.into_response(),
    }
}

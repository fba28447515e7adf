//! The guards of a route, to be asked again while its stream goes on.

use super::ExecutionContext;
use super::run::{caught, guard};
use crate::HttpException;
use crate::route::RouteRef;
use axum::extract::FromRequestParts;
use http::request::Parts;
use oriole_sse::{Checkpoint, GuardAnswer, SubscriptionGuard};
use std::fmt;
use std::time::Duration;

/// The guards of the route that is called, for a hub's subscription: the same ones decide whether it may begin, and again while it
/// goes on.
///
/// They are those of the application, the controller and the route, with the request as it was; what they put into it, they put
/// into a copy. They have run when the handler is called, so a client that comes back passes them like any other. They run again
/// when [`HubOptions::guard_interval`](oriole_sse::HubOptions::guard_interval) or the time that a guard named by
/// [`ExecutionContext::good_for`] is over, and after [`Hub::recheck`](oriole_sse::Hub::recheck). What is no `Ok(true)` then ends
/// the subscription with the reason `revoked`; an error of 500 or above with `unverified`, and it is logged.
///
/// An argument of `#[sse]` handlers; a copy of the request's head is held as long as the subscription.
///
/// # Examples
///
/// ```
/// # #![allow(dead_code)]
/// use oriole_http::{ExecutionContext, Guard, HttpException, RouteGuards};
/// use oriole_sse::{Hub, Start, Subscription};
/// use std::time::Duration;
///
/// struct Members;
///
/// impl Guard for Members {
///     async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
///         // Until the token expires.
///         ctx.good_for(Duration::from_secs(300));
///         Ok(ctx.http().headers.contains_key("authorization"))
///     }
/// }
///
/// async fn events(hub: &Hub, start: Start, guards: RouteGuards) -> Result<Subscription, HttpException> {
///     Ok(hub.subscribe("members").from(start).guard(guards).await?)
/// }
/// ```
pub struct RouteGuards {
    route: RouteRef,
    parts: Parts,
}

/// For how long the guards' answer is good.
#[derive(Clone, Copy)]
struct GoodFor(Duration);

impl ExecutionContext {
    /// Says, in a guard, for how long what it decides is good, so that a subscription with [`RouteGuards`] asks again by then:
    /// until a token expires, say. The shortest time that is named counts; without one, or where there is no such subscription,
    /// it is of no importance.
    pub fn good_for(&mut self, time: Duration) {
        let extensions = &mut self.http_mut().extensions;
        let time = extensions.get::<GoodFor>().map_or(time, |named| named.0.min(time));
        extensions.insert(GoodFor(time));
    }
}

impl SubscriptionGuard for RouteGuards {
    async fn check(&self, checkpoint: Checkpoint) -> GuardAnswer {
        if matches!(checkpoint, Checkpoint::Subscribe | Checkpoint::Replay) {
            // They have just run, or the handler would not have been called.
            return pass(&self.parts);
        }
        let mut parts = self.parts.clone();
        parts.extensions.remove::<GoodFor>();
        let mut ctx = ExecutionContext::of_route(parts, self.route.clone());
        match caught(guard(&mut ctx, &self.route)).await {
            Ok(()) => pass(ctx.http()),
            Err(exception) => {
                exception.log();
                // What is the server's fault takes no right away.
                if exception.status().is_server_error() { GuardAnswer::Unverified } else { GuardAnswer::Refuse }
            }
        }
    }
}

fn pass(parts: &Parts) -> GuardAnswer {
    match parts.extensions.get::<GoodFor>() {
        Some(GoodFor(time)) => GuardAnswer::PassFor(*time),
        None => GuardAnswer::Pass,
    }
}

impl<S: Sync> FromRequestParts<S> for RouteGuards {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, HttpException> {
        let route = parts.extensions.get::<RouteRef>().cloned();
        let route =
            route.ok_or_else(|| HttpException::internal("`RouteGuards` is an argument of `#[sse]` handlers"))?;
        Ok(Self { route, parts: parts.clone() })
    }
}

impl fmt::Debug for RouteGuards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteGuards").field("route", &self.route).finish_non_exhaustive()
    }
}

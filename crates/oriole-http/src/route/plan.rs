//! One route, ready to be called.

use super::{Arg, Redirect, RouteDescriptor, RouteKind};
use crate::pipe::{ArgMeta, ArgSource, Rules};
use crate::pipeline::Pipeline;
use crate::raw_body::BodyLimits;
use crate::vary::vary_by;
use crate::{ClientIp, HttpException};
use axum::extract::Request;
use http::header::VARY;
use http::{Extensions, HeaderMap, HeaderName, HeaderValue, StatusCode};
use oriole_core::{Held, Instance, Scoped};
use oriole_sse::EventStreams;
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// A route as the application runs it, shared by all its calls.
#[derive(Clone)]
pub struct RouteRef {
    plan: Arc<RoutePlan>,
    /// The controller of one request.
    controller: Option<Instance>,
    /// How streams are opened for the client of one request.
    streams: Option<Arc<EventStreams>>,
}

pub(crate) struct RoutePlan {
    pub(crate) descriptor: &'static RouteDescriptor,
    pub(crate) controller: Held,
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) pipeline: Pipeline,
    pub(crate) body_limits: BodyLimits,
    pub(crate) body_read_timeout: Option<Duration>,
    pub(crate) streams: EventStreams,
    /// What `Valid` asks; where there is something, all arguments that have rules are checked.
    pub(crate) checking: Option<Extensions>,
    /// Whether anybody may look at what the server and the router put into a request.
    pub(crate) shows_extensions: bool,
    /// Whether a client that leaves does not end the handler; never of a stream.
    pub(crate) runs_to_end: bool,
}

impl RouteRef {
    pub(crate) fn new(plan: RoutePlan) -> Self {
        Self { plan: Arc::new(plan), controller: None, streams: None }
    }

    /// The provider of a controller that lives for one request.
    pub(crate) fn per_request(&self) -> Option<&Scoped> {
        match &self.plan.controller {
            Held::PerRequest(scoped) => Some(scoped),
            Held::Built(_) => None,
        }
    }

    /// The same route with the controller of one request.
    pub(crate) fn with_controller(self, controller: Instance) -> Self {
        Self { controller: Some(controller), ..self }
    }

    pub(crate) fn descriptor(&self) -> &'static RouteDescriptor {
        self.plan.descriptor
    }

    pub(crate) fn controller<C: Send + Sync + 'static>(&self) -> Option<&Arc<C>> {
        let controller = match (&self.controller, &self.plan.controller) {
            (Some(controller), _) | (None, Held::Built(controller)) => controller,
            (None, Held::PerRequest(_)) => return None,
        };
        controller.get::<C>()
    }

    pub(crate) fn body_limits(&self) -> &BodyLimits {
        &self.plan.body_limits
    }

    pub(crate) fn body_read_timeout(&self) -> Option<Duration> {
        self.plan.body_read_timeout
    }

    pub(crate) fn streams(&self) -> &EventStreams {
        self.streams.as_deref().unwrap_or(&self.plan.streams)
    }

    /// The same route for the client of a request, if it matters to its streams who that is and what it takes.
    pub(crate) fn for_client(&self, request: &Request) -> Option<Self> {
        if self.plan.descriptor.kind != RouteKind::Sse {
            return None;
        }
        let streams = &self.plan.streams;
        let client = streams.options().adaptive_heartbeat.and_then(|_| ClientIp::of(request.extensions()));
        let own = client.map(|ClientIp(ip)| streams.for_client(ip));
        #[cfg(feature = "sse-compression")]
        let own = match streams.options().compression {
            Some(_) => Some(own.as_ref().unwrap_or(streams).accepting(request.headers())),
            None => own,
        };
        own.map(|streams| Self { streams: Some(Arc::new(streams)), ..self.clone() })
    }

    pub(crate) fn checking(&self) -> Option<&Extensions> {
        self.plan.checking.as_ref()
    }

    /// How an argument is checked, where the application checks all of them.
    pub(crate) fn rules(&self, index: usize) -> Option<Rules> {
        self.plan.checking.as_ref()?;
        self.plan.descriptor.args.get(index)?.rules
    }

    pub(crate) fn args(&self) -> &'static [Arg] {
        self.plan.descriptor.args
    }

    pub(crate) fn shows_extensions(&self) -> bool {
        self.plan.shows_extensions
    }

    pub(crate) fn runs_to_end(&self) -> bool {
        self.plan.runs_to_end
    }

    /// The status of a reply that does not say its own.
    pub(crate) fn status(&self) -> StatusCode {
        self.plan.status
    }

    /// The status of `#[http_code]`.
    pub(crate) fn explicit_status(&self) -> Option<StatusCode> {
        self.plan.descriptor.status.map(|_| self.plan.status)
    }

    pub(crate) fn redirect(&self) -> Option<Redirect> {
        self.plan.descriptor.redirect
    }

    pub(crate) fn has_header(&self, name: &HeaderName) -> bool {
        self.plan.headers.iter().any(|(given, _)| given == name)
    }

    /// The headers of `#[header]`; what the handler set itself wins, but for what the answer varies by: that is joined.
    pub(crate) fn add_headers(&self, headers: &mut HeaderMap) {
        let varies = !self.plan.headers.is_empty() && headers.contains_key(VARY);
        for (at, (name, value)) in self.plan.headers.iter().enumerate() {
            if varies && *name == VARY {
                vary_by(headers, value);
                continue;
            }
            // A name that is marked twice is sent twice.
            let is_ours = self.plan.headers[..at].iter().any(|(earlier, _)| earlier == name);
            if is_ours || !headers.contains_key(name) {
                headers.append(name.clone(), value.clone());
            }
        }
    }

    pub(crate) fn pipeline(&self) -> &Pipeline {
        &self.plan.pipeline
    }

    pub(crate) fn has_interceptors(&self) -> bool {
        self.plan.pipeline.has_interceptors()
    }

    pub(crate) fn has_pipes(&self) -> bool {
        self.plan.pipeline.has_pipes()
    }

    pub(crate) async fn run_pipes(
        &self,
        value: &mut (dyn Any + Send),
        index: usize,
        source: ArgSource,
    ) -> Result<(), HttpException> {
        let descriptor = self.plan.descriptor;
        let arg = descriptor.args.get(index);
        let meta = ArgMeta {
            source,
            type_name: arg.map_or("", |arg| arg.type_name),
            key: arg.map(|arg| arg.name).filter(|name| !name.is_empty()),
            handler: descriptor.handler,
        };
        let own = self.plan.pipeline.argument_pipes.get(index).into_iter().flatten();
        for pipe in self.plan.pipeline.pipes.iter().chain(own) {
            pipe.transform(value, &meta).await?;
        }
        Ok(())
    }
}

/// 201 for POST, 200 for everything else, unless `#[http_code]` says so (`CTL.4`); event streams are 200 always.
pub(crate) fn default_status(descriptor: &RouteDescriptor) -> StatusCode {
    match descriptor.kind {
        RouteKind::Http if descriptor.method == "POST" => StatusCode::CREATED,
        RouteKind::Http | RouteKind::Sse => StatusCode::OK,
    }
}

impl fmt::Debug for RouteRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteRef").field("descriptor", self.plan.descriptor).finish_non_exhaustive()
    }
}

//! What a handler is called with.

use super::argument::Value;
use crate::HttpException;
use crate::route::{Handled, RouteKind, RouteRef};
use axum::body::Body;
use axum::extract::Request;
use http::request::Parts;
use oriole_sse::EventStreams;
use smallvec::SmallVec;
use std::future::ready;
use std::sync::Arc;

/// So many arguments cost no list on the heap.
const ARGS_INLINE: usize = 4;

/// One request on its way to its handler. Generated code takes it apart.
///
/// What goes wrong on the way stays in here, so that generated code, of which there is a lot, has no errors to carry around.
#[derive(Debug)]
pub struct Call {
    /// `None` once the last argument took it.
    parts: Option<Parts>,
    body: Body,
    route: RouteRef,
    refused: Option<HttpException>,
    /// The arguments that were read; `None` once they are taken.
    given: SmallVec<[Option<Value>; ARGS_INLINE]>,
    taken: usize,
}

impl Call {
    #[inline]
    pub(crate) fn new(request: Request, route: RouteRef) -> Self {
        let (parts, body) = request.into_parts();
        Self { parts: Some(parts), body, route, refused: None, given: SmallVec::new(), taken: 0 }
    }

    pub(crate) fn route(&self) -> &RouteRef {
        &self.route
    }

    /// The controller that the route belongs to; `None`, and [`refused`](Self::refused) says why, if that is another type.
    #[inline]
    pub fn controller<C: Send + Sync + 'static>(&mut self) -> Option<Arc<C>> {
        match self.route.controller::<C>() {
            Some(controller) => Some(Arc::clone(controller)),
            None => {
                self.refuse(not_its_route(std::any::type_name::<C>()));
                None
            }
        }
    }

    /// The next argument; `None`, and [`refused`](Self::refused) says why, if it is of another type.
    pub fn argument<T: 'static>(&mut self) -> Option<T> {
        let value = self.given.get_mut(self.taken)?.take()?;
        self.taken += 1;
        match value.downcast() {
            Ok(value) => Some(*value),
            Err(_) => None,
        }
    }

    /// How many arguments were read.
    pub(super) fn given(&self) -> usize {
        self.given.len()
    }

    pub(super) fn give(&mut self, value: Value) {
        self.given.push(Some(value));
    }

    /// What an extractor may look at; `None` after the last argument.
    pub(super) fn parts(&mut self) -> Option<&mut Parts> {
        self.parts.as_mut()
    }

    /// What a reader may look at, with how the streams of a route that has some are opened; `None` after the last argument.
    pub(super) fn head(&mut self) -> Option<(&mut Parts, Option<&EventStreams>)> {
        let opens = self.route.descriptor().kind == RouteKind::Sse;
        Some((self.parts.as_mut()?, opens.then(|| self.route.streams())))
    }

    /// For the last argument: the request is gone then.
    pub(super) fn take(&mut self) -> Option<(Parts, Body)> {
        Some((self.parts.take()?, std::mem::take(&mut self.body)))
    }

    pub(super) fn refuse(&mut self, exception: HttpException) {
        self.refused = Some(exception);
    }

    /// Why there is no controller or no argument.
    ///
    /// # Errors
    ///
    /// Always: this is where generated code ends when something was refused.
    pub fn refused(self) -> Handled {
        Box::pin(ready(Err(self.refused.unwrap_or_else(HttpException::unknown))))
    }
}

#[cold]
fn not_its_route(controller: &str) -> HttpException {
    HttpException::internal(format!("the route is not one of `{controller}`"))
}

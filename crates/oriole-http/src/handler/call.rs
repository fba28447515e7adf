//! What a handler is called with.

use super::argument::Value;
use crate::HttpException;
use crate::route::{Handled, RouteRef};
use axum::body::Body;
use axum::extract::Request;
use http::request::Parts;
use std::collections::VecDeque;
use std::future::ready;
use std::sync::Arc;

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
    /// The arguments that were read and not taken yet.
    given: VecDeque<Value>,
}

impl Call {
    #[inline]
    pub(crate) fn new(request: Request, route: RouteRef) -> Self {
        let (parts, body) = request.into_parts();
        Self { parts: Some(parts), body, route, refused: None, given: VecDeque::new() }
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
        match self.given.pop_front()?.downcast() {
            Ok(value) => Some(*value),
            Err(_) => None,
        }
    }

    /// How many arguments were read.
    pub(super) fn given(&self) -> usize {
        self.given.len()
    }

    pub(super) fn give(&mut self, value: Value) {
        if self.given.capacity() == 0 {
            self.given.reserve_exact(self.route.args().len());
        }
        self.given.push_back(value);
    }

    /// What an extractor may look at; `None` after the last argument.
    pub(super) fn parts(&mut self) -> Option<&mut Parts> {
        self.parts.as_mut()
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

//! What a handler is called with.

use crate::HttpException;
use crate::route::RouteRef;
use axum::body::Body;
use axum::extract::Request;
use http::request::Parts;
use std::sync::Arc;

/// One request on its way to its handler. Generated code opens it.
#[derive(Debug)]
pub struct Call {
    request: Request,
    route: RouteRef,
}

impl Call {
    #[inline]
    pub(crate) fn new(request: Request, route: RouteRef) -> Self {
        Self { request, route }
    }

    /// Gives the controller, the request in two parts, and the route.
    ///
    /// # Errors
    ///
    /// 500 if the route belongs to another controller than `C`: a fault of the framework, never of its user.
    #[inline]
    pub fn open<C: Send + Sync + 'static>(self) -> Result<(Arc<C>, Parts, Body, RouteRef), HttpException> {
        let Self { request, route } = self;
        let Some(controller) = route.controller::<C>() else {
            return Err(HttpException::internal(format!("the route is not one of `{}`", std::any::type_name::<C>())));
        };
        let (parts, body) = request.into_parts();
        Ok((controller, parts, body, route))
    }
}

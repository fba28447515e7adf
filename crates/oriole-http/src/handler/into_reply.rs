//! A handler's value becomes a response.

use super::answered::Answered;
use super::{Call, Reply, redirect};
use crate::HttpException;
use crate::exception::{JSON, has_no_body};
use crate::route::RouteRef;
use axum::Json;
use axum::body::Body;
use axum::response::{Html, IntoResponse, Redirect, Response};
use bytes::{BufMut, Bytes, BytesMut};
use futures_util::FutureExt;
use http::header::CONTENT_TYPE;
use http::{Extensions, HeaderMap, StatusCode};
use http_body_util::{BodyExt, Collected};
use serde::Serialize;
use std::borrow::Cow;

macro_rules! traits {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub trait $name {
            #[doc(hidden)]
            type Given;
            #[doc(hidden)]
            #[allow(clippy::missing_errors_doc, reason = "generated code only")]
            fn __reply(&self, given: Result<Self::Given, HttpException>, call: &Call) -> Result<Reply, HttpException>;
        }
    )*};
}
traits! {
    /// A response that says its status itself: it stays as it is, but for the headers of `#[header]`.
    ReplyOwn;
    /// A response type that has no opinion on the status: it gets the route's.
    ReplyPlain;
    /// Any other response type: its own status stands, unless it is a mere 200 and the route has `#[http_code]`.
    ReplyAsIs;
    /// A value, as JSON.
    ReplyJson;
}

impl<T: OwnStatus> ReplyOwn for &&&&Answered<Result<T, HttpException>> {
    type Given = T;
    fn __reply(&self, given: Result<T, HttpException>, call: &Call) -> Result<Reply, HttpException> {
        match given {
            Ok(value) => Ok(own(value.into_response(), call.route())),
            Err(exception) => Err(exception),
        }
    }
}

impl<T: NoStatus> ReplyPlain for &&&Answered<Result<T, HttpException>> {
    type Given = T;
    fn __reply(&self, given: Result<T, HttpException>, call: &Call) -> Result<Reply, HttpException> {
        match given {
            Ok(value) => Ok(plain(value.into_plain(), call.route())),
            Err(exception) => Err(exception),
        }
    }
}

impl<T: IntoResponse> ReplyAsIs for &&Answered<Result<T, HttpException>> {
    type Given = T;
    fn __reply(&self, given: Result<T, HttpException>, call: &Call) -> Result<Reply, HttpException> {
        match given {
            Ok(value) => Ok(as_is(value.into_response(), call.route())),
            Err(exception) => Err(exception),
        }
    }
}

impl<T: Serialize> ReplyJson for &Answered<Result<T, HttpException>> {
    type Given = T;
    fn __reply(&self, given: Result<T, HttpException>, call: &Call) -> Result<Reply, HttpException> {
        match given {
            Ok(value) => Ok(in_json(json(&value), call.route())),
            Err(exception) => Err(exception),
        }
    }
}

/// What a handler may reply with.
#[diagnostic::on_unimplemented(
    message = "a handler cannot reply with `{Self}`",
    label = "neither a value that serialises nor a response",
    note = "derive `serde::Serialize` for a reply in JSON, or implement axum's `IntoResponse`",
    note = "in a `Result` the error must convert into `HttpException`",
    note = "a stream of events is returned by a method that is marked `#[sse]`"
)]
pub trait Answer {}

/// Nothing that can be sent.
pub trait ReplyNone<T> {
    #[doc(hidden)]
    type Given;
    #[doc(hidden)]
    #[allow(clippy::missing_errors_doc, reason = "generated code only")]
    fn __reply(&self, given: Result<Self::Given, HttpException>, call: &Call) -> Result<Reply, HttpException>
    where
        T: Answer;
}

impl<T> ReplyNone<T> for Answered<Result<T, HttpException>> {
    type Given = T;
    fn __reply(&self, _given: Result<T, HttpException>, _call: &Call) -> Result<Reply, HttpException>
    where
        T: Answer,
    {
        Err(HttpException::unknown())
    }
}

fn own(mut response: Response, route: &RouteRef) -> Reply {
    route.add_headers(response.headers_mut());
    Reply::response(response)
}

fn plain(mut response: Response, route: &RouteRef) -> Reply {
    if let Some(marker) = route.redirect()
        && !route.has_interceptors()
    {
        return redirect::reply(route, marker, None);
    }
    if response.status() == StatusCode::OK {
        if route.has_interceptors() {
            return open(response, route);
        }
        finish(&mut response, route, route.status());
    }
    Reply::response(response)
}

fn as_is(mut response: Response, route: &RouteRef) -> Reply {
    if let Some(status) = route.explicit_status()
        && response.status() == StatusCode::OK
    {
        *response.status_mut() = status;
    }
    own(response, route)
}

fn in_json(json: serde_json::Result<Bytes>, route: &RouteRef) -> Reply {
    match json {
        Ok(json) if route.has_interceptors() => Reply::open_json(json),
        Ok(json) => match redirected(route, Some(&json)) {
            Some(redirect) => redirect,
            None => json_reply(json, route),
        },
        Err(error) => Reply::failed(HttpException::internal(error)),
    }
}

/// Serialises once, into the buffer that goes out.
pub(super) fn json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Bytes> {
    let mut writer = BytesMut::with_capacity(128).writer();
    serde_json::to_writer(&mut writer, value)?;
    Ok(writer.into_inner().freeze())
}

fn json_reply(body: Bytes, route: &RouteRef) -> Reply {
    let mut response = json_response(body);
    finish(&mut response, route, route.status());
    Reply::response(response)
}

/// `null` is an empty body (`CTL.6`).
pub(super) fn json_response(body: Bytes) -> Response {
    if body.as_ref() == b"null" {
        return Response::new(Body::empty());
    }
    let mut response = Response::new(Body::from(body));
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}

/// What interceptors see of a response without an opinion on its status: a text, JSON or nothing as a value.
fn open(response: Response, route: &RouteRef) -> Reply {
    let mut reply = Reply::reopened(response, at_hand);
    if let Some(response) = reply.response_mut() {
        finish(response, route, route.status());
    }
    reply
}

/// A body that was made of a value is there at the first poll.
fn at_hand(body: Body) -> Option<Bytes> {
    body.collect().now_or_never()?.ok().map(Collected::to_bytes)
}

/// Where `#[redirect]` leads to, once interceptors have seen the value.
pub(super) fn redirected(route: &RouteRef, json: Option<&[u8]>) -> Option<Reply> {
    let marker = route.redirect()?;
    let value = json.and_then(|json| serde_json::from_slice(json).ok());
    Some(redirect::reply(route, marker, value.as_ref()))
}

/// Status and headers of the route's markers; a `#[header]` wins over a type that we chose.
fn finish(response: &mut Response, route: &RouteRef, status: StatusCode) {
    if route.has_header(&CONTENT_TYPE) {
        response.headers_mut().remove(CONTENT_TYPE);
    }
    with_status(response, status);
    route.add_headers(response.headers_mut());
}

/// A status, and no body where it has none.
pub(super) fn with_status(response: &mut Response, status: StatusCode) {
    *response.status_mut() = status;
    if has_no_body(status) {
        *response.body_mut() = Body::empty();
        response.headers_mut().remove(CONTENT_TYPE);
    }
}

/// Response types that say their status themselves.
pub trait OwnStatus: IntoResponse {}

impl<B> OwnStatus for Response<B> where Self: IntoResponse {}
impl OwnStatus for StatusCode {}
impl OwnStatus for Redirect {}
impl OwnStatus for http::response::Parts {}
impl OwnStatus for HttpException {}
impl OwnStatus for axum::response::NoContent {}

/// Response types without a status of their own.
///
/// Not below `IntoResponse`: a text that is borrowed of the controller is none, and yet a reply.
pub trait NoStatus {
    #[doc(hidden)]
    fn into_plain(self) -> Response;
}

macro_rules! into_plain {
    () => {
        fn into_plain(self) -> Response {
            self.into_response()
        }
    };
}

impl NoStatus for &str {
    fn into_plain(self) -> Response {
        self.to_owned().into_response()
    }
}

impl NoStatus for Cow<'_, str> {
    fn into_plain(self) -> Response {
        self.into_owned().into_response()
    }
}

macro_rules! no_status {
    ($($type:ty),* $(,)?) => {$(
        impl NoStatus for $type {
            into_plain!();
        }
    )*};
}
no_status!(
    (),
    String,
    Box<str>,
    Bytes,
    BytesMut,
    &'static [u8],
    Vec<u8>,
    Box<[u8]>,
    Cow<'static, [u8]>,
    Body,
    HeaderMap,
    Extensions,
);
impl<const N: usize> NoStatus for &'static [u8; N] {
    into_plain!();
}
impl<const N: usize> NoStatus for [u8; N] {
    into_plain!();
}
impl<T> NoStatus for Html<T>
where
    Self: IntoResponse,
{
    into_plain!();
}
impl<T> NoStatus for Json<T>
where
    Self: IntoResponse,
{
    into_plain!();
}
impl<K, V, const N: usize> NoStatus for [(K, V); N]
where
    Self: IntoResponse,
{
    into_plain!();
}

macro_rules! tuples {
    ($($part:ident),*) => {
        impl<R, $($part,)*> OwnStatus for (StatusCode, $($part,)* R) where Self: IntoResponse {}
        impl<R: NoStatus, $($part,)*> NoStatus for ($($part,)* R,)
        where
            Self: IntoResponse,
            Answered<($($part,)*)>: Headers,
        {
            into_plain!();
        }
    };
}
/// Tuples that begin with headers or extensions.
pub trait Headers {}
macro_rules! header_tuples {
    ($($part:ident),*) => {
        impl<$($part: HeaderPart),*> Headers for Answered<($($part,)*)> {}
    };
}
/// One part of such a tuple.
pub trait HeaderPart {}
impl HeaderPart for HeaderMap {}
impl HeaderPart for Extensions {}
impl<K, V, const N: usize> HeaderPart for [(K, V); N] {}
impl<I> HeaderPart for axum::response::AppendHeaders<I> {}
impl<T> HeaderPart for axum::Extension<T> {}

header_tuples!(A);
header_tuples!(A, B);
header_tuples!(A, B, C);
header_tuples!(A, B, C, D);
tuples!(A);
tuples!(A, B);
tuples!(A, B, C);
tuples!(A, B, C, D);
impl<R> OwnStatus for (StatusCode, R) where Self: IntoResponse {}
impl<R> OwnStatus for (http::response::Parts, R) where Self: IntoResponse {}

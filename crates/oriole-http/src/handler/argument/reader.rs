//! How an argument is read: found while the application is compiled, and kept beside its route.
//!
//! All arguments are there, as `Any`, before the handler's code runs. So rustc makes no future for the type of an argument:
//! of the common extractors nothing but the parsing is made anew, without axum's wrappers around the parser.

use super::known::PairsError;
use super::refusal::{Refusal, unwrap};
use super::traits::{Argument, Extracted, LastArgument, extract, extract_last};
use crate::handler::Call;
use crate::pipe::ArgSource;
use axum::Json;
use axum::extract::{Form, FromRequestParts, Path, Query};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use http::request::Parts;
#[cfg(feature = "sse-hub")]
use oriole_sse::Start;
use oriole_sse::{EventStreams, LastEventId};
use serde::de::DeserializeOwned;
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

/// An argument on its way to its handler.
pub type Value = Box<dyn Any + Send>;

/// Reads one argument of one type.
#[derive(Clone, Copy)]
pub struct Reader(pub(super) Kind);

#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Anything of the head that nobody has to wait for.
    Head(fn(&mut Parts) -> Result<Value, Refusal>, ArgSource),
    /// The query, as pairs.
    Query(fn(&[u8]) -> Result<Value, PairsError>),
    /// What an event stream begins with: of the head's lines alone.
    Stream(fn(&Parts, Option<&EventStreams>) -> Result<Value, Refusal>),
    /// A body in JSON.
    Json(fn(&[u8]) -> Result<Value, serde_json::Error>),
    /// A form: the body as pairs, or the query of a GET.
    Form(fn(&[u8]) -> Result<Value, PairsError>),
    /// Any other extractor.
    Foreign(for<'a> fn(&'a mut Call) -> BoxFuture<'a, Option<Extracted>>),
}

impl Reader {
    /// What `#[extract(..)]` reads with.
    pub(crate) const fn extracting(read: fn(&mut Parts) -> Result<Value, Refusal>) -> Self {
        Self(Kind::Head(read, ArgSource::Custom))
    }

    /// Whether it may look at what the server and the router have put into the request.
    pub(crate) fn sees_extensions(self) -> bool {
        match self.0 {
            Kind::Head(..) | Kind::Foreign(_) => true,
            Kind::Query(_) | Kind::Stream(_) | Kind::Json(_) | Kind::Form(_) => false,
        }
    }

    /// `known`, or what reads any extractor of the head.
    #[must_use]
    pub const fn head<T: Argument>(known: Option<Self>) -> Self {
        match known {
            Some(known) if !matches!(known.0, Kind::Json(_) | Kind::Form(_)) => known,
            _ => Self(Kind::Foreign(extract::<T>)),
        }
    }

    /// `known`, or what reads any extractor of the head or the body.
    #[must_use]
    pub const fn last<T: LastArgument<M>, M: 'static>(known: Option<Self>) -> Self {
        match known {
            Some(known) => known,
            None => Self(Kind::Foreign(extract_last::<T, M>)),
        }
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Kind::Head(..) => "Reader::Head",
            Kind::Query(_) => "Reader::Query",
            Kind::Stream(_) => "Reader::Stream",
            Kind::Json(_) => "Reader::Json",
            Kind::Form(_) => "Reader::Form",
            Kind::Foreign(_) => "Reader::Foreign",
        })
    }
}

/// Asks for the reader of a type: `READER` is an inherent constant where it is one of those that are known.
#[derive(Debug)]
pub struct ReaderProbe<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`ReaderProbe`]: any other extractor.
pub trait Foreign {
    #[doc(hidden)]
    const READER: Option<Reader> = None;
}

impl<T: ?Sized> Foreign for ReaderProbe<T> {}

macro_rules! known {
    ($($extractor:ident $read:expr;)*) => {$(
        #[allow(missing_docs, reason = "named as the fall-back, which has the words")]
        impl<T: DeserializeOwned + Send + 'static> ReaderProbe<$extractor<T>> {
            #[doc(hidden)]
            pub const READER: Option<Reader> = Some(Reader($read));
        }
    )*};
}
known! {
    Path Kind::Head(path::<T>, ArgSource::Param);
    Query Kind::Query(query::<T>);
    Json Kind::Json(json::<T>);
    Form Kind::Form(form::<T>);
}

fn query<T: DeserializeOwned + Send + 'static>(pairs: &[u8]) -> Result<Value, PairsError> {
    match serde_urlencoded::from_bytes::<T>(pairs) {
        Ok(value) => Ok(Box::new(Query(value))),
        Err(error) => Err(error),
    }
}

fn form<T: DeserializeOwned + Send + 'static>(pairs: &[u8]) -> Result<Value, PairsError> {
    match serde_urlencoded::from_bytes::<T>(pairs) {
        Ok(value) => Ok(Box::new(Form(value))),
        Err(error) => Err(error),
    }
}

fn json<T: DeserializeOwned + Send + 'static>(body: &[u8]) -> Result<Value, serde_json::Error> {
    let mut parser = serde_json::Deserializer::from_slice(body);
    match T::deserialize(&mut parser) {
        Ok(value) => match parser.end() {
            Ok(()) => Ok(Box::new(Json(value))),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    }
}

/// What event streams begin with: no type of theirs has a parameter.
macro_rules! known_of_streams {
    ($($(#[$when:meta])* $extractor:ident;)*) => {$(
        $(#[$when])*
        #[allow(missing_docs, reason = "named as the fall-back, which has the words")]
        impl ReaderProbe<$extractor> {
            #[doc(hidden)]
            pub const READER: Option<Reader> = Some(Reader(Kind::Stream(|parts, streams| {
                // As the extractor does, but for a route's own streams, which are not among the extensions.
                let streams = streams.or_else(|| parts.extensions.get());
                let bytes_max = streams.map_or(LastEventId::BYTES_MAX, |streams| streams.options().last_event_id_bytes_max);
                match $extractor::read(&parts.headers, &parts.uri, bytes_max) {
                    Ok(value) => Ok(Box::new(value)),
                    Err(rejection) => Err(unwrap(rejection)),
                }
            })));
        }
    )*};
}
known_of_streams! {
    LastEventId;
    #[cfg(feature = "sse-hub")] Start;
}

/// axum keeps the parser of parameters to itself; its future has nothing to wait for.
fn path<T: DeserializeOwned + Send + 'static>(parts: &mut Parts) -> Result<Value, Refusal> {
    match Path::<T>::from_request_parts(parts, &()).now_or_never() {
        Some(Ok(value)) => Ok(Box::new(value)),
        Some(Err(rejection)) => Err(unwrap(rejection)),
        None => Err(Ok(crate::HttpException::internal("a part of the head had to be waited for"))),
    }
}

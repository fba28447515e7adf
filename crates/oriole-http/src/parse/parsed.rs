//! The extractors.

use super::ParseOptions;
use crate::HttpException;
use crate::collect::{self, FaultKind, How, Tree};
use axum::Json;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;

/// How many faults are looked for; the first of them, in the order of declaration, is what the client reads.
const FAULTS_MAX: usize = 32;

/// An extractor whose refusal is the message of the first value that does not parse, as of Nest's pipes.
///
/// Write it around `Path`, `Query`, `Form` or `Json`, with [`ParseInt`](crate::ParseInt) and its like inside: alone for the
/// only parameter of a path, in a tuple, or as fields of a struct. A value that may be absent is an `Option`; one that has a
/// default is a field with `#[serde(default)]` (`PIP.13`). Fields of other types are refused with their name, as
/// `page must be an integer number`. For rules beyond parsing, and for all faults at once, use `Valid`.
///
/// # Errors
///
/// 400 with Nest's message; [`ParsedBy`] changes both. What the wrapped extractor cannot read at all is refused as without
/// this one.
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::{ParseBool, ParseInt, Parsed, Path, Query};
///
/// #[derive(serde::Deserialize)]
/// struct Filter {
///     active: Option<ParseBool>,
///     #[serde(default)]
///     page: ParseInt<u32>,
/// }
///
/// async fn one(Parsed(Path(id)): Parsed<Path<ParseInt>>, Parsed(Query(filter)): Parsed<Query<Filter>>) -> String {
///     format!("{} {} {:?}", *id, *filter.page, filter.active)
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_http::HttpException> {
/// use oriole_http::axum::extract::FromRequestParts;
/// let (mut parts, ()) = oriole_http::http::Request::get("/?active=maybe").body(())?.into_parts();
/// let refused = Parsed::<Query<Filter>>::from_request_parts(&mut parts, &()).await.err();
/// assert_eq!(refused.unwrap().message(), "Validation failed (boolean string is expected)");
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parsed<E>(pub E);

/// [`Parsed`] with a status or an exception of its own.
///
/// `O` is a marker type that implements [`ParseOptions`]; the pattern is `ParsedBy(Path(id), ..)`.
pub struct ParsedBy<E, O>(pub E, pub PhantomData<fn() -> O>);

impl<E: fmt::Debug, O> fmt::Debug for ParsedBy<E, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ParsedBy").field(&self.0).finish()
    }
}

fn read<T: DeserializeOwned, O: ParseOptions>(tree: &Tree) -> Result<T, HttpException> {
    let collected = tree.read::<T>(How { from_text: false, forbid_unknown: false, faults_max: FAULTS_MAX })?;
    match (collected.faults.into_iter().next(), collected.value) {
        (None, Some(value)) => Ok(value),
        (Some(fault), _) if fault.kind == FaultKind::Custom => Err(O::exception(fault.text)),
        (Some(fault), _) => Err(O::exception(fault.message())),
        (None, None) => Err(O::exception("Validation failed".to_owned())),
    }
}

macro_rules! of_parts {
    ($($extractor:ident $tree:ident)*) => {$(
        impl<S: Send + Sync, T: DeserializeOwned, O: ParseOptions> FromRequestParts<S> for ParsedBy<$extractor<T>, O> {
            type Rejection = HttpException;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(parts, state).await?;
                Ok(Self($extractor(read::<T, O>(&tree)?), PhantomData))
            }
        }

        impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Parsed<$extractor<T>> {
            type Rejection = HttpException;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(parts, state).await?;
                Ok(Self($extractor(read::<T, ()>(&tree)?)))
            }
        }
    )*};
}
of_parts!(Path path Query query);

macro_rules! of_request {
    ($($extractor:ident $tree:ident)*) => {$(
        impl<S: Send + Sync, T: DeserializeOwned, O: ParseOptions> FromRequest<S> for ParsedBy<$extractor<T>, O> {
            type Rejection = HttpException;

            async fn from_request(request: Request, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(request, state).await?;
                Ok(Self($extractor(read::<T, O>(&tree)?), PhantomData))
            }
        }

        impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Parsed<$extractor<T>> {
            type Rejection = HttpException;

            async fn from_request(request: Request, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(request, state).await?;
                Ok(Self($extractor(read::<T, ()>(&tree)?)))
            }
        }
    )*};
}
of_request!(Json json Form form);

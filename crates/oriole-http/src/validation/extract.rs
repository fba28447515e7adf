//! The extractors.

use super::options::Refused;
use super::{Validate, ValidationOptions, ValidationProfile};
use crate::HttpException;
use crate::collect::{self, Tree};
use axum::Json;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::fmt;
use std::marker::PhantomData;

/// An extractor whose value is read, transformed and checked, or refused with everything that is wrong with it.
///
/// Write it around `Json`, `Query`, `Path` or `Form` (`VAL.3`). The value's type says what is expected, serde how it is
/// made of what came, and garde's rules what it must be. All errors are told at once, mistyped and missing properties
/// together with broken rules, in the order of the fields (`VAL.2`).
///
/// serde stops at its first error, so a body with errors is read again for each of them, with a value of the right kind put
/// in its place; how often is bounded by [`errors_max`](ValidationOptions::errors_max). Three things follow: a type that
/// parses a text in its own way and takes none of a dozen common ones hides the errors that are declared after it; within
/// fields with `#[serde(flatten)]` and enums that are untagged or internally tagged, an error is told with the path of what
/// contains it; and rules know Rust's name of a field, which is told as serde's where the two differ in case, `_` and `-` only.
///
/// Do not use it for one number of a path: [`Parsed`](crate::Parsed) needs no rules.
///
/// # Errors
///
/// 400 with the errors, or what the [options](ValidationOptions) say. Malformed JSON is 400, another content type 415, a
/// body beyond its limit 413, as without this extractor.
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::axum::extract::FromRequestParts;
/// use oriole_http::Query;
/// use oriole_http::validation::Valid;
///
/// #[derive(Debug, serde::Deserialize, garde::Validate)]
/// struct Page {
///     #[garde(range(min = 1))]
///     page: u32,
///     #[garde(length(min = 2))]
///     find: String,
///     #[garde(skip)]
///     all: bool,
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), oriole_http::HttpException> {
/// let (mut parts, ()) = oriole_http::http::Request::get("/?page=0&all=maybe").body(())?.into_parts();
/// let refused = Valid::<Query<Page>>::from_request_parts(&mut parts, &()).await.unwrap_err();
/// assert_eq!(
///     refused.body_text(),
///     r#"{"message":["page must not be less than 1","find must be a string","all must be a boolean value"],"error":"Bad Request","statusCode":400}"#
/// );
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Valid<E>(pub E);

/// [`Valid`] with options or a context of its own.
///
/// `P` is a marker type that implements [`ValidationProfile`]; the pattern is `ValidBy(Json(user), ..)`.
pub struct ValidBy<E, P>(pub E, pub PhantomData<fn() -> P>);

impl<E: fmt::Debug, P> fmt::Debug for ValidBy<E, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ValidBy").field(&self.0).finish()
    }
}

/// What [`Valid`] validates by.
struct ByDefault;

impl<C: Default> ValidationProfile<C> for ByDefault {
    fn context(_: &Parts) -> C {
        C::default()
    }
}

/// Options and context of one validation.
struct Check<C> {
    options: ValidationOptions,
    context: C,
}

impl<C> Check<C> {
    fn of<P: ValidationProfile<C>>(parts: &Parts) -> Self {
        let options = parts.extensions.get::<ValidationOptions>().cloned().unwrap_or_default();
        Self { options: P::options(options), context: P::context(parts) }
    }

    fn run<T: DeserializeOwned + Validate<Context = C>>(&self, tree: &Tree) -> Result<T, HttpException> {
        self.options.read(tree, &self.context).map_err(|refused| match refused {
            Refused::Unread(exception) => exception,
            Refused::Broken(violations) => self.options.exception(&violations),
        })
    }
}

macro_rules! of_parts {
    ($($extractor:ident $tree:ident)*) => {$(
        impl<S, T, P> FromRequestParts<S> for ValidBy<$extractor<T>, P>
        where
            S: Send + Sync,
            T: DeserializeOwned + Validate,
            T::Context: Send,
            P: ValidationProfile<T::Context>,
        {
            type Rejection = HttpException;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(parts, state).await?;
                Ok(Self($extractor(Check::of::<P>(parts).run(&tree)?), PhantomData))
            }
        }

        impl<S, T> FromRequestParts<S> for Valid<$extractor<T>>
        where
            S: Send + Sync,
            T: DeserializeOwned + Validate,
            T::Context: Default + Send,
        {
            type Rejection = HttpException;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpException> {
                let tree = collect::$tree(parts, state).await?;
                Ok(Self($extractor(Check::of::<ByDefault>(parts).run(&tree)?)))
            }
        }
    )*};
}
of_parts!(Path path Query query);

macro_rules! of_request {
    ($($extractor:ident $tree:ident)*) => {$(
        impl<S, T, P> FromRequest<S> for ValidBy<$extractor<T>, P>
        where
            S: Send + Sync,
            T: DeserializeOwned + Validate,
            T::Context: Send,
            P: ValidationProfile<T::Context>,
        {
            type Rejection = HttpException;

            async fn from_request(request: Request, state: &S) -> Result<Self, HttpException> {
                let (parts, body) = request.into_parts();
                let check = Check::of::<P>(&parts);
                let tree = collect::$tree(Request::from_parts(parts, body), state).await?;
                Ok(Self($extractor(check.run(&tree)?), PhantomData))
            }
        }

        impl<S, T> FromRequest<S> for Valid<$extractor<T>>
        where
            S: Send + Sync,
            T: DeserializeOwned + Validate,
            T::Context: Default + Send,
        {
            type Rejection = HttpException;

            async fn from_request(request: Request, state: &S) -> Result<Self, HttpException> {
                let (parts, body) = request.into_parts();
                let check = Check::of::<ByDefault>(&parts);
                let tree = collect::$tree(Request::from_parts(parts, body), state).await?;
                Ok(Self($extractor(check.run(&tree)?)))
            }
        }
    )*};
}
of_request!(Json json Form form);

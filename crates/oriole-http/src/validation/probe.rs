//! Arguments that say nothing of rules, and whose type has some.

use super::{Valid, Validate};
use crate::HttpException;
use crate::pipe::{RuleProbe, Rules};
use axum::Json;
use axum::extract::{Form, FromRequest, FromRequestParts, Path, Query, RawPathParams, Request};
use futures_util::future::BoxFuture;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::any::Any;

use crate::pipe::Checked;

fn of_head<T>(parts: &mut Parts) -> BoxFuture<'_, Checked>
where
    T: Send + 'static,
    Valid<T>: FromRequestParts<(), Rejection = HttpException>,
{
    Box::pin(async move {
        let Valid(value) = Valid::<T>::from_request_parts(parts, &()).await?;
        Ok(Box::new(value) as Box<dyn Any + Send>)
    })
}

fn of_body<T>(request: Request) -> BoxFuture<'static, Checked>
where
    T: Send + 'static,
    Valid<T>: FromRequest<(), Rejection = HttpException>,
{
    Box::pin(async move {
        let Valid(value) = Valid::<T>::from_request(request, &()).await?;
        Ok(Box::new(value) as Box<dyn Any + Send>)
    })
}

macro_rules! probed {
    ($($extractor:ident $place:ident $read:ident)*) => {$(
        #[allow(missing_docs, reason = "named as the fall-back, which has the words")]
        impl<T> RuleProbe<$extractor<T>>
        where
            T: DeserializeOwned + Validate + Send + 'static,
            T::Context: Default + Send,
        {
            #[doc(hidden)]
            pub const RULES: Option<Rules> = Some(Rules::$place($read::<$extractor<T>>));
        }
    )*};
}
probed!(Path Head of_head Query Head of_head Json Body of_body Form Body of_body);

/// A body that may be absent is checked where there is one.
impl<T> RuleProbe<Option<Json<T>>>
where
    T: DeserializeOwned + Validate + Send + 'static,
    T::Context: Default + Send,
{
    #[doc(hidden)]
    pub const RULES: Option<Rules> = Some(Rules::Body(|request| {
        Box::pin(async move {
            if !request.headers().contains_key(CONTENT_TYPE) {
                return Ok(Box::new(None::<Json<T>>) as Box<dyn Any + Send>);
            }
            let Valid(value) = Valid::<Json<T>>::from_request(request, &()).await?;
            Ok(Box::new(Some(value)) as Box<dyn Any + Send>)
        })
    }));
}

/// So are parameters, where the path has some.
impl<T> RuleProbe<Option<Path<T>>>
where
    T: DeserializeOwned + Validate + Send + 'static,
    T::Context: Default + Send,
{
    #[doc(hidden)]
    pub const RULES: Option<Rules> = Some(Rules::Head(|parts| {
        Box::pin(async move {
            let has_params = match RawPathParams::from_request_parts(parts, &()).await {
                Ok(params) => params.iter().next().is_some(),
                Err(_) => false,
            };
            if !has_params {
                return Ok(Box::new(None::<Path<T>>) as Box<dyn Any + Send>);
            }
            let Valid(value) = Valid::<Path<T>>::from_request_parts(parts, &()).await?;
            Ok(Box::new(Some(value)) as Box<dyn Any + Send>)
        })
    }));
}

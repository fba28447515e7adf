//! Whether an argument's type has rules, asked while the application is compiled.

use crate::HttpException;
use axum::extract::Request;
use futures_util::future::BoxFuture;
use http::request::Parts;
use std::any::Any;
use std::marker::PhantomData;

/// An argument that was read and checked, of the type that was asked for.
pub(crate) type Checked = Result<Box<dyn Any + Send>, HttpException>;

/// How an argument is read where the application checks all of them.
#[derive(Clone, Copy, Debug)]
pub enum Rules {
    /// From the request's head.
    Head(for<'a> fn(&'a mut Parts) -> BoxFuture<'a, Checked>),
    /// From its body.
    Body(fn(Request) -> BoxFuture<'static, Checked>),
}

/// Asks for the rules of an argument's type: `RULES` is an inherent constant where it has some.
#[derive(Debug)]
pub struct RuleProbe<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`RuleProbe`]: the type has none.
pub trait Ruleless {
    #[doc(hidden)]
    const RULES: Option<Rules> = None;
}

impl<T: ?Sized> Ruleless for RuleProbe<T> {}

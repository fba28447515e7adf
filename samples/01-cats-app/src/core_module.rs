//! What stands around every handler.

use crate::common::{
    ErrorsInterceptor, HttpExceptionFilter, LoggingInterceptor, TimeoutInterceptor, TransformInterceptor,
};
use oriole::prelude::*;

/// Registers interceptors and the filter by token, so that the container builds them.
#[module(providers = [
    LoggingInterceptor as APP_INTERCEPTOR,
    TransformInterceptor as APP_INTERCEPTOR,
    TimeoutInterceptor as APP_INTERCEPTOR,
    ErrorsInterceptor as APP_INTERCEPTOR,
    HttpExceptionFilter as APP_FILTER,
])]
pub(crate) struct CoreModule;

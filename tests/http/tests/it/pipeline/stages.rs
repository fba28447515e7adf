//! One enhancer of every kind for every level, which says when it runs and fails when it is told to.

use axum::extract::Request;
use axum::response::Response;
use http_tests::Recorder;
use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};
use std::any::Any;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::{Context, Poll};
use tower::{Layer, Service};

/// What happened; the tests of the order run one after another.
pub static LOG: LazyLock<Mutex<Recorder>> = LazyLock::new(Mutex::default);
/// Where something goes wrong, and with which status.
static FAULTS: Mutex<Vec<(String, u16)>> = Mutex::new(Vec::new());

/// Begins a case.
pub fn begin(faults: &[(&str, u16)]) {
    *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Recorder::default();
    *FAULTS.lock().unwrap_or_else(PoisonError::into_inner) =
        faults.iter().map(|(step, status)| ((*step).to_owned(), *status)).collect();
}

/// What the case did.
pub fn lines() -> Vec<String> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).lines()
}

fn fault(step: &str) -> Option<u16> {
    let faults = FAULTS.lock().unwrap_or_else(PoisonError::into_inner);
    faults.iter().find(|(at, _)| at == step).map(|(_, status)| *status)
}

/// Records a step, which may be where the case fails.
pub fn step(step: &str) -> Result<(), HttpException> {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).record(step);
    match fault(step) {
        Some(0) => panic!("{step} panics"),
        Some(status) => {
            Err(HttpException::new(StatusCode::from_u16(status).expect("tests know statuses"), step.to_owned()))
        }
        None => Ok(()),
    }
}

/// What runs before all of them, as a tower layer.
#[derive(Clone)]
pub struct Middleware;

/// The same around a service.
#[derive(Clone)]
pub struct Around<S>(S);

impl<S> Layer<S> for Middleware {
    type Service = Around<S>;

    fn layer(&self, inner: S) -> Around<S> {
        Around(inner)
    }
}

impl<S> Service<Request> for Around<S>
where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>,
{
    type Response = Response;
    type Error = HttpException;
    type Future = Pin<Box<dyn Future<Output = Result<Response, HttpException>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), HttpException>> {
        self.0.poll_ready(cx).map_err(|never| match never {})
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let answer = self.0.call(request);
        Box::pin(async move {
            step("middleware")?;
            answer.await.map_err(|never| match never {})
        })
    }
}

async fn guard(level: &str) -> Result<bool, HttpException> {
    step(&format!("guard {level}"))?;
    Ok(fault(&format!("refuse {level}")).is_none())
}

async fn intercept(level: &'static str, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
    step(&format!("in {level}"))?;
    if fault(&format!("skip {level}")).is_some() {
        return Ok(Reply::json(&format!("instead of {}", ctx.handler())));
    }
    match next.run(ctx).await {
        Ok(reply) => {
            step(&format!("out {level}"))?;
            Ok(reply.map_events(move |event| {
                let _ = step(&format!("event {level}"));
                event
            }))
        }
        Err(exception) => {
            step(&format!("error {level}"))?;
            if fault(&format!("recover {level}")).is_some() { Ok(Reply::json("recovered")) } else { Err(exception) }
        }
    }
}

async fn catch(level: &str, exception: HttpException) -> Result<Reply, HttpException> {
    step(&format!("filter {level}"))?;
    Ok(Reply::json(&format!("{level}: {}", exception.message())))
}

macro_rules! stages {
    ($($(#[$attribute:meta])* $name:ident { $($fields:tt)* } $level:expr, $status:expr;)*) => {$(
        $(#[$attribute])*
        pub struct $name { $($fields)* }

        impl $name {
            fn level(&self) -> &'static str {
                #[allow(clippy::redundant_closure_call, reason = "the level may be a field")]
                ($level)(self)
            }
        }

        impl Guard for $name {
            async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
                guard(self.level()).await
            }
        }

        impl Interceptor for $name {
            async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
                intercept(self.level(), ctx, next).await
            }
        }

        impl Pipe for $name {
            async fn transform(&self, _: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
                step(&format!("pipe {}", self.level()))
            }
        }

        impl ExceptionFilter for $name {
            fn catches(&self) -> Catches {
                #[allow(clippy::redundant_closure_call, reason = "what it catches may be a field")]
                ($status)(self)
            }

            async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
                catch(self.level(), exception).await
            }
        }
    )*};
}

/// A need, so that whoever builds a stage must know the module.
#[injectable]
pub struct Name;

impl Name {
    fn of(self: &Arc<Self>, level: &'static str) -> &'static str {
        level
    }
}

fn status(code: u16) -> Catches {
    Catches::status(StatusCode::from_u16(code).expect("tests know statuses"))
}

stages! {
    #[injectable]
    ByToken { name: Arc<Name>, } |this: &Self| this.name.of("token"), |_| Catches::anything();
    #[injectable]
    ByType { name: Arc<Name>, } |this: &Self| this.name.of("controller"), |_| status(409);
    Given { pub level: &'static str, pub status: u16, } |this: &Self| this.level, |this: &Self| status(this.status);
}

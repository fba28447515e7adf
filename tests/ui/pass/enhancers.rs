//! Markers in every place and form.

use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};
use std::any::Any;
use std::sync::Arc;

#[injectable]
pub struct Needed;

#[injectable]
pub struct All<T: Send + Sync> {
    of: Arc<T>,
}

impl<T: Send + Sync + 'static> Guard for All<T> {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(Arc::strong_count(&self.of) > 0)
    }
}

#[derive(Clone)]
pub struct Given(&'static str);

impl Given {
    const NEW: Self = Self("new");

    fn new(name: &'static str) -> Self {
        Self(name)
    }
}

impl Guard for Given {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(!self.0.is_empty())
    }
}

impl Interceptor for Given {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await
    }
}

impl ExceptionFilter for Given {
    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        Ok(exception.into())
    }
}

impl Pipe for Given {
    async fn transform(&self, _: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        Ok(())
    }
}

#[injectable]
pub struct Cats;

#[oriole::use_guards(All<Needed>, Given("a"))]
#[meta(Given::new("above"))]
#[controller("cats")]
#[use_guards(crate::All<Needed>, Given("c"))]
#[use_interceptors(Given::new("b"),)]
#[use_filters(Given { 0: "c" })]
#[cfg_attr(all(), use_guards(Given("conditional")))]
#[cfg_attr(any(), use_guards(NoSuchGuard))]
#[meta("text", 42_u8)]
impl Cats {
    #[get]
    #[use_guards(Given::NEW.clone())]
    #[use_pipes(Given("d"))]
    #[cfg(any())]
    async fn never(&self, #[use_pipes(Absent)] Path(id): Path<u32>) {}

    #[get("{id}")]
    #[use_guards(All<Needed>)]
    #[meta(Given::new("e"))]
    async fn one(&self, #[use_pipes(Given("f"))] Path(id): Path<u32>, _headers: HeaderMap) -> String {
        id.to_string()
    }
}

/// A condition on the impl itself is settled before `#[controller]` sees it.
fn conditional() {
    use oriole::Controller as _;

    let names: Vec<_> = Cats::CONTROLLER.enhancers.iter().map(|provider| provider.token.name).collect();
    assert_eq!(names, ["All"; 3]);
}

#[module(root, controllers = [Cats], providers = [Needed, All<Needed> as APP_GUARD, All<Needed>])]
pub struct CatsModule;

fn main() {
    conditional();
}

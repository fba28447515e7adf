//! What a `macro_rules` of the user's writes is an application like any other, whoever gave the names.

use futures_util::stream;
use oriole::axum::body::{Body, to_bytes};
use oriole::prelude::*;
use std::sync::Arc;
use tower::ServiceExt;

macro_rules! resource {
    ($service:ident, $factory:ident, $made:ty, $controller:ident, $field:ident, $one:ident, $all:ident, $events:ident, $id:ident: $key:ty, $out:ty) => {
        #[injectable]
        pub struct $service {
            $field: Arc<$made>,
        }

        #[provider]
        async fn $factory() -> $made {
            <$made>::default()
        }

        #[injectable]
        pub struct $controller {
            $field: Arc<$service>,
        }

        #[controller("cats")]
        impl $controller {
            #[get("{id}")]
            async fn $one(&self, Path($id): Path<$key>) -> $out {
                format!("{} of {}", $id, self.$field.$field)
            }

            #[post]
            async fn $all(&self, Path($id): Path<$key>, body: String) -> Result<$out, HttpException> {
                Ok(format!("{} {body}", $id))
            }

            #[sse("events")]
            fn $events(&self, resume: LastEventId) -> impl Stream<Item = MessageEvent> {
                let seen = resume.id().is_some();
                stream::iter([MessageEvent::new(format!("{} {seen}", self.$field.$field))])
            }
        }
    };
}

resource!(Cats, made, u32, CatsController, cats, one, all, events, id: u32, String);

#[module(controllers = [CatsController], providers = [Cats, made])]
struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let service = Oriole::create::<AppModule>().await?.into_service().await?;
    let request = oriole::http::Request::get("/cats/7").body(Body::empty()).unwrap();
    let response = service.oneshot(request).await.unwrap();
    assert_eq!(to_bytes(response.into_body(), 1024).await.unwrap(), "7 of 0");
    Ok(())
}

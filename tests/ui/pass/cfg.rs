//! `#[cfg]` on a field, a parameter, a method or an entry of a list removes exactly that.

use oriole::axum::body::Body;
use oriole::http::Request;
use oriole::prelude::*;
use std::sync::Arc;
use tower::ServiceExt;

#[injectable]
pub struct Kept;

#[injectable]
pub struct Made {
    #[cfg(all())]
    kept: Arc<Kept>,
    #[cfg(any())]
    gone: Arc<DoesNotExist>,
    #[cfg(all())]
    #[inject(default)]
    count: u32,
    #[cfg(any())]
    #[inject(default)]
    count: DoesNotExist,
    #[cfg_attr(all(), cfg(any()))]
    gone_as_well: Arc<DoesNotExist>,
    #[cfg_attr(any(), cfg(any()))]
    also_kept: Arc<Kept>,
}

pub struct Number(u32);

#[provider]
fn number(
    #[cfg(any())] gone: Arc<DoesNotExist>,
    #[cfg(all())] made: Arc<Made>,
    #[cfg(any())]
    #[inject(DOES_NOT_EXIST)]
    gone_as_well: Arc<u32>,
) -> Number {
    Number(made.count + Arc::strong_count(&made.kept).min(1) as u32 + Arc::strong_count(&made.also_kept).min(1) as u32)
}

#[injectable]
pub struct CatsController {
    number: Arc<Number>,
}

#[controller("cats")]
impl CatsController {
    #[cfg(any())]
    #[get]
    fn removed(&self, argument: DoesNotExist) -> DoesNotExist {}

    #[cfg(all())]
    #[get]
    #[http_code(203)]
    fn kept(&self) -> String {
        self.number.0.to_string()
    }

    #[get("{id}")]
    #[cfg(any())]
    fn one(&self, Path(id): Path<String>) -> String {
        unreachable!("{id}")
    }

    #[cfg_attr(all(), cfg(any()))]
    #[get("{id}")]
    fn one(&self, argument: DoesNotExist) -> DoesNotExist {}

    #[cfg_attr(all(), allow(unused))]
    #[get("{id}")]
    #[cfg(all())]
    fn one(&self, Path(id): Path<String>) -> String {
        let unused = 1;
        id
    }

    #[cfg(any())]
    const GONE: DoesNotExist = DoesNotExist;
}

#[token]
#[cfg(any())]
pub const PORT: Token<DoesNotExist> = Token::new();
#[token]
#[cfg(all())]
pub const PORT: Token<u16> = Token::new();

#[provider]
#[cfg(any())]
fn removed() -> DoesNotExist {}

#[controller]
#[cfg(any())]
impl DoesNotExist {}

#[module(
    imports = [#[cfg(any())] DoesNotExist, #[cfg(all())] EmptyModule],
    controllers = [#[cfg(any())] DoesNotExist, #[cfg(all())] CatsController],
    providers = [
        #[cfg(any())] DoesNotExist,
        #[cfg(all())] Kept,
        #[cfg(any())] Kept as dyn DoesNotExist,
        #[cfg(any())] DOES_NOT_EXIST = 3,
        #[cfg(any())] PORT = 3,
        #[cfg(all())] PORT = 4,
        Made,
        number,
        #[cfg_attr(all(), cfg(any()))] removed,
    ],
    exports = [#[cfg(any())] DoesNotExist, #[cfg(all())] Kept],
)]
#[cfg_attr(any(), derive(DoesNotExist))]
pub struct AppModule {
    #[cfg(any())]
    gone: Arc<DoesNotExist>,
    #[cfg(all())]
    #[inject(PORT)]
    port: Arc<u16>,
}

#[module()]
pub struct EmptyModule;

impl OnModuleInit for AppModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        assert_eq!(*self.port, 4);
        Ok(())
    }
}

#[oriole::main]
async fn main() -> oriole::Result<()> {
    #[cfg(any())]
    Oriole::create::<DoesNotExist>().await?;
    let service = Oriole::create::<AppModule>().await?.into_service().await?;
    let get = async |path: &str| {
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let Ok(response) = service.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let body = oriole::axum::body::to_bytes(response.into_body(), 1024).await.expect("a body");
        (status, String::from_utf8_lossy(&body).into_owned())
    };
    assert_eq!(get("/cats").await, (203, "2".into()));
    assert_eq!(get("/cats/tom").await, (200, "tom".into()));
    Ok(())
}

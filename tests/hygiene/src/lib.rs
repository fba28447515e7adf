//! A consumer that imports nothing of ours and shadows what it can.
//!
//! That this crate compiles is the test: generated code names only `::oriole::__private`, so that no name in the user's
//! scope can change what it means. `tests/it` then runs the application.
#![no_implicit_prelude]
#![deny(warnings)]

#[macro_use]
pub mod shadows;

pub use shadows::*;

/// A named token.
#[::oriole::token]
pub const PORT: ::oriole::Token<u16> = ::oriole::Token::new();

/// A trait as a token, with its stand-in.
#[::oriole_testing::automock]
#[::oriole::token]
pub trait CatsRepo: ::std::marker::Send + ::std::marker::Sync {
    /// How many there are.
    fn count(&self) -> u32;
    /// What has arguments, an alias of a result and a future.
    ///
    /// # Errors
    ///
    /// Never.
    fn named<'a>(&'a self, name: &'a str, id: u32) -> Later<'a, ::std::result::Result<u32, ::std::string::String>> {
        let _ = (name, id);
        ::std::boxed::Box::pin(async { ::std::result::Result::Ok(0) })
    }
}

/// A future behind an alias.
pub type Later<'a, T> =
    ::std::pin::Pin<::std::boxed::Box<dyn ::std::future::Future<Output = T> + ::std::marker::Send + 'a>>;

/// A type that a factory makes.
#[::oriole::token]
#[derive(::std::fmt::Debug)]
pub struct Pool(u16);

/// A plain factory.
///
/// # Errors
///
/// Never.
#[::oriole::provider]
pub fn pool(#[inject(PORT)] port: ::std::sync::Arc<u16>) -> ::std::result::Result<Pool, ::std::string::String> {
    ::std::result::Result::Ok(Pool(*port))
}

/// An asynchronous factory.
#[::oriole::provider]
pub async fn names(pool: ::std::sync::Arc<Pool>) -> ::std::vec::Vec<u16> {
    ::std::vec![pool.0]
}

/// A provider behind a trait.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct PgCats {
    pool: ::std::sync::Arc<Pool>,
    names: ::std::sync::Arc<::std::vec::Vec<u16>>,
    missing: ::std::option::Option<::std::sync::Arc<Absent>>,
    #[inject(default)]
    zero: u32,
}

/// Provided by nothing.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct Absent;

impl CatsRepo for PgCats {
    fn count(&self) -> u32 {
        self.pool.0 as u32 + self.zero + self.names.len() as u32 + self.missing.is_some() as u32
    }
}

/// A generic provider.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct Repo<T: ::std::marker::Send + ::std::marker::Sync> {
    of: ::std::sync::Arc<T>,
}

/// A controller.
#[::oriole::injectable]
pub struct CatsController {
    repo: ::std::sync::Arc<dyn CatsRepo>,
    of: ::std::sync::Arc<Repo<Pool>>,
}

impl ::std::fmt::Debug for CatsController {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        f.write_str("CatsController")
    }
}

#[::oriole::controller("cats")]
#[::oriole::header("x-hygiene", "1")]
impl CatsController {
    #[::oriole::get("{id}")]
    #[::oriole::http_code(203)]
    async fn find_one(
        &self,
        ::oriole::Path(id): ::oriole::Path<u32>,
        ::oriole::Query(query): ::oriole::Query<::std::vec::Vec<(::std::string::String, ::std::string::String)>>,
    ) -> ::std::result::Result<::oriole::Json<u32>, ::oriole::HttpException> {
        ::std::result::Result::Ok(::oriole::Json(self.repo.count() + id + query.len() as u32 + self.of.of.0 as u32))
    }

    #[::oriole::get]
    #[::oriole::redirect("/cats/1")]
    fn first() {}

    #[::oriole::sse("events", method = POST, may_finish)]
    fn events(
        &self,
        word: ::std::string::String,
    ) -> impl ::oriole::prelude::Stream<Item = ::oriole::sse::MessageEvent> + use<> {
        ::oriole::prelude::StreamExt::map(
            ::oriole::prelude::StreamExt::take(::oriole::sse::interval(::std::time::Duration::from_millis(1)), 2),
            move |_| ::oriole::sse::MessageEvent::new(::std::clone::Clone::clone(&word)),
        )
    }
}

/// Stands around everything.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct Around {
    pool: ::std::sync::Arc<Pool>,
}

impl ::oriole::Guard for Around {
    async fn can_activate(
        &self,
        ctx: &mut ::oriole::ExecutionContext,
    ) -> ::std::result::Result<bool, ::oriole::HttpException> {
        ::std::result::Result::Ok(self.pool.0 == 1 && ctx.meta::<u8>() != ::std::option::Option::Some(&8))
    }
}

impl ::oriole::Interceptor for Around {
    async fn intercept(
        &self,
        ctx: &mut ::oriole::ExecutionContext,
        next: ::oriole::Next<'_>,
    ) -> ::std::result::Result<::oriole::Reply, ::oriole::HttpException> {
        next.run(ctx).await
    }
}

impl ::oriole::Pipe for Around {
    async fn transform(
        &self,
        _: &mut (dyn ::std::any::Any + ::std::marker::Send),
        _: &::oriole::ArgMeta,
    ) -> ::std::result::Result<(), ::oriole::HttpException> {
        ::std::result::Result::Ok(())
    }
}

impl ::oriole::ExceptionFilter for Around {
    async fn catch(
        &self,
        exception: ::oriole::HttpException,
        _: &mut ::oriole::ExecutionContext,
    ) -> ::std::result::Result<::oriole::Reply, ::oriole::HttpException> {
        ::std::result::Result::Ok(::std::convert::From::from(exception))
    }
}

/// An instance.
#[derive(::std::fmt::Debug)]
pub struct Given;

impl ::oriole::Guard for Given {
    async fn can_activate(
        &self,
        _: &mut ::oriole::ExecutionContext,
    ) -> ::std::result::Result<bool, ::oriole::HttpException> {
        ::std::result::Result::Ok(true)
    }
}

::oriole::bundle! {
    /// Several markers.
    bundled($word:literal) { #[meta($word)] #[use_guards(Around)] }
}

/// A controller with everything around it.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct GuardedController;

#[::oriole::use_guards(Around, Given {})]
#[::oriole::controller("guarded")]
#[::oriole::meta(7_u8)]
#[::oriole::use_interceptors(Around)]
#[::oriole::use_filters(Around)]
impl GuardedController {
    #[::oriole::get("{id}")]
    #[::oriole::use_pipes(Around)]
    #[::oriole::run_to_end]
    #[::oriole::apply(bundled("a"))]
    async fn one(
        &self,
        #[use_pipes(Around)] ::oriole::Path(id): ::oriole::Path<::std::string::String>,
    ) -> ::std::string::String {
        id
    }
}

/// Options of a dynamic module.
#[::oriole::token]
#[derive(::std::fmt::Debug)]
pub struct Options(pub u16);

/// A second name.
#[::oriole::token]
pub const ALIAS: ::oriole::Token<u16> = ::oriole::Token::new();

/// A factory that chooses.
#[::oriole::provider(transient)]
#[must_use]
pub fn chosen(options: ::std::sync::Arc<Options>) -> ::std::sync::Arc<dyn Chosen> {
    options
}

/// What it chooses.
#[::oriole::token]
pub trait Chosen: ::std::marker::Send + ::std::marker::Sync {}
impl Chosen for Options {}

/// Of a request, and marked.
#[::oriole::injectable(request, durable)]
#[meta(7_u8, "marked")]
pub struct Scoped {
    chosen: ::std::sync::Arc<dyn Chosen>,
    #[inject(ALIAS)]
    alias: ::std::sync::Arc<u16>,
    late: ::oriole::Lazy<Options>,
    module: ::oriole::ModuleRef,
}

impl ::std::fmt::Debug for Scoped {
    fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
        let _ = (&self.chosen, &self.alias, &self.late, &self.module);
        f.write_str("Scoped")
    }
}

/// A module with constructors.
#[::oriole::module(
    for_root = Options,
    dynamic = [ALIAS],
    providers = [PORT = 1, chosen, Scoped, Pool = Pool(1)],
    exports = [Options],
)]
#[derive(::std::fmt::Debug)]
pub struct DynamicModule;

/// A source of options.
#[::oriole::provider]
pub async fn options() -> ::std::result::Result<Options, ::std::string::String> {
    ::std::result::Result::Ok(Options(2))
}

impl DynamicModule {
    /// A constructor.
    ///
    /// # Errors
    ///
    /// Never.
    pub async fn made() -> ::std::result::Result<::oriole::DynamicModule<Self>, ::std::string::String> {
        let module = Self::for_root_async::<options>();
        ::std::result::Result::Ok(::oriole::DynamicModule::token(module, ALIAS, 5))
    }
}

/// Imports them in every way.
#[::oriole::module(
    imports = [DynamicModule::made().await?, global DynamicModule = DynamicModule::for_root(Options(3))
        .token(ALIAS, 4)],
    providers = [use Options as OPTIONS],
)]
#[derive(::std::fmt::Debug)]
pub struct ImportingModule;

/// A second name for the options.
#[::oriole::token]
pub const OPTIONS: ::oriole::Token<Options> = ::oriole::Token::new();

/// The module.
#[::oriole::module(
    root,
    global,
    imports = [ImportingModule],
    controllers = [CatsController, GuardedController],
    providers = [Around as ::oriole::APP_GUARD, PORT = 1, pool, names, PgCats as dyn CatsRepo, Repo<Pool>],
    exports = [PORT, pool, dyn CatsRepo],
)]
#[derive(::std::fmt::Debug)]
pub struct AppModule;

/// `#[oriole::main]`, under these circumstances.
pub mod program {
    #[::oriole::main]
    async fn main() -> ::oriole::Result<()> {
        let _app = ::oriole::Oriole::create::<crate::AppModule>().await?;
        ::std::result::Result::Ok(())
    }

    /// Calls it.
    pub fn run() {
        main();
    }
}

/// A part of the configuration.
#[::oriole::config("cats", load = cats_config)]
#[derive(::std::fmt::Debug, ::serde::Deserialize)]
pub struct CatsConfig {
    /// How many.
    pub max: u8,
}

/// Makes it.
///
/// # Errors
///
/// Never.
pub fn cats_config(_: &::oriole::config::Env) -> ::std::result::Result<CatsConfig, ::std::string::String> {
    ::std::result::Result::Ok(CatsConfig { max: 7 })
}

/// Listens.
#[::oriole::injectable]
#[derive(::std::fmt::Debug)]
pub struct Listening;

#[::oriole::listeners]
impl Listening {
    #[::oriole::on_event("cats.fed", async)]
    fn fed(&self, _event: &u8) {}

    #[::oriole::on_event("cats.fed", prepend)]
    async fn any(&self, _event: ::oriole::events::AnyEvent) -> ::std::result::Result<(), ::std::string::String> {
        ::std::result::Result::Ok(())
    }
}

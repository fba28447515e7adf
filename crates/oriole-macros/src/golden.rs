//! One example of each macro, expanded and compared with a file: a change of an expansion shows as a diff.
//!
//! `UPDATE=1 cargo test -p oriole-macros` writes the files anew.

use crate::stages;
use proc_macro2::TokenStream;
use quote::quote;
use std::path::Path;

fn check(name: &str, expansion: TokenStream) {
    let file = syn::parse2(expansion).unwrap_or_else(|error| panic!("`{name}` expands to no items: {error}"));
    let text = prettyplease::unparse(&file);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/golden").join(name).with_extension("txt");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(text == expected, "{} differs; UPDATE=1 writes it anew. Now:\n{text}", path.display());
}

#[test]
fn injectable() {
    let item = quote! {
        /// Documented.
        #[derive(Debug)]
        pub struct CatsService<T: Send> {
            repo: Arc<dyn crate::cats::CatsRepo>,
            /// The port.
            #[inject(PORT)]
            port: Arc<u16>,
            #[cfg(test)]
            of: Option<Arc<T>>,
            #[inject(default)]
            calls: AtomicU64,
        }
    };
    check("injectable", stages::injectable(&TokenStream::new(), item));
}

#[test]
fn provider() {
    let item = quote! {
        pub async fn connect(url: Arc<Url>, #[inject(PORT)] port: Arc<u16>) -> Result<Pool, Error> {
            Pool::connect(url, port).await
        }
    };
    check("provider", stages::provider(&TokenStream::new(), item));
}

#[test]
fn token_constant() {
    let item = quote!(
        pub const POOL: Token<PgPool> = Token::new();
    );
    check("token_constant", stages::token(&TokenStream::new(), item));
}

#[test]
fn token_trait() {
    let item = quote! {
        pub trait CatsRepo: Send + Sync {
            fn find(&self, id: u32) -> Option<Cat>;
        }
    };
    check("token_trait", stages::token(&TokenStream::new(), item));
}

#[test]
fn automock() {
    let item = quote! {
        /// Documented.
        #[token]
        pub trait CatsRepo: Send + Sync {
            fn count(&self) -> usize;
            fn find(&self, name: &str) -> Option<&Cat>;
            #[cfg(feature = "writes")]
            fn add<'a>(&'a self, id: u32, cat: &'a Cat) -> BoxFuture<'a, Result<(), Error>>;
        }
    };
    check("automock", stages::automock(&TokenStream::new(), item));
}

#[test]
fn module() {
    let arguments = quote! {
        root,
        global,
        imports = [DbModule],
        controllers = [CatsController],
        providers = [CatsService, PgCats as dyn CatsRepo, connect as POOL, PORT = 3000, use POOL as READER, #[cfg(test)] Fake],
        exports = [dyn CatsRepo, POOL],
        paths = ["/admin/" = AdminModule { "db" = DbModule, #[cfg(test)] AuditModule }],
    };
    check(
        "module",
        stages::module(
            &arguments,
            quote!(
                pub struct CatsModule;
            ),
        ),
    );
}

#[test]
fn dynamic_module() {
    let arguments = quote! {
        imports = [
            SettingsModule::for_root(Settings::default()),
            global MailModule::connect(url()?).await?.import::<SettingsModule>(),
            CacheModule = cache(),
        ],
        for_root = CatsOptions,
        dynamic = [dyn Store, LIMIT],
        providers = [Settings = Settings::default(), dyn Clock = Fixed(7)],
    };
    let item = quote!(
        pub struct CatsModule;
    );
    check("dynamic_module", stages::module(&arguments, item));
}

#[test]
fn scoped() {
    let item = quote! {
        #[meta(Job { name: "daily" }, Rank(1))]
        pub struct Report {
            orders: Lazy<Orders>,
            module: ModuleRef,
        }
    };
    check("scoped", stages::injectable(&quote!(request, durable), item));
}

#[test]
fn config() {
    let item = quote! {
        #[derive(Deserialize)]
        pub struct PoolConfig {
            max: u32,
        }
    };
    check("config", stages::config(&quote!("database.pool", load = pool), item));
}

#[test]
fn listeners() {
    let item = quote! {
        impl OrderLog {
            #[on_event("order.*", prepend, suppress_errors = false)]
            #[cfg(test)]
            fn any(&self, event: AnyEvent) {}

            #[on_event]
            async fn created(&self, order: &OrderCreated) -> Result<(), BoxError> {
                self.write(order).await
            }

            #[on_event("end", async)]
            fn end(&self) {}

            fn write(&self) {}
        }
    };
    check("listeners", stages::listeners(&TokenStream::new(), item));
}

#[test]
fn generic_module() {
    let arguments = quote!(providers = [Repo<T>]);
    let item = quote! {
        pub struct RepoModule<T: Send + Sync> {
            #[inject(default)]
            of: PhantomData<T>,
        }
    };
    check("generic_module", stages::module(&arguments, item));
}

#[test]
fn controller() {
    let item = quote! {
        #[header("x-cats", "many")]
        impl CatsController {
            /// Documented.
            #[get("{id}", "by-id/{id}")]
            async fn find_one(&self, Path(id): Path<u32>, query: Query<Page>) -> Result<Cat, HttpException> {
                self.cats.find(id).await
            }

            #[post]
            #[http_code(202)]
            #[cfg(test)]
            fn create(&self) {}

            #[sse("events", method = POST, may_finish)]
            fn events(&self, resume: LastEventId) -> impl Stream<Item = MessageEvent> {
                self.cats.feed(resume)
            }

            fn plain(&self) {}
        }
    };
    check("controller", stages::controller(&quote!("cats"), item));
}

#[test]
fn enhancers() {
    let item = quote! {
        #[use_guards(AuthGuard, RolesGuard::new("admin"))]
        #[use_filters(Everything)]
        #[meta(Roles(&["user"]))]
        impl CatsController {
            #[get("{id}")]
            #[use_interceptors(Timeout { secs: 5 })]
            #[cfg(test)]
            fn find_one(&self, #[use_pipes(Trim, Max(80))] Path(id): Path<u32>) {}
        }
    };
    check("enhancers", stages::controller(&quote!("cats"), item));
}

#[test]
fn addresses() {
    let item = quote! {
        impl CatsController {
            #[get]
            fn all(&self) {}

            #[get]
            #[version("2", VERSION_NEUTRAL)]
            fn newer(&self) {}
        }
    };
    let arguments = quote!("cats", version = "1", host = ["cats.example.com", "{account}.example.com"]);
    check("addresses", stages::controller(&arguments, item));
}

#[test]
fn markers_above() {
    let item = quote! {
        #[use_guards(B)]
        #[derive(Debug)]
        #[controller("cats")]
        #[use_guards(C)]
        impl CatsController {}
    };
    check("markers_above", crate::marker::marker("use_guards", &quote!(A), item));
}

#[test]
fn main() {
    let item = quote! {
        async fn main() -> oriole::Result<()> {
            Oriole::create::<AppModule>().await?.listen("127.0.0.1:3000").await
        }
    };
    check("main", stages::main(&quote!(worker_threads = 2), item));
}

#[test]
fn marker() {
    let item = quote! {
        #[controller("cats")]
        impl CatsController {}
    };
    check("marker", crate::marker::marker("header", &quote!("x-cats", "many"), item));
}

#[test]
fn mistakes() {
    let item = quote! {
        impl CatsController {
            #[get]
            #[post]
            fn find_all(self) {}
        }
    };
    check("mistakes", stages::controller(&TokenStream::new(), item));
}

//! Markers under one name, and metadata that nobody reads.

use garde::Validate;
use http::request::Parts;
use http_tests::App;
use oriole::Reads;
use oriole::axum::extract::FromRequestParts;
use oriole::logger::{Log, LoggerService, Record};
use oriole::prelude::*;
use oriole::validation::Valid;
use serde::Deserialize;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::layer::SubscriberExt as _;

struct Roles(&'static [&'static str]);

/// Has a need, so that the bundle's guard is one of the graph.
#[injectable]
pub struct RolesGuard {
    header: Arc<HeaderName>,
}

#[injectable]
pub struct HeaderName;

impl HeaderName {
    fn name(&self) -> &'static str {
        "x-role"
    }
}

impl Guard for RolesGuard {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let role = ctx.http().headers.get(self.header.name()).and_then(|role| role.to_str().ok());
        Ok(ctx.meta::<Roles>().is_none_or(|roles| role.is_some_and(|role| roles.0.contains(&role))))
    }
}

oriole::bundle! {
    /// Only for these roles.
    pub(crate) auth($($role:literal),*) {
        #[meta(Roles(&[$($role),*]))]
        #[use_guards(RolesGuard)]
        #[header("x-protected", "yes")]
    }
}

oriole::bundle! {
    slow() {
        #[http_code(202)]
        #[apply(marked("x-slow"))]
    }
}

oriole::bundle! {
    marked($name:literal) { #[header($name, "yes")] }
}

#[injectable]
pub struct Bundled;

#[controller("bundled")]
#[apply(self::marked("x-class"))]
impl Bundled {
    #[get("admins")]
    #[apply(auth("admin", "owner"), slow)]
    async fn admins(&self) -> &'static str {
        "hello"
    }

    #[get("all")]
    async fn all(&self) {}
}

#[module(controllers = [Bundled], providers = [HeaderName])]
pub struct BundledModule;

/// Parity: DEC.6, EXC.9.
#[tokio::test]
async fn a_bundle_is_what_it_holds() {
    let app = App::serve::<BundledModule>().await;
    assert_eq!(app.send("GET", "/bundled/admins", "X-Role: user\r\n", "").await.status, 403);
    let answer = app.send("GET", "/bundled/admins", "X-Role: owner\r\n", "").await;
    assert_eq!((answer.status, answer.body.as_str()), (202, "hello"));
    for header in ["x-protected", "x-slow", "x-class"] {
        assert_eq!(answer.header(header), Some("yes"), "{header}");
    }
    let answer = app.get("/bundled/all").await;
    assert_eq!((answer.status, answer.header("x-protected"), answer.header("x-class")), (200, None, Some("yes")));
    app.end().await;
}

/// Has rules, which nobody asked for.
#[derive(Deserialize, Validate)]
struct Name {
    #[garde(length(min = 3))]
    name: String,
}

struct Given(Name);

impl FromRequestParts<()> for Given {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, HttpException> {
        let Query(name) = Query::from_request_parts(parts, &()).await?;
        Ok(Self(name))
    }
}

/// The same, with a word for it.
struct Checked(Name);

impl FromRequestParts<()> for Checked {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, HttpException> {
        let Valid(Query(name)) = Valid::<Query<Name>>::from_request_parts(parts, &()).await?;
        Ok(Self(name))
    }
}

#[injectable]
pub struct Names;

#[controller("names")]
impl Names {
    #[get("given")]
    async fn given(&self, Given(name): Given) -> String {
        name.name
    }

    #[get("checked")]
    async fn checked(&self, Checked(name): Checked) -> String {
        name.name
    }

    /// Plain types have no rules to break.
    #[post("plain/{id}")]
    async fn plain(&self, Path(id): Path<u32>, Valid(Json(name)): Valid<Json<Name>>) -> String {
        format!("{} {id}", name.name)
    }
}

#[module(controllers = [Names])]
pub struct NamesModule;

/// Parity: DEC.5, PIP.15.
#[tokio::test]
async fn what_is_not_said_to_be_valid_is_not_validated() {
    let app = App::serve::<NamesModule>().await;
    assert_eq!(app.get("/names/given?name=T").await.body, "T");
    assert_eq!(app.get("/names/checked?name=T").await.status, 400);
    assert_eq!(app.get("/names/checked?name=Tom").await.body, "Tom");
    assert_eq!(app.send_json("POST", "/names/plain/0", r#"{"name":"Tom"}"#).await.body, "Tom 0");
    assert_eq!(app.send_json("POST", "/names/plain/0", r#"{"name":"T"}"#).await.status, 400);
    app.end().await;
}

#[injectable]
pub struct Unread;

#[controller("unread")]
impl Unread {
    #[get("bare")]
    #[meta(Roles(&["admin"]))]
    async fn bare(&self) {}

    #[get("read")]
    #[meta(Roles(&["admin"]))]
    #[use_guards(RolesGuard)]
    async fn read(&self) {}
}

#[injectable]
pub struct UnreadWhole;

#[controller("unread-whole")]
#[meta(Roles(&["admin"]))]
impl UnreadWhole {
    #[get]
    async fn all(&self) {}
}

/// Says what it reads.
struct Reader(Reads);

impl Interceptor for Reader {
    fn reads(&self) -> Reads {
        self.0.clone()
    }

    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await
    }
}

impl Guard for Reader {
    fn reads(&self) -> Reads {
        self.0.clone()
    }

    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(true)
    }
}

impl ExceptionFilter for Reader {
    fn reads(&self) -> Reads {
        self.0.clone()
    }

    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        Err(exception)
    }
}

#[derive(Clone, Debug)]
struct Audited<T>(T);

#[injectable]
pub struct ByType;

#[controller("by-type")]
#[meta(Audited("all"), Roles(&["one reads it"]))]
impl ByType {
    #[get("others")]
    #[meta(Roles(&["admin"]), Audited(1))]
    #[use_guards(Reader(Reads::of::<Audited<u8>>()))]
    #[use_interceptors(Reader(Reads::nothing()))]
    async fn others(&self) {}

    #[get("several")]
    #[meta(Roles(&["admin"]), Audited(1))]
    #[use_interceptors(Reader(Reads::of::<Audited<i32>>()))]
    #[use_filters(Reader(Reads::nothing().and(Reads::of::<Roles>())))]
    async fn several(&self) {}
}

#[module(controllers = [Unread, UnreadWhole, Bundled, ByType], providers = [HeaderName])]
pub struct UnreadModule;

/// Keeps warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

impl LoggerService for Warnings {
    fn log(&self, _: &Record) {}
    fn fatal(&self, _: &Record) {}
    fn error(&self, _: &Record) {}
    fn warn(&self, record: &Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.message.clone());
    }
}

/// In development; a program that is optimised says nothing of it.
#[tokio::test]
async fn metadata_that_nobody_can_read_is_told_of_at_the_start() {
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Log::new(warnings.clone())));
    let app = Oriole::create::<UnreadModule>().await.expect("it is sound");
    let _service = app.into_service().await.expect("hooks do not fail");
    let warnings = warnings.0.lock().unwrap_or_else(PoisonError::into_inner);
    let told: Vec<_> = warnings.iter().filter_map(|line| line.split("\n  --> ").next()).collect();
    let nobody = "no guard, interceptor or filter around it does";
    let silent = "none of what stands around it says that it does";
    let expected = [
        format!("nobody reads `Roles`, which `#[meta(..)]` says of `Unread::bare`: {nobody}"),
        format!("nobody reads `Roles`, which `#[meta(..)]` says of `UnreadWhole`: {nobody}"),
        format!("nobody reads `Roles`, which `#[meta(..)]` says of `ByType::others`: {silent}"),
        format!("nobody reads `Audited<i32>`, which `#[meta(..)]` says of `ByType::others`: {silent}"),
        format!("nobody reads `Audited<&str>`, which `#[meta(..)]` says of `ByType`: {silent}"),
    ];
    assert_eq!(told, if cfg!(debug_assertions) { &expected[..] } else { &[] }, "{warnings:?}");
    assert!(warnings.iter().all(|line| line.contains("bundles.rs:")), "{warnings:?}");
}

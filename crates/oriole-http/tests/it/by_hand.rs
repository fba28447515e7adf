//! An application without macros: what they emit is plain data, and what the compiler was not asked is asked at boot.

use axum::body::Body;
use axum::extract::Path;
use http_body_util::BodyExt;
use oriole_core::{
    Binding, Build, ControllerDescriptor, Entry, Instance, Key, Location, Module, ModuleDescriptor, ModulePath,
    NamedToken, ProviderDescriptor, TokenDescriptor,
};
use oriole_http::__private::{
    Arg, Enhancers, HttpController, ReaderProbe, ReplyPlain as _, RouteDescriptor, RouteKind, SplitPlain as _, answered,
};
use oriole_http::{APP_GUARD, Error, Oriole, Versioning};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tower::ServiceExt;

const AT: Location = Location { file: file!(), line: 1, column: 1 };

struct Cats;

static CATS: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<Cats>(Some(Key::of("Cats")), "Cats"),
    Build::Sync(|_| Ok(Instance::new(Arc::new(Cats)))),
    AT,
);

/// Must not be built.
static NEVER: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<Cats>(Some(Key::of("Cats")), "Cats"),
    Build::Sync(|_| {
        BUILT.store(true, Ordering::Relaxed);
        Err("a factory ran before the check".into())
    }),
    AT,
);
static BUILT: AtomicBool = AtomicBool::new(false);

static OWN: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<()>(None, "the module"),
    Build::Sync(|_| Ok(Instance::new(Arc::new(())))),
    AT,
);

static FIND: RouteDescriptor = RouteDescriptor {
    method: "GET",
    paths: &["{id}"],
    versions: &[],
    handler: "find",
    kind: RouteKind::Http,
    may_finish: false,
    status: None,
    headers: &[],
    redirect: None,
    enhancers: Enhancers::NONE,
    args: &[Arg::last::<Path<u32>, _>("id", "Path<u32>", None, ReaderProbe::<Path<u32>>::READER)],
    call: |mut call| {
        let Some(_) = call.controller::<Cats>() else { return call.refused() };
        let Some(Path(id)) = call.argument::<Path<u32>>() else { return call.refused() };
        Box::pin(async move {
            let out = format!("cat {id}");
            let out = answered(&out).__split(out);
            (&&&&answered(&out)).__reply(out, &call)
        })
    },
    at: AT,
};

const fn entry(path: &'static str) -> Entry {
    Entry { method: "GET", version: "", host: "", prefix: "cats", path, handler: "find", at: AT }
}

macro_rules! module {
    ($module:ident, $provider:ident, $entries:expr) => {
        struct $module;
        impl Module for $module {
            const CHECKED: () = ();
            fn module() -> &'static ModuleDescriptor {
                static CONTROLLER: ControllerDescriptor = ControllerDescriptor {
                    provider: &$provider,
                    name: "Cats",
                    enhancers: &[],
                    entries: &$entries,
                    transport: &HttpController {
                        prefix: "cats",
                        hosts: &[],
                        enhancers: Enhancers::NONE,
                        routes: &[RouteDescriptor { ..*FIND_REF }],
                    },
                    at: AT,
                };
                static MODULE: ModuleDescriptor = ModuleDescriptor {
                    controllers: &[&CONTROLLER],
                    own: &OWN,
                    ..ModuleDescriptor::new(Key::of(stringify!($module)), stringify!($module), AT)
                };
                &MODULE
            }
        }
    };
}
const FIND_REF: &RouteDescriptor = &FIND;

module!(Sound, CATS, [entry("{id}")]);
module!(Twice, NEVER, [entry("{id}"), entry("{name}"), entry("{id}.json"), entry("{*rest}")]);

#[tokio::test]
async fn data_makes_an_application() {
    let service = Oriole::create::<Sound>().await.expect("it is sound").into_service().await.expect("no hook fails");
    let request = http::Request::get("/cats/7").body(Body::empty()).expect("a request");
    let response = service.oneshot(request).await.expect("it never fails");
    assert_eq!(response.status(), 200);
    assert_eq!(response.into_body().collect().await.expect("it is whole").to_bytes(), "cat 7");
}

/// A controller of another transport, beside one of HTTP.
struct Both;

static OTHER: ControllerDescriptor = ControllerDescriptor {
    provider: &CATS,
    name: "Messages",
    enhancers: &[],
    entries: &[],
    transport: &"messages",
    at: AT,
};

static VERSIONED: ControllerDescriptor = ControllerDescriptor {
    provider: &CATS,
    name: "Cats",
    enhancers: &[],
    entries: &[Entry { version: "1", ..entry("{id}") }],
    transport: &HttpController {
        prefix: "cats",
        hosts: &[],
        enhancers: Enhancers::NONE,
        routes: &[RouteDescriptor { versions: &["1"], ..*FIND_REF }],
    },
    at: AT,
};

impl Module for Both {
    const CHECKED: () = ();
    fn module() -> &'static ModuleDescriptor {
        static MODULE: ModuleDescriptor = ModuleDescriptor {
            controllers: &[&OTHER, &VERSIONED],
            paths: &[ModulePath { key: Key::of("Both"), name: "Both", path: "below", at: AT }],
            transport: &"of messages",
            own: &OWN,
            ..ModuleDescriptor::new(Key::of("Both"), "Both", AT)
        };
        &MODULE
    }
}

/// What a module says to another transport is none of HTTP's, and prefix, path and version are nobody else's.
///
/// Parity: VER.12, RRM.4.
#[tokio::test]
async fn http_alone_has_versions_and_paths() {
    let app = Oriole::create::<Both>().await.expect("it is sound").versioning(Versioning::uri()).global_prefix("api");
    let service = app.into_service().await.expect("the other controller has nothing to say");
    for (path, status) in [("/api/v1/below/cats/7", 200), ("/api/v1/below", 404), ("/api/v1/below/messages", 404)] {
        let request = http::Request::get(path).body(Body::empty()).expect("a request");
        assert_eq!(service.clone().oneshot(request).await.expect("it never fails").status(), status, "{path}");
    }
}

#[tokio::test]
async fn routes_are_checked_before_any_factory_runs() {
    let error = Oriole::create::<Twice>().await.expect_err("its routes collide");
    assert!(matches!(error, Error::Boot(_)));
    let text = error.to_string();
    for code in ["ORI006: ", "ORI007: ", "ORI008: "] {
        assert!(text.contains(code), "{code}: {text}");
    }
    assert!(text.starts_with("`Twice` cannot be wired: 4 problems"), "{text}");
    assert!(!BUILT.load(Ordering::Relaxed));
}

/// Lists something as a guard that is none; the macros cannot write this.
struct Unguarded;

impl Module for Unguarded {
    const CHECKED: () = ();
    fn module() -> &'static ModuleDescriptor {
        static MODULE: ModuleDescriptor = ModuleDescriptor {
            providers: &[Binding {
                source: Key::of("Cats"),
                provider: &CATS,
                token: <APP_GUARD as NamedToken>::TOKEN,
                convert: None,
                at: AT,
            }],
            own: &OWN,
            ..ModuleDescriptor::new(Key::of("Unguarded"), "Unguarded", AT)
        };
        &MODULE
    }
}

#[tokio::test]
async fn a_guard_that_is_none_does_not_let_everybody_in() {
    let app = Oriole::create::<Unguarded>().await.expect("core does not know guards");
    let error = app.into_service().await.expect_err("it is no guard");
    assert!(error.to_string().starts_with("what is listed as `APP_GUARD` is no `dyn "), "{error}");
}

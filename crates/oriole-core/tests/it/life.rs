//! How long instances live: what spreads, and what cannot be.

use crate::world::{Module, at, bind, plan, problems, token};
use oriole_core::{
    BootError, Build, Container, ContextId, Instance, ModuleDescriptor, NeedDescriptor, NeedKind, ProviderDescriptor,
    ResolveError, Scope, Token,
};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Waker};
use tokio::sync::Semaphore;

/// A provider of a scope, with needs of any kind.
fn scoped(
    name: &'static str,
    scope: Scope,
    durable: Option<bool>,
    needs: &[(&'static str, NeedKind)],
) -> &'static ProviderDescriptor {
    let need = |&(need, kind)| NeedDescriptor { kind, ..NeedDescriptor::new(token(need), "field", at(7)) };
    let needs = needs.iter().map(need).collect::<Vec<_>>().leak();
    let build = Build::Sync(|_| Ok(Instance::new(Arc::new(String::new()))));
    let provider = ProviderDescriptor::new(token(name), build, at(3));
    Box::leak(Box::new(ProviderDescriptor { needs, scope, durable, ..provider }))
}

fn of(providers: &[&'static ProviderDescriptor]) -> &'static ModuleDescriptor {
    let providers = providers.iter().map(|provider| bind(provider)).collect();
    Module { name: "AppModule", providers, ..Module::default() }.leak()
}

const PROVIDER: NeedKind = NeedKind::Provider;

/// Which of the providers live as long as the application.
async fn kept(root: &'static ModuleDescriptor, names: &[&'static str]) -> Vec<bool> {
    let container = Container::build(plan(root)).await.unwrap();
    let get = |name: &&'static str| container.get_token(Token::<String>::new().__named(name, name)).is_some();
    names.iter().map(get).collect()
}

/// Parity: SCO.5, SCO.6.
#[tokio::test]
async fn request_scope_spreads_to_consumers_and_transience_does_not() {
    let root = of(&[
        scoped("Consumer", Scope::Singleton, None, &[("Middle", PROVIDER)]),
        scoped("Middle", Scope::Singleton, None, &[("Bound", PROVIDER), ("Needed", PROVIDER)]),
        scoped("Bound", Scope::Request, None, &[]),
        scoped("Needed", Scope::Singleton, None, &[]),
        scoped("Transient", Scope::Transient, None, &[]),
        scoped("HasTransient", Scope::Singleton, None, &[("Transient", PROVIDER)]),
        scoped("OfTheRequest", Scope::Singleton, None, &[("Anything", NeedKind::Request)]),
        scoped("BoundTransient", Scope::Transient, None, &[("Bound", PROVIDER)]),
        scoped("HasBoundTransient", Scope::Singleton, None, &[("BoundTransient", PROVIDER)]),
    ]);
    assert_eq!(problems(root), "");
    let names = ["Consumer", "Middle", "Bound", "Needed", "Transient", "HasTransient", "OfTheRequest"];
    assert_eq!(kept(root, &names).await, [false, false, false, true, false, true, false]);
    assert_eq!(kept(root, &["HasBoundTransient"]).await, [false], "through a transient provider as well");
}

/// Parity: SCO.12.
#[test]
fn what_lives_longer_cannot_have_what_does_not() {
    let expect = |providers: &[&'static ProviderDescriptor], expected: &[&str]| {
        let text = problems(of(providers));
        let found: Vec<&str> = text.split("\n\n").filter(|part| part.starts_with("ORI")).collect();
        assert_eq!(found.len(), expected.len(), "{text}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{text}");
        }
    };
    let bound = scoped("Bound", Scope::Request, None, &[]);
    let durable = |needs: &[(&'static str, NeedKind)]| scoped("Durable", Scope::Request, Some(true), needs);
    expect(&[bound, durable(&[])], &[]);
    expect(&[durable(&[("Tenant", NeedKind::Payload)])], &[]);
    let tied = "ORI014: `Durable` in `AppModule` cannot have `Bound`, which lives no longer than a request: what is \
                durable lives longer.";
    expect(&[bound, durable(&[("Bound", PROVIDER)])], &[tied]);
    let request = "ORI014: `Durable` in `AppModule` cannot have `Head`, which lives no longer than a request: ";
    expect(&[durable(&[("Head", NeedKind::Request)])], &[request]);

    // Durability spreads to what says nothing; `false` keeps it out.
    let consumer = |durable| scoped("Consumer", Scope::Singleton, durable, &[("Durable", PROVIDER)]);
    let last = scoped("Last", Scope::Request, Some(true), &[("Consumer", PROVIDER)]);
    expect(&[durable(&[]), consumer(None), last], &[]);
    expect(&[durable(&[]), consumer(Some(false)), last], &["ORI014: `Last` in `AppModule` cannot have `Consumer`, "]);

    let late = |needs: &[(&'static str, NeedKind)]| scoped("Late", Scope::Singleton, None, needs);
    let anew = "ORI014: `Late` in `AppModule` cannot have `Bound`, which is made anew for each request or consumer: ";
    expect(&[bound, late(&[("Bound", NeedKind::Late)])], &[anew]);
    expect(&[late(&[("Late", NeedKind::Late)])], &[]);
}

static OPEN: Semaphore = Semaphore::const_new(0);
static BEGUN: AtomicU32 = AtomicU32::new(0);
static BUILT: AtomicU32 = AtomicU32::new(0);

fn slow() -> &'static ModuleDescriptor {
    let build = Build::Async(|_| {
        Box::pin(async {
            BEGUN.fetch_add(1, Ordering::Relaxed);
            OPEN.acquire().await?.forget();
            BUILT.fetch_add(1, Ordering::Relaxed);
            Ok(Instance::new(Arc::new(String::new())))
        })
    });
    let slow = ProviderDescriptor { scope: Scope::Request, ..ProviderDescriptor::new(token("Slow"), build, at(3)) };
    of(&[Box::leak(Box::new(slow))])
}

/// Whoever asks while another builds waits for it, and goes on where that one was given up.
#[tokio::test]
async fn one_id_builds_once_and_a_build_that_is_dropped_is_begun_anew() {
    let container = Container::build(plan(slow())).await.unwrap();
    let (module, id) = (container.module_ref(), ContextId::new());
    let slow = Token::<String>::new().__named("Slow", "Slow");
    let resolve = || Box::pin(module.resolve_token_in(slow, &id));
    let mut context = Context::from_waker(Waker::noop());

    let (mut first, mut second) = (resolve(), resolve());
    assert!(first.as_mut().poll(&mut context).is_pending() && second.as_mut().poll(&mut context).is_pending());
    assert_eq!((BEGUN.load(Ordering::Relaxed), BUILT.load(Ordering::Relaxed)), (1, 0), "the second waits");
    drop(first);
    OPEN.add_permits(1);
    let second = second.await.unwrap();
    assert_eq!((BEGUN.load(Ordering::Relaxed), BUILT.load(Ordering::Relaxed)), (2, 1));
    assert!(Arc::ptr_eq(&second, &resolve().await.unwrap()));
    assert!(matches!(module.get_token(slow), Err(ResolveError::NotSingleton { token: "Slow" })));
}

#[tokio::test]
async fn a_transient_provider_that_fails_is_named_at_boot() {
    let fail = Build::Sync(|_| Err("no ink".into()));
    let failing = ProviderDescriptor { scope: Scope::Transient, ..ProviderDescriptor::new(token("Log"), fail, at(3)) };
    let root = of(&[Box::leak(Box::new(failing)), scoped("Cats", Scope::Singleton, None, &[("Log", PROVIDER)])]);
    let error = Container::build(plan(root)).await.unwrap_err();
    assert!(matches!(error, BootError::Factory { provider: "Log", module: "AppModule", .. }), "{error}");
}

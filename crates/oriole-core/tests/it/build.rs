//! The container: order, errors, hooks.

use crate::world::{Module, at, bind, provider, token};
use oriole_core::graph::Plan;
use oriole_core::{
    Binding, BootError, Build, Container, HookLimit, Hooks, Instance, ModuleDescriptor, ProviderDescriptor,
};
use std::sync::{Arc, Mutex};

fn made(name: &'static str, needs: &[(&'static str, bool)], build: Build, hooks: Hooks) -> Binding {
    let needs = provider(name, needs).needs;
    bind(Box::leak(Box::new(ProviderDescriptor { needs, hooks, ..ProviderDescriptor::new(token(name), build, at(3)) })))
}

async fn build(root: &'static ModuleDescriptor) -> Result<Container, BootError> {
    Container::build(Plan::of(root).await?).await
}

/// Parity: CPR.2.
#[tokio::test]
async fn needs_are_built_first_and_handed_over_in_order() {
    let join: Build = Build::Sync(|needs| {
        let (a, b, c) =
            (needs.take::<Arc<String>>()?, needs.take::<Arc<String>>()?, needs.take::<Option<Arc<String>>>()?);
        Ok(Instance::new(Arc::new(format!("{a}{b}{c:?}"))))
    });
    let later = Build::Async(|_| {
        Box::pin(async {
            tokio::task::yield_now().await;
            Ok(Instance::new(Arc::new("b".to_owned())))
        })
    });
    let root = Module {
        name: "AppModule",
        providers: vec![
            made("Join", &[("A", false), ("B", false), ("Absent", true)], join, Hooks::NONE),
            made("B", &[], later, Hooks::NONE),
            made("A", &[], Build::Sync(|_| Ok(Instance::new(Arc::new("a".to_owned())))), Hooks::NONE),
        ],
        ..Module::default()
    };
    let container = build(root.leak()).await.unwrap();
    let instances: Vec<_> = ["Join", "A", "B"]
        .map(|name| {
            let join = oriole_core::Token::<String>::new().__named(name, name);
            container.get_token(join).unwrap().to_string()
        })
        .into();
    assert_eq!(instances, ["abNone", "a", "b"]);
    assert!(container.get::<u8>().is_none());
}

/// Each of two factories waits for the other to have begun: one after the other they would wait for ever.
///
/// Parity: APR.1.
#[tokio::test]
async fn factories_that_do_not_need_each_other_run_together() {
    static MEET: std::sync::LazyLock<tokio::sync::Barrier> = std::sync::LazyLock::new(|| tokio::sync::Barrier::new(2));
    let meet = Build::Async(|_| {
        Box::pin(async {
            MEET.wait().await;
            Ok(Instance::new(Arc::new("met".to_owned())))
        })
    });
    let after: Build = Build::Sync(|needs| {
        let (a, b) = (needs.take::<Arc<String>>()?, needs.take::<Arc<String>>()?);
        Ok(Instance::new(Arc::new(format!("{a} {b}"))))
    });
    let root = Module {
        name: "AppModule",
        providers: vec![
            made("After", &[("A", false), ("B", false)], after, Hooks::NONE),
            made("A", &[], meet, Hooks::NONE),
            made("B", &[], meet, Hooks::NONE),
        ],
        ..Module::default()
    };
    let container = build(root.leak()).await.unwrap();
    let after = oriole_core::Token::<String>::new().__named("After", "After");
    assert_eq!(*container.get_token(after).unwrap(), "met met");
}

/// Parity: APR.4, FST.8.
#[tokio::test]
async fn a_factory_that_fails_is_named() {
    let fail = Build::Sync(|_| Err("no route to host".into()));
    let root = Module { name: "DbModule", providers: vec![made("Db", &[], fail, Hooks::NONE)], ..Module::default() };
    let error = build(root.leak()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ORI010: the factory of `Db` in `DbModule` failed: no route to host\n  --> app.rs:3:1"
    );
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[tokio::test]
async fn no_factory_runs_in_a_graph_with_problems() {
    static RAN: Mutex<bool> = Mutex::new(false);
    let spy = Build::Sync(|_| {
        *RAN.lock().unwrap() = true;
        Ok(Instance::new(Arc::new(())))
    });
    let root = Module {
        name: "AppModule",
        providers: vec![made("Spy", &[], spy, Hooks::NONE), bind(provider("S", &[("Absent", false)]))],
        ..Module::default()
    };
    let error = build(root.leak()).await.unwrap_err();
    assert!(matches!(&error, BootError::Graph { problems } if problems.contains("ORI001")), "{error}");
    assert!(!*RAN.lock().unwrap());
}

#[tokio::test]
async fn a_hook_that_fails_at_the_start_is_named_and_ends_it() {
    let hooks =
        Hooks { on_module_init: Some(|_, _| Some(Box::pin(async { Err("cold cache".into()) }))), ..Hooks::NONE };
    let root = Module {
        name: "AppModule",
        providers: vec![made("Cache", &[], Build::Sync(|_| Ok(Instance::new(Arc::new(())))), hooks)],
        ..Module::default()
    };
    let container = build(root.leak()).await.unwrap();
    assert_eq!(
        container.init().await.unwrap_err().to_string(),
        "ORI011: `on_module_init` of `Cache` in `AppModule` failed: cold cache\n  --> app.rs:3:1"
    );
    container.bootstrap().await.unwrap();
}

#[tokio::test]
async fn a_hook_that_panics_at_the_end_leaves_the_others_to_run() {
    static RAN: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let unit = Build::Sync(|_| Ok(Instance::new(Arc::new(()))));
    let panics = Hooks { on_module_destroy: Some(|_, _| Some(Box::pin(async { panic!("torn") }))), ..Hooks::NONE };
    let runs = Hooks {
        on_module_destroy: Some(|_, _| {
            RAN.lock().unwrap().push("inner");
            Some(Box::pin(async { Ok(()) }))
        }),
        ..Hooks::NONE
    };
    let inner =
        Module { name: "InnerModule", providers: vec![made("Runs", &[], unit, runs)], ..Module::default() }.leak();
    let root = Module {
        name: "AppModule",
        imports: vec![inner],
        providers: vec![made("Panics", &[], unit, panics)],
        ..Module::default()
    };
    let container = build(root.leak()).await.unwrap();
    let error = container.module_destroy().await.unwrap_err().to_string();
    assert!(error.contains("`on_module_destroy` of `Panics` in `AppModule` failed: it panicked: torn"), "{error}");
    assert_eq!(*RAN.lock().unwrap(), ["inner"]);
}

/// Each hook has a limit of its own, and what is told names it.
#[tokio::test]
async fn a_hook_that_takes_too_long_is_named_and_left_behind() {
    static RAN: Mutex<Vec<&str>> = Mutex::new(Vec::new());
    let unit = Build::Sync(|_| Ok(Instance::new(Arc::new(()))));
    let hangs = Hooks {
        on_module_init: Some(|_, _| Some(Box::pin(std::future::pending()))),
        on_module_destroy: Some(|_, _| Some(Box::pin(std::future::pending()))),
        ..Hooks::NONE
    };
    let runs = Hooks {
        on_module_destroy: Some(|_, _| {
            RAN.lock().unwrap().push("inner");
            Some(Box::pin(async { Ok(()) }))
        }),
        ..Hooks::NONE
    };
    let inner =
        Module { name: "InnerModule", providers: vec![made("Runs", &[], unit, runs)], ..Module::default() }.leak();
    let root = Module {
        name: "AppModule",
        imports: vec![inner],
        providers: vec![made("Hangs", &[], unit, hangs)],
        ..Module::default()
    };
    let container = build(root.leak()).await.unwrap();
    container.limit_hooks(HookLimit::new(|| Box::pin(std::future::ready(()))));
    assert_eq!(
        container.init().await.unwrap_err().to_string(),
        "ORI011: `on_module_init` of `Hangs` in `AppModule` failed: it was not done in time\n  --> app.rs:3:1"
    );
    container.module_destroy().await.expect("it is logged, and is no failure of what it belongs to");
    assert_eq!(*RAN.lock().unwrap(), ["inner"], "one that is done at once is in time");
}

//! Providers and tokens that a test replaces.

use crate::app::{AppModule, CatsModule, CatsRepo, CatsService, Fake, GREETING, PgCats};
use oriole::BoxError;
use oriole::prelude::*;
use oriole_testing::{Result, Test};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Parity: TST.2, TST.4, TST.5.
#[tokio::test]
async fn values_stand_for_traits_types_and_named_tokens() -> Result {
    let test = Test::module::<AppModule>()
        .override_provider::<dyn CatsRepo>()
        .use_value(Arc::new(Fake(vec!["Tom"])))
        .override_token(GREETING)
        .use_value(Arc::new("hi".to_owned()))
        .compile()
        .await?;
    assert_eq!(test.get::<CatsService>()?.all(), ["hi Tom"]);
    assert_eq!(*test.get_token(GREETING)?, "hi");
    // The trait alone was replaced.
    assert_eq!(test.get::<PgCats>()?.names(), ["from the database"]);

    let service = Arc::new(CatsService { repo: Arc::new(Fake(vec![])), greeting: Arc::new("".to_owned()) });
    let test = Test::module::<AppModule>().override_provider::<CatsService>().use_value(Arc::clone(&service));
    let test = test.compile().await?;
    assert!(Arc::ptr_eq(&test.get::<CatsService>()?, &service));
    let app = test.create_application().init().await?;
    app.get("/cats").await?.assert_json(json!([]));
    app.close().await
}

/// Parity: TST.4.
#[tokio::test]
async fn factories_are_run_when_the_test_is_compiled_and_may_fail() -> Result {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let factory = move || {
        counted.fetch_add(1, Ordering::Relaxed);
        async {
            let fake: Arc<dyn CatsRepo> = Arc::new(Fake(vec!["Kitty"]));
            Ok(fake)
        }
    };
    let test = Test::module::<AppModule>().override_provider::<dyn CatsRepo>().use_factory(factory);
    assert_eq!(calls.load(Ordering::Relaxed), 0, "not when it is named");
    let test = test.compile().await?;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(test.get::<CatsService>()?.all(), ["hello Kitty"]);

    let test = Test::module::<AppModule>().override_provider::<dyn CatsRepo>();
    let at = format!("{}:{}:", file!(), line!() - 1);
    let error = test.use_factory(|| async { Err(BoxError::from("no cats today")) }).compile().await.unwrap_err();
    let said = error.to_string();
    assert!(said.starts_with("ORI010: the factory of `dyn CatsRepo` in the test failed: no cats today"), "{said}");
    assert!(said.contains(&at), "{said}");
    Ok(())
}

#[token]
struct Count(usize);

#[provider]
fn counted(greeting: Arc<CatsGreeting>) -> Arc<dyn CatsRepo> {
    Arc::new(Fake(vec![greeting.0]))
}

#[token]
struct CatsGreeting(&'static str);

#[injectable]
struct Reader {
    repo: Arc<dyn CatsRepo>,
}

#[module(root, providers = [Reader, PgCats as dyn CatsRepo, CatsGreeting = CatsGreeting("needed")])]
struct ReaderModule;

/// A class, or a function with needs, is built in the module of what it replaces.
///
/// Parity: TST.4.
#[tokio::test]
async fn classes_have_needs_of_the_module() -> Result {
    let test = Test::module::<ReaderModule>().override_provider::<dyn CatsRepo>().use_class::<counted>();
    assert_eq!(test.compile().await?.get::<Reader>()?.repo.names(), ["needed"]);
    Ok(())
}

#[injectable]
struct Store {
    #[inject(default)]
    names: Vec<&'static str>,
}

impl CatsRepo for Store {
    fn names(&self) -> Vec<String> {
        self.names.iter().map(|name| (*name).to_owned()).collect()
    }
}

#[provider]
fn filled() -> Store {
    Store { names: vec!["one", "two"] }
}

#[module(root, providers = [Store, Store as dyn CatsRepo, Reader])]
struct StoreModule;

/// What shares the instance of a type is replaced with it.
#[tokio::test]
async fn what_shares_an_instance_follows() -> Result {
    let test = Test::module::<StoreModule>().override_provider::<Store>().use_class::<filled>().compile().await?;
    assert_eq!(test.get::<Reader>()?.repo.names(), ["one", "two"]);
    assert_eq!(test.get::<Store>()?.names, ["one", "two"]);

    let store = Arc::new(Store { names: vec!["three"] });
    let test = Test::module::<StoreModule>().override_provider::<Store>().use_value(store).compile().await?;
    assert_eq!(test.get::<Reader>()?.repo.names(), ["three"]);
    Ok(())
}

#[token]
const LEFT: Token<u8> = Token::new();
#[token]
const RIGHT: Token<u8> = Token::new();

#[injectable]
struct Sides {
    #[inject(LEFT)]
    left: Arc<u8>,
    #[inject(RIGHT)]
    right: Arc<u8>,
    bare: Arc<u8>,
}

#[module(root, providers = [Sides, LEFT = 1, RIGHT = 2, u8 = 3])]
struct SidesModule;

/// Tokens of one type are told apart, also where each is replaced.
#[tokio::test]
async fn tokens_of_one_type_are_told_apart() -> Result {
    let sides = |test: &oriole_testing::TestingModule| -> Result<[u8; 3]> {
        let sides = test.get::<Sides>()?;
        Ok([*sides.left, *sides.right, *sides.bare])
    };
    let test = || Test::module::<SidesModule>().override_token(RIGHT).use_value(Arc::new(20));
    assert_eq!(sides(&test().compile().await?)?, [1, 20, 3]);
    let test = || test().override_token(LEFT).use_value(Arc::new(10));
    assert_eq!(sides(&test().compile().await?)?, [10, 20, 3]);
    let test = test().override_provider::<u8>().use_value(Arc::new(30));
    assert_eq!(sides(&test.compile().await?)?, [10, 20, 30]);
    Ok(())
}

/// Of two for one thing the later counts.
#[tokio::test]
async fn the_last_override_counts() -> Result {
    let test = Test::module::<AppModule>()
        .override_provider::<dyn CatsRepo>()
        .use_value(Arc::new(Fake(vec!["first"])))
        .override_provider::<dyn CatsRepo>()
        .use_value(Arc::new(Fake(vec!["second"])));
    assert_eq!(test.compile().await?.get::<CatsService>()?.all(), ["hello second"]);

    let third = || async {
        let third: Arc<dyn CatsRepo> = Arc::new(Fake(vec!["third"]));
        Ok(third)
    };
    let test = Test::module::<AppModule>()
        .override_provider::<dyn CatsRepo>()
        .use_factory(third)
        .override_provider::<dyn CatsRepo>()
        .use_value(Arc::new(Fake(vec!["fourth"])));
    assert_eq!(test.compile().await?.get::<CatsService>()?.all(), ["hello fourth"], "also after a factory");
    Ok(())
}

/// An override of nothing is an error that names its place, in the words of the check.
#[tokio::test]
async fn what_replaces_nothing_is_told() {
    let test = Test::module::<AppModule>().override_provider::<Count>();
    let line = line!() - 1;
    let error = test.use_value(Arc::new(Count(1))).compile().await.unwrap_err().to_string();
    let expected = format!(
        "`AppModule` cannot be wired: 1 problem\n\n\
         ORI015: the test overrides the provider `Count`, which no module of `AppModule` provides.\n  \
         --> {}:{line}:44\n  \
         help: override the token under which it is provided: a trait, a type or a named constant.",
        file!(),
    );
    assert!(error.starts_with(&expected), "{error}");
    assert_eq!(Count(1).0, 1);
}

#[token]
struct Values(u8);

#[provider]
fn values() -> Values {
    Values(1)
}

/// What a dynamic import supplies is replaced as well.
#[tokio::test]
async fn values_of_dynamic_modules_are_replaced() -> Result {
    #[module(dynamic = [Values], exports = [Values])]
    struct Dynamic;

    impl Dynamic {
        fn with(value: u8) -> DynamicModule<Self> {
            DynamicModule::new().value(Values(value))
        }
    }

    #[module(root, imports = [Dynamic::with(7)])]
    struct Root;

    assert_eq!(Test::module::<Root>().compile().await?.get::<Values>()?.0, 7);
    let test = Test::module::<Root>().override_provider::<Values>().use_value(Arc::new(Values(8)));
    assert_eq!(test.compile().await?.get::<Values>()?.0, 8);
    let test = Test::module::<Root>().override_provider::<Values>().use_class::<values>();
    assert_eq!(test.compile().await?.get::<Values>()?.0, 1);
    Ok(())
}

/// Tests may look at a module of the application alone.
#[tokio::test]
async fn a_module_is_tested_alone() -> Result {
    let test = Test::module::<CatsModule>().compile().await?;
    assert_eq!(test.get::<CatsService>()?.all(), ["hello from the database"]);
    Ok(())
}

//! Dynamic modules in applications that serve.

use http_tests::App;
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[token]
pub struct Greeting(pub String);

#[injectable]
pub struct Greeter {
    greeting: Arc<Greeting>,
    #[inject(default)]
    calls: AtomicU32,
}

impl Greeter {
    fn greet(&self) -> String {
        format!("{} {}", self.greeting.0, self.calls.fetch_add(1, Ordering::Relaxed))
    }
}

#[module(register = Greeting, providers = [Greeter], exports = [Greeter])]
pub struct GreetModule;

macro_rules! greeting {
    ($Controller:ident $Module:ident $path:literal $word:literal) => {
        #[injectable]
        pub struct $Controller {
            greeter: Arc<Greeter>,
        }

        #[controller($path)]
        impl $Controller {
            #[get]
            async fn greet(&self) -> String {
                self.greeter.greet()
            }
        }

        #[module(imports = [GreetModule::register(Greeting($word.to_owned()))], controllers = [$Controller])]
        pub struct $Module;
    };
}
greeting!(English EnglishModule "en" "hello");
greeting!(German GermanModule "de" "hallo");

#[injectable]
pub struct Words;

/// Options that have needs themselves.
#[provider]
async fn french(words: Arc<Words>) -> Greeting {
    let _ = words;
    tokio::task::yield_now().await;
    Greeting("salut".to_owned())
}

#[injectable]
pub struct French {
    greeter: Arc<Greeter>,
}

#[controller("fr")]
impl French {
    #[get]
    async fn greet(&self) -> String {
        self.greeter.greet()
    }
}

#[module(imports = [GreetModule::register_async::<french>().provider::<Words>()], controllers = [French])]
pub struct FrenchModule;

#[module(imports = [EnglishModule, GermanModule, FrenchModule])]
pub struct TwoModule;

/// Parity: DYN.4, MOD.14.
#[tokio::test]
async fn two_configurations_stand_side_by_side() {
    let app = App::serve::<TwoModule>().await;
    assert_eq!(app.get("/en").await.body, "hello 0");
    assert_eq!(app.get("/en").await.body, "hello 1");
    assert_eq!(app.get("/de").await.body, "hallo 0");
    assert_eq!(app.get("/fr").await.body, "salut 0");
    app.end().await;
}

#[injectable]
pub struct Extra {
    greeter: Arc<Greeter>,
}

#[controller("extra")]
impl Extra {
    #[get]
    async fn greet(&self) -> String {
        self.greeter.greet()
    }
}

fn with_extra() -> DynamicModule<GreetModule> {
    GreetModule::register(Greeting("extra".to_owned())).controller::<Extra>()
}

#[module(imports = [GreetModule = with_extra()])]
pub struct ExtraModule;

/// Parity: DYN.1, MOD.11.
#[tokio::test]
async fn a_call_may_add_controllers() {
    let app = App::serve::<ExtraModule>().await;
    assert_eq!(app.get("/extra").await.body, "extra 0");
    app.end().await;
}

#[injectable]
pub struct Settings;

#[provider]
fn from_settings(settings: Arc<Settings>) -> Greeting {
    let _ = settings;
    Greeting(String::new())
}

#[module(
    imports = [
        GreetModule::register_async::<from_settings>(),
        GreetModule = DynamicModule::new(),
        GreetModule::register(Greeting(String::new())).value(Greeting(String::new())),
        GreetModule = DynamicModule::new().value(Greeting(String::new())).export::<Settings>(),
    ],
)]
pub struct WrongModule;

/// What no compiler can see: all of it at once, in the compiler's words.
#[tokio::test]
async fn what_calls_get_wrong_the_start_says() {
    let error = Oriole::create::<WrongModule>().await.expect_err("it is wrong").to_string();
    let mut problems: Vec<_> = error.split("\n\n").filter(|part| part.starts_with("ORI")).collect();
    problems.sort_unstable();
    let beginnings = [
        "ORI001: `Greeting` in `GreetModule` needs `Settings`, which `GreetModule` neither provides nor imports.\n",
        "ORI003: `GreetModule` exports `it::dynamic::Settings`, which it does not provide.\n",
        "ORI009: `GreetModule` provides `Greeting` twice.\n",
        "ORI012: `Greeter` in `GreetModule` needs `Greeting`, which this import of `GreetModule` does not supply.\n",
    ];
    assert_eq!(problems.len(), beginnings.len(), "{error}");
    for (problem, beginning) in problems.iter().zip(beginnings) {
        assert!(problem.starts_with(beginning), "{problem}");
        assert!(problem.contains("\n  --> tests/http/tests/it/dynamic.rs:"), "{problem}");
    }
}

fn unreachable() -> Result<DynamicModule<GreetModule>, String> {
    Err("no route to the settings".to_owned())
}

#[module(imports = [GreetModule = unreachable()?])]
pub struct FailingModule;

/// Parity: MOD.10.
#[tokio::test]
async fn a_call_that_fails_is_named() {
    let error = Oriole::create::<FailingModule>().await.expect_err("it fails").to_string();
    let (text, place) = error.split_once("\n  --> ").expect("two lines");
    assert_eq!(text, "ORI010: the import of `GreetModule` in `FailingModule` failed: no route to the settings");
    assert!(place.starts_with("tests/http/tests/it/dynamic.rs:"), "{place}");
}

/// Two applications of one module share nothing, what a call made included.
#[tokio::test]
async fn each_application_makes_its_own_calls() {
    let (one, other) = (App::serve::<TwoModule>().await, App::serve::<TwoModule>().await);
    assert_eq!(one.get("/en").await.body, "hello 0");
    assert_eq!(other.get("/en").await.body, "hello 0");
    one.end().await;
    other.end().await;
}

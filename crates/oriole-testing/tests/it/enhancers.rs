//! Guards, interceptors, pipes and filters that a test replaces.

use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};
use oriole_testing::{Result, Test, TestApp, TestBuilder};
use std::any::Any;
use std::sync::Arc;

macro_rules! guards {
    ($($name:ident $lets:expr;)*) => {$(
        #[injectable]
        struct $name;
        impl Guard for $name {
            async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
                Ok($lets)
            }
        }
    )*};
}
guards! {
    Nobody false;
    NobodyAtAll false;
    Everybody true;
}

#[injectable]
struct Loud;
struct Quiet;

macro_rules! interceptors {
    ($($name:ident $mark:literal;)*) => {$(
        impl Interceptor for $name {
            async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
                let reply = next.run(ctx).await?;
                Ok(Reply::json(&format!("{}{}", reply.value().unwrap_or_default().as_str().unwrap_or_default(), $mark)))
            }
        }
    )*};
}
interceptors! {
    Loud "!";
    Quiet ".";
}

#[injectable]
struct Upper;
struct Lower;

impl Pipe for Upper {
    async fn transform(&self, value: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        if let Some(Path(text)) = value.downcast_mut::<Path<String>>() {
            *text = text.to_uppercase();
        }
        Ok(())
    }
}

impl Pipe for Lower {
    async fn transform(&self, value: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        if let Some(Path(text)) = value.downcast_mut::<Path<String>>() {
            *text = text.to_lowercase();
        }
        Ok(())
    }
}

#[injectable]
struct Sorry;
#[injectable]
struct Excused;

macro_rules! filters {
    ($($name:ident $says:literal;)*) => {$(
        impl ExceptionFilter for $name {
            async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
                Ok(Reply::json(&format!("{} {}", $says, exception.message())))
            }
        }
    )*};
}
filters! {
    Sorry "sorry:";
    Excused "excuse me:";
}

#[injectable]
struct Words;

#[controller]
#[use_guards(Everybody)]
#[use_interceptors(Loud)]
impl Words {
    #[get("say/{word}")]
    #[use_pipes(Upper)]
    async fn say(&self, Path(word): Path<String>) -> Json<String> {
        Json(word)
    }

    #[get("closed")]
    #[use_guards(Nobody)]
    #[use_filters(Sorry)]
    async fn closed(&self) -> Json<&'static str> {
        Json("open")
    }
}

#[module(root, controllers = [Words])]
struct WordsModule;

async fn app(test: TestBuilder) -> Result<TestApp> {
    test.compile().await?.create_application().init().await
}

async fn seen(test: TestBuilder, target: &str) -> Result<String> {
    Ok(app(test).await?.get(target).await?.text().to_owned())
}

/// Parity: TST.4.
#[tokio::test]
async fn each_kind_by_value_factory_and_class() -> Result {
    let test = Test::module::<WordsModule>;
    assert_eq!(seen(test(), "/say/Word").await?, "\"WORD!\"");
    assert_eq!(seen(test(), "/closed").await?, "\"sorry: Forbidden resource\"");

    assert_eq!(seen(test().override_guard::<Nobody>().use_value(Everybody), "/closed").await?, "\"open!\"");
    let made = test().override_guard::<Nobody>().use_factory(|| async { Ok(Everybody) });
    assert_eq!(seen(made, "/closed").await?, "\"open!\"");
    assert_eq!(seen(test().override_guard::<Nobody>().use_class::<Everybody>(), "/closed").await?, "\"open!\"");

    assert_eq!(seen(test().override_interceptor::<Loud>().use_value(Quiet), "/say/Word").await?, "\"WORD.\"");
    assert_eq!(seen(test().override_pipe::<Upper>().use_value(Lower), "/say/Word").await?, "\"word!\"");
    let excused = test().override_filter::<Sorry>().use_class::<Excused>();
    assert_eq!(seen(excused, "/closed").await?, "\"excuse me: Forbidden resource\"");
    // As a provider as well: then it is one of the same type.
    let same = test().override_provider::<Sorry>().use_value(Arc::new(Sorry));
    assert_eq!(seen(same, "/closed").await?, "\"sorry: Forbidden resource\"");
    Ok(())
}

#[module(root, controllers = [Words], providers = [NobodyAtAll as APP_GUARD, Sorry as APP_FILTER])]
struct ByTokenModule;

#[module(root, controllers = [Words], providers = [NobodyAtAll, NobodyAtAll as APP_GUARD, Sorry as APP_FILTER])]
struct ByAliasModule;

/// What is registered for the whole application is replaced by its type, listed alone or beside an ordinary provider.
///
/// Parity: TST.12.
#[tokio::test]
async fn those_of_the_application_are_replaced() -> Result {
    for test in [Test::module::<ByTokenModule>, Test::module::<ByAliasModule>] {
        app(test()).await?.get("/say/word").await?.assert_text("\"sorry: Forbidden resource\"");
        let open = test().override_guard::<NobodyAtAll>().use_value(Everybody);
        app(open).await?.get("/say/word").await?.assert_text("\"WORD!\"");
        let open = test().override_guard::<NobodyAtAll>().use_class::<Everybody>();
        app(open).await?.get("/say/word").await?.assert_text("\"WORD!\"");
        let excused = test().override_filter::<Sorry>().use_value(Excused);
        app(excused).await?.get("/say/word").await?.assert_text("\"excuse me: Forbidden resource\"");
    }
    Ok(())
}

#[tokio::test]
async fn one_that_is_named_nowhere_is_told() {
    let line = line!() + 1;
    let test = Test::module::<WordsModule>().override_guard::<NobodyAtAll>().use_value(Everybody);
    let error = test.compile().await.unwrap_err().to_string();
    let expected =
        "ORI015: the test overrides the guard `NobodyAtAll`, which nothing in `WordsModule` names by its type.";
    assert!(error.contains(expected), "{error}");
    assert!(error.contains(&format!("--> {}:{line}:", file!())), "{error}");
}

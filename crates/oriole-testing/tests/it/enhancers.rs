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
#[injectable]
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
#[injectable]
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

#[injectable]
struct Doors;

#[controller("doors")]
impl Doors {
    #[get("one")]
    #[use_guards(Nobody)]
    async fn one(&self) -> &'static str {
        "one"
    }

    #[get("other")]
    #[use_guards(NobodyAtAll)]
    async fn other(&self) -> &'static str {
        "other"
    }
}

#[module(root, controllers = [Doors])]
struct DoorsModule;

/// Lets those pass who say a word.
struct Word(&'static str);

impl Guard for Word {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(ctx.http().uri.query() == Some(self.0))
    }
}

/// Two guards of one controller, each with a value of its own.
#[tokio::test]
async fn values_of_one_kind_are_told_apart() -> Result {
    let test = Test::module::<DoorsModule>().override_guard::<Nobody>().use_value(Word("a"));
    let app = app(test.override_guard::<NobodyAtAll>().use_value(Word("b"))).await?;
    for (target, status) in
        [("/doors/one?a", 200), ("/doors/one?b", 403), ("/doors/other?a", 403), ("/doors/other?b", 200)]
    {
        assert_eq!(app.get(target).await?.status(), status, "{target}");
    }
    app.close().await
}

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

    for quiet in [
        test().override_interceptor::<Loud>().use_value(Quiet),
        test().override_interceptor::<Loud>().use_factory(|| async { Ok(Quiet) }),
        test().override_interceptor::<Loud>().use_class::<Quiet>(),
    ] {
        assert_eq!(seen(quiet, "/say/Word").await?, "\"WORD.\"");
    }
    for lower in [
        test().override_pipe::<Upper>().use_value(Lower),
        test().override_pipe::<Upper>().use_factory(|| async { Ok(Lower) }),
        test().override_pipe::<Upper>().use_class::<Lower>(),
    ] {
        assert_eq!(seen(lower, "/say/Word").await?, "\"word!\"");
    }
    for excused in [
        test().override_filter::<Sorry>().use_value(Excused),
        test().override_filter::<Sorry>().use_factory(|| async { Ok(Excused) }),
        test().override_filter::<Sorry>().use_class::<Excused>(),
    ] {
        assert_eq!(seen(excused, "/closed").await?, "\"excuse me: Forbidden resource\"");
    }
    // As a provider as well: then it is one of the same type.
    let same = test().override_provider::<Sorry>().use_value(Arc::new(Sorry));
    assert_eq!(seen(same, "/closed").await?, "\"sorry: Forbidden resource\"");
    Ok(())
}

/// Lets the first request pass whose instance it is.
#[injectable(request)]
struct Once {
    #[inject(default)]
    asked: std::sync::atomic::AtomicBool,
}

impl Guard for Once {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(!self.asked.swap(true, std::sync::atomic::Ordering::Relaxed))
    }
}

/// What takes the place of a guard may live for a request, and a value in the place of what lives for a request lives longer.
#[tokio::test]
async fn lives_are_those_of_what_stands_there() -> Result {
    let app = app(Test::module::<WordsModule>().override_guard::<Nobody>().use_class::<Once>()).await?;
    app.get("/closed").await?.assert_text("\"open!\"");
    app.get("/closed").await?.assert_text("\"open!\"");

    #[module(root, providers = [Once])]
    struct OnceModule;

    let one = Arc::new(Once { asked: false.into() });
    let test = Test::module::<OnceModule>().override_provider::<Once>().use_value(Arc::clone(&one)).compile().await?;
    assert!(Arc::ptr_eq(&test.get::<Once>()?, &one));
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

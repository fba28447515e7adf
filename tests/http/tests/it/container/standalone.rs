//! Applications without a server.

use http_tests::Recorder;
use oriole::ApplicationContext;
use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Log {
    #[inject(default)]
    lines: Recorder,
}

#[module(global, providers = [Log], exports = [Log])]
pub struct LogModule;

#[token]
pub const SHELF: Token<String> = Token::new();

#[injectable]
pub struct Refuse;

impl oriole::Guard for Refuse {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(false)
    }
}

#[injectable]
pub struct Books {
    log: Arc<Log>,
    #[inject(SHELF)]
    shelf: Arc<String>,
}

#[injectable]
pub struct Desk {
    log: Arc<Log>,
}

#[controller("desk")]
#[use_guards(Refuse)]
impl Desk {
    #[get]
    async fn ask(&self) -> &'static str {
        self.log.lines.record("asked");
        "who are you?"
    }
}

impl OnApplicationBootstrap for Books {
    async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
        self.log.lines.record("bootstrap");
        Ok(())
    }
}

impl OnModuleDestroy for Books {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.log.lines.record("destroy");
        Ok(())
    }
}

impl OnApplicationShutdown for Books {
    async fn on_application_shutdown(&self, signal: Option<Signal>) -> Result<(), BoxError> {
        assert!(signal.is_none());
        self.log.lines.record("shutdown");
        Ok(())
    }
}

#[module(dynamic = [SHELF], providers = [Books])]
pub struct BooksModule;

impl BooksModule {
    fn at(shelf: &str) -> DynamicModule<Self> {
        DynamicModule::new().token(SHELF, shelf.to_owned())
    }
}

#[module(imports = [BooksModule::at("upper")])]
pub struct UpperModule;

#[module(imports = [BooksModule::at("lower")])]
pub struct LowerModule;

#[module(imports = [LogModule, UpperModule, LowerModule], controllers = [Desk], providers = [Refuse as APP_GUARD])]
pub struct LibraryModule;

/// Parity: PLT.4, STA.1, STA.2, STA.3, STA.4, STA.5.
#[tokio::test]
async fn a_context_has_everything_but_a_listener() {
    let app = ApplicationContext::create::<LibraryModule>().await.expect("it is sound");
    let log = app.get::<Log>().expect("provided");
    assert_eq!(log.lines.lines(), ["bootstrap", "bootstrap"]);
    assert!(app.get_token(SHELF).is_some());

    let root = app.module_ref();
    assert!(root.get::<Books>().is_err(), "a deeper module is reached step by step");
    assert!(root.select::<BooksModule>().is_err());
    let shelf = |module: oriole::ModuleRef| module.select::<BooksModule>().and_then(|module| module.get::<Books>());
    let upper = shelf(root.select::<UpperModule>().expect("imported")).expect("provided");
    let lower = shelf(root.select::<LowerModule>().expect("imported")).expect("provided");
    assert_eq!((upper.shelf.as_str(), lower.shelf.as_str()), ("upper", "lower"));
    assert_eq!(root.get::<Desk>().expect("provided").ask().await, "who are you?", "no guard is asked");

    app.close().await.expect("no hook fails");
    assert_eq!(log.lines.lines()[2..], ["asked", "destroy", "destroy", "shutdown", "shutdown"]);
}

//! Modules that are loaded when they are asked for.

use http_tests::App;
use oriole::prelude::*;
use oriole::{BootError, LazyModules};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[injectable]
pub struct Count {
    #[inject(default)]
    built: AtomicU32,
    #[inject(default)]
    hooked: AtomicU32,
    #[inject(default)]
    fails: AtomicU32,
}

#[module(global, providers = [Count], exports = [Count])]
pub struct CountModule;

pub struct Dear {
    number: u32,
}

#[provider]
async fn dear(count: Arc<Count>) -> Result<Dear, String> {
    tokio::task::yield_now().await;
    if count.fails.load(Ordering::Relaxed) > 0 {
        count.fails.fetch_sub(1, Ordering::Relaxed);
        return Err("not yet".to_owned());
    }
    Ok(Dear { number: count.built.fetch_add(1, Ordering::Relaxed) })
}

#[module(providers = [dear], exports = [dear])]
pub struct DearModule;

#[injectable]
pub struct Reports {
    dear: Arc<Dear>,
    count: Arc<Count>,
}

impl OnModuleInit for Reports {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.count.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl OnApplicationShutdown for Reports {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.count.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[injectable]
pub struct Hidden;

#[controller("hidden")]
impl Hidden {
    #[get]
    async fn get(&self) {}
}

/// Would keep everybody out, if it stood around anything.
#[injectable]
pub struct Closed;

impl oriole::Guard for Closed {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(false)
    }
}

#[module(imports = [DearModule], providers = [Reports, Closed as APP_GUARD], controllers = [Hidden])]
pub struct ReportsModule;

/// Shares `DearModule` with the other.
#[injectable]
pub struct Audit {
    dear: Arc<Dear>,
}

#[module(global, imports = [DearModule], providers = [Audit], exports = [Audit])]
pub struct AuditModule;

#[injectable]
pub struct Desk {
    modules: LazyModules,
    count: Arc<Count>,
}

#[controller("desk")]
impl Desk {
    #[get]
    async fn report(&self) -> String {
        let module = self.modules.load::<ReportsModule>().await.expect("it is sound");
        let reports = module.get::<Reports>().expect("provided");
        let hooked = self.count.hooked.load(Ordering::Relaxed);
        format!("{} {} {hooked}", reports.dear.number, self.count.built.load(Ordering::Relaxed))
    }
}

#[module(imports = [CountModule], controllers = [Desk])]
pub struct DeskModule;

/// Parity: LZY.1, LZY.2, LZY.3, LZY.5, LZY.6, LZY.7, LZY.8, LCE.16.
#[tokio::test]
async fn a_module_is_loaded_once_and_when_it_is_asked_for() {
    let mut count = None;
    let app = App::serve_with::<DeskModule>(|app| {
        count = app.get::<Count>();
        app
    })
    .await;
    let all = futures_util::future::join_all((0..5).map(|_| app.get("/desk"))).await;
    assert_eq!(all.iter().map(|response| &*response.body).collect::<Vec<_>>(), ["0 1 0"; 5]);
    let again = app.get("/desk").await;
    assert_eq!((again.status, &*again.body), (200, "0 1 0"), "its guard of all is nobody's");
    assert_eq!(app.get("/hidden").await.status, 404);
    app.end().await;
    assert_eq!(count.expect("its module is imported").hooked.load(Ordering::Relaxed), 0, "nor at the end");
}

/// Places without folder, line and column, which change with every line that is added above.
fn without_places(text: &str) -> String {
    let mut parts = text.split("tests/http/tests/it/container/lazy_modules.rs");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += "lazy_modules.rs";
        out += part.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit());
    }
    out
}

/// Parity: LZY.4, LZY.6.
#[tokio::test]
async fn loaded_modules_share_one_graph() {
    let app = Oriole::create::<DeskModule>().await.expect("it is sound");
    let modules = app.lazy_modules();
    let reports = modules.load::<ReportsModule>().await.expect("it is sound");
    let audit = modules.load::<AuditModule>().await.expect("it is sound");
    let dear = reports.get::<Reports>().expect("provided").dear.clone();
    assert!(Arc::ptr_eq(&dear, &audit.get::<Audit>().expect("provided").dear));
    assert!(Arc::ptr_eq(&reports.everywhere().get::<Count>().expect("provided"), &app.get().expect("provided")));
    // One that is there already is given as it is.
    let count = modules.load::<CountModule>().await.expect("it is sound");
    assert!(Arc::ptr_eq(&count.get::<Count>().expect("provided"), &app.get().expect("provided")));
    // The global word of a module that is loaded has no meaning.
    let error = modules.load::<WantsAuditModule>().await.expect_err("nobody exports it to this one");
    assert_eq!(
        without_places(&error.to_string()),
        "`WantsAuditModule` cannot be wired: 1 problem\n\n\
         ORI001: `WantsAudit` in `WantsAuditModule` needs `Audit`, which `AuditModule` exports, but `WantsAuditModule` \
         neither provides nor imports.\n  --> lazy_modules.rs (`audit`)\n  \
         help: add `AuditModule` to the `imports` of `WantsAuditModule` (lazy_modules.rs).\n\n\
         Each code has a page in `oriole::errors`.",
    );
    // What was loaded is found by the application as well.
    assert!(Arc::ptr_eq(&app.get::<Reports>().expect("loaded").dear, &dear));
}

#[injectable]
pub struct Private;

#[module(providers = [Private], exports = [Private])]
pub struct PrivateModule;

#[module(imports = [CountModule, PrivateModule])]
pub struct HostModule;

/// Says that a module is global which the application has already, and for which it is not.
#[module(imports = [global PrivateModule])]
pub struct MeddlingModule;

#[injectable]
pub struct WantsPrivate {
    #[allow(dead_code, reason = "its module cannot be loaded")]
    private: Arc<Private>,
}

#[module(providers = [WantsPrivate])]
pub struct WantsPrivateModule;

/// Parity: LZY.6.
#[tokio::test]
async fn a_module_that_is_loaded_makes_no_other_global() {
    let app = Oriole::create::<HostModule>().await.expect("it is sound");
    let modules = app.lazy_modules();
    assert!(modules.load::<WantsPrivateModule>().await.is_err());
    modules.load::<MeddlingModule>().await.expect("it is sound");
    let error = modules.load::<WantsPrivateModule>().await.expect_err("nothing has changed for it");
    assert!(error.to_string().contains("ORI001: `WantsPrivate` in `WantsPrivateModule` needs `Private`"), "{error}");
}

#[injectable]
pub struct WantsAudit {
    audit: Arc<Audit>,
}

#[module(providers = [WantsAudit])]
pub struct WantsAuditModule;

/// Counts as used, though it is never built.
impl WantsAudit {
    #[allow(dead_code, reason = "its module cannot be loaded")]
    fn number(&self) -> u32 {
        self.audit.dear.number
    }
}

#[tokio::test]
async fn a_load_that_fails_is_tried_anew() {
    let app = Oriole::create::<DeskModule>().await.expect("it is sound");
    app.get::<Count>().expect("provided").fails.store(1, Ordering::Relaxed);
    let modules = app.lazy_modules();
    let error = modules.load::<ReportsModule>().await.expect_err("the factory fails");
    assert!(matches!(error, BootError::Factory { provider: "Dear", .. }), "{error}");
    assert!(modules.load::<ReportsModule>().await.is_ok());
    drop(app);
    assert!(modules.load::<ReportsModule>().await.is_err(), "the application is gone");
}

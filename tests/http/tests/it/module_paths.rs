//! `RRM`: paths that modules are given.

use http_tests::App;
use oriole::prelude::*;
use oriole::{GlobalPrefix, Versioning};

macro_rules! area {
    ($controller:ident $module:ident $name:literal $($imports:ident)*) => {
        #[injectable]
        pub struct $controller;

        #[controller("users", version = "1")]
        impl $controller {
            #[get("{id}")]
            fn one(&self, Path(_id): Path<u32>) -> &'static str {
                $name
            }

            #[sse("events")]
            fn events(&self) -> impl Stream<Item = MessageEvent> {
                futures_util::stream::iter([MessageEvent::new($name)])
            }
        }

        #[module(imports = [$($imports),*], controllers = [$controller])]
        pub struct $module;
    };
}
area!(AdminUsers AdminModule "admin" DashboardModule);
area!(DashboardUsers DashboardModule "dashboard");
area!(MetricsUsers MetricsModule "metrics");
area!(AuditUsers AuditModule "audit");
area!(RootUsers AppUsersModule "app");

/// Below the module above it without a path of its own.
#[injectable]
pub struct Beside;

#[controller("beside")]
impl Beside {
    #[get]
    fn root(&self) -> &'static str {
        "beside"
    }
}

#[module(controllers = [Beside])]
pub struct BesideModule;

#[module(
    imports = [AdminModule, MetricsModule, AuditModule, AppUsersModule, BesideModule],
    paths = [
        "/admin/" = AdminModule {
            "dashboard" = DashboardModule { "metrics" = MetricsModule },
            BesideModule,
        },
        "{tenant}" = { "audit" = AuditModule },
    ],
)]
pub struct AppModule;

/// The tree is that of the paths; imports play no part in it.
///
/// Parity: RRM.1, RRM.2, RRM.4.
#[tokio::test]
async fn modules_have_paths() {
    let prefix = GlobalPrefix::new("api").exclude("admin/beside");
    let app = App::serve_with::<AppModule>(|app| app.versioning(Versioning::uri()).global_prefix(prefix)).await;
    for (target, expected) in [
        ("/api/v1/admin/users/7", "admin"),
        ("/api/v1/admin/dashboard/users/7", "dashboard"),
        ("/api/v1/admin/dashboard/metrics/users/7", "metrics"),
        ("/api/v1/users/7", "app"),
        ("/admin/beside", "beside"),
        ("/api/v1/admin/dashboard/users/events", "data: dashboard\n\n"),
    ] {
        let answer = app.get(target).await;
        assert_eq!((answer.status, &*answer.body), (200, expected), "{target}");
    }
    for target in ["/api/v1/dashboard/users/7", "/admin/users/7", "/beside"] {
        assert_eq!(app.get(target).await.status, 404, "{target}");
    }
    // The parameter before it and the route's own: `Path<u32>` has one too many.
    assert_eq!(app.get("/api/v1/acme/audit/users/7").await.status, 500);
    app.end().await;
}

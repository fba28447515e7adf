//! Hooks are found on structs, on what functions make, on controllers and on modules.

use oriole::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering};

static RUN: AtomicU32 = AtomicU32::new(0);

macro_rules! hook {
    ($name:ident) => {
        impl OnModuleInit for $name {
            async fn on_module_init(&self) -> Result<(), BoxError> {
                RUN.fetch_add(1, Ordering::Relaxed);
                Ok(())
            }
        }
        impl OnApplicationBootstrap for $name {
            async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
                RUN.fetch_add(100, Ordering::Relaxed);
                Ok(())
            }
        }
    };
}

#[injectable]
struct Service;
hook!(Service);

struct Made;
hook!(Made);

#[provider]
fn make() -> Result<Made, String> {
    Ok(Made)
}

#[injectable]
struct Controller;
hook!(Controller);

#[controller]
impl Controller {}

#[module(controllers = [Controller], providers = [Service, make])]
struct AppModule;
hook!(AppModule);

#[oriole::main]
async fn main() -> oriole::Result<()> {
    Oriole::create::<AppModule>().await?.into_service().await?;
    assert_eq!(RUN.load(Ordering::Relaxed), 404);
    Ok(())
}

// Parity: LCE.5.

//! The module that provides the bus, written as the macros would write it.

use crate::bus::{Call, Wanted};
use crate::listener::{Heard, Listener};
use crate::{EventBus, EventsOptions, Subscription};
use oriole_core::generated::{self, dynamic, own};
use oriole_core::lifecycle::HookProbe;
use oriole_core::token::Known;
use oriole_core::{
    BeforeApplicationShutdown, Binding, BoxError, Build, Discovered, Discovery, DynamicModule, Export, Hooks,
    Injectable, InjectionToken, Instance, Key, Location, Module, ModuleDescriptor, OnApplicationShutdown, OnModuleInit,
    OptionsSource, ProviderDescriptor, Signal, TokenDescriptor,
};
use std::sync::Arc;

/// Provides the [`EventBus`], and has `#[on_event(..)]` methods of all providers and controllers listen (`EVT.1`).
///
/// It is global: the root module imports it once, with options or without. Listeners are there before `on_module_init` of any
/// module that is not global; those of a module that is loaded later, before `load` gives it. When the application ends, events that were
/// emitted are worked off within [`drain_timeout`](EventsOptions::drain_timeout), once while it still serves, and once more at
/// the very end.
///
/// # Examples
///
/// ```
/// use oriole::events::{AnyEvent, Event, EventBus, EventsModule, EventsOptions};
/// use oriole::prelude::*;
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU32, Ordering};
///
/// pub struct OrderCreated {
///     pub id: u32,
/// }
///
/// impl Event for OrderCreated {
///     const NAME: &'static str = "order.created";
/// }
///
/// #[injectable]
/// pub struct OrderLog {
///     #[inject(default)]
///     last: AtomicU32,
///     #[inject(default)]
///     all: AtomicU32,
/// }
///
/// #[listeners]
/// impl OrderLog {
///     #[on_event]
///     async fn created(&self, order: &OrderCreated) -> Result<(), BoxError> {
///         self.last.store(order.id, Ordering::Relaxed);
///         Ok(())
///     }
///
///     #[on_event("order.*")]
///     fn any(&self, event: AnyEvent) {
///         assert_eq!(event.name(), "order.created");
///         self.all.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// #[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true))], providers = [OrderLog])]
/// pub struct AppModule;
///
/// # #[oriole::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = oriole::ApplicationContext::create::<AppModule>().await?;
/// let (events, log) = (app.get::<EventBus>().expect("provided"), app.get::<OrderLog>().expect("provided"));
/// assert_eq!(events.emit_async(OrderCreated { id: 7 }).await?, 2);
/// assert_eq!((log.last.load(Ordering::Relaxed), log.all.load(Ordering::Relaxed)), (7, 1));
/// app.close().await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct EventsModule {
    bus: Arc<EventBus>,
    discovery: Discovery,
}

const MODULE: Key = Key::of(concat!(module_path!(), "::EventsModule"));
const BUS: Key = Key::of(concat!(module_path!(), "::EventBus"));
const AT: Location = Location { file: file!(), line: line!(), column: column!() };
const TOKEN: TokenDescriptor = TokenDescriptor::of::<EventBus>(Some(BUS), "EventBus");
const OPTIONS: TokenDescriptor = TokenDescriptor::of::<EventsOptions>(Some(EventsOptions::KEY), "EventsOptions");

static PROVIDER: ProviderDescriptor = ProviderDescriptor {
    needs: &[generated::need::<Option<Arc<EventsOptions>>>(
        Some(Known::of::<EventsOptions>()),
        "EventsOptions",
        "options",
        AT,
    )],
    ..ProviderDescriptor::new(
        TOKEN,
        Build::Sync(|needs| {
            let options: Option<Arc<EventsOptions>> = needs.take()?;
            Ok(Instance::new(Arc::new(EventBus::new(options.as_deref().cloned().unwrap_or_default()))))
        }),
        AT,
    )
};

static OWN: ProviderDescriptor = ProviderDescriptor {
    needs: &[
        generated::need::<Arc<EventBus>>(Some(Known::of::<EventBus>()), "EventBus", "bus", AT),
        generated::need::<Discovery>(None, "Discovery", "discovery", AT),
    ],
    hooks: Hooks {
        on_module_init: HookProbe::<EventsModule>::ON_MODULE_INIT,
        before_application_shutdown: HookProbe::<EventsModule>::BEFORE_APPLICATION_SHUTDOWN,
        on_application_shutdown: HookProbe::<EventsModule>::ON_APPLICATION_SHUTDOWN,
        ..Hooks::NONE
    },
    ..ProviderDescriptor::new(
        TokenDescriptor::of::<EventsModule>(Some(MODULE), "EventsModule"),
        Build::Sync(|needs| Ok(own(EventsModule { bus: needs.take()?, discovery: needs.take()? }))),
        AT,
    )
};

static DESCRIPTOR: ModuleDescriptor = ModuleDescriptor {
    global: true,
    providers: &[Binding::new(&PROVIDER)],
    exports: &[Export::new(&PROVIDER)],
    dynamic: &[dynamic(OPTIONS, AT)],
    own: &OWN,
    ..ModuleDescriptor::new(MODULE, "EventsModule", AT)
};

impl EventsModule {
    /// Imports the module with these options.
    #[track_caller]
    pub fn for_root(options: EventsOptions) -> DynamicModule<Self> {
        DynamicModule::new().value(options)
    }

    /// Imports the module with options from elsewhere: a `#[provider]` function, `UseClass<T>` or `UseExisting<T>`.
    #[track_caller]
    pub fn for_root_async<S: OptionsSource<EventsOptions>>() -> DynamicModule<Self> {
        DynamicModule::new().options_from::<EventsOptions, S>()
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __oriole_module() -> &'static ModuleDescriptor {
        &DESCRIPTOR
    }
}

/// Has the listeners of these providers listen: all of them, or none.
///
/// # Errors
///
/// Everything that keeps one from it.
fn listen(bus: &EventBus, all: &[Discovered]) -> Result<(), BoxError> {
    let (mut subscriptions, mut problems) = (Vec::new(), Vec::new());
    for found in all {
        // The compiler has refused listeners that do not live as long as the application.
        let Some(instance) = found.instance() else { continue };
        for (method, listener) in found.methods::<Listener>() {
            let who = format!("{}::{}", found.name(), method.name);
            for name in listener.names {
                // Weakly: a listener may hold the bus, which would hold it.
                let (instance, call) = (instance.downgrade(), listener.call);
                let call: Call = Arc::new(move |event| match instance.upgrade() {
                    Some(instance) => call(&instance, event),
                    None => Heard::gone(),
                });
                let wanted = Wanted {
                    name: (*name).to_owned(),
                    who: who.clone(),
                    call,
                    is_queued: listener.is_queued,
                    is_prepended: listener.is_prepended,
                    suppresses_errors: listener.suppresses_errors,
                };
                match bus.add(wanted) {
                    Ok(subscription) => subscriptions.push(subscription),
                    Err(error) => problems.push(format!("`{who}` ({}): {error}", method.at)),
                }
            }
        }
    }
    if !problems.is_empty() {
        return Err(problems.join("; ").into());
    }
    subscriptions.into_iter().for_each(Subscription::keep);
    Ok(())
}

impl OnModuleInit for EventsModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        listen(&self.bus, &[self.discovery.providers(), self.discovery.controllers()].concat())?;
        let bus = Arc::clone(&self.bus);
        self.discovery.follow(move |loaded| listen(&bus, loaded));
        self.bus.open();
        Ok(())
    }
}

impl BeforeApplicationShutdown for EventsModule {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.bus.drain().await;
        Ok(())
    }
}

impl OnApplicationShutdown for EventsModule {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.bus.close().await;
        Ok(())
    }
}

/// Whoever waits for an application that did not start is told.
impl Drop for EventsModule {
    fn drop(&mut self) {
        drop(self.bus.shut());
    }
}

impl Module for EventsModule {
    const CHECKED: () = ();

    fn module() -> &'static ModuleDescriptor {
        Self::__oriole_module()
    }
}

impl InjectionToken for EventsModule {
    const KEY: Key = MODULE;
}

impl InjectionToken for EventBus {
    const KEY: Key = BUS;
}

impl Injectable for EventBus {
    type Output = Self;
    const PROVIDER: &'static ProviderDescriptor = &PROVIDER;
}

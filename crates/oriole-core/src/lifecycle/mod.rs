//! Lifecycle hooks: the traits a provider, controller or module may implement, and how the graph finds them.

mod hooks;
mod signal;
mod traits;

pub use hooks::{HookFn, HookProbe, Hooks, Unhooked};
pub use signal::Signal;
pub use traits::{
    BeforeApplicationShutdown, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit,
};

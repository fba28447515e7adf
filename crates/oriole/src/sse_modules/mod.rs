//! Modules that put event streams into an application: a hub, its development console, and the probe of `oriole doctor`.

#[cfg(feature = "sse-console")]
mod console;
#[cfg(feature = "sse-doctor")]
mod doctor;
#[cfg(feature = "sse-hub")]
mod hub;

#[cfg(feature = "sse-console")]
pub use console::{SseConsoleModule, SseConsoleOptions};
#[cfg(feature = "sse-doctor")]
pub use doctor::{SseDoctorModule, SseDoctorOptions};
#[cfg(feature = "sse-hub")]
pub use hub::{SseModule, SseModuleOptions};

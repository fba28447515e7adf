//! The bus: who listens, and how events reach them.

mod calls;
mod emit;
mod error;
mod handle;
mod listen;
mod registry;
mod stream;
mod work;

pub use error::{EmitError, ListenError};
pub use handle::EventBus;
pub use listen::Subscription;
pub(crate) use listen::{Call, Wanted};
pub use stream::{EventStream, Missed};

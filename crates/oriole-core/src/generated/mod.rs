//! What generated code calls, and nobody else: small functions whose bounds are the checks of the macros, and probes
//! that let traits decide what a name in a list is.
//!
//! A bound stands on a free function with one type argument wherever it can, because rustc then underlines that argument
//! and says the mistake once.

mod export;
mod names;
mod needs;
mod output;
mod root;
mod transport;
mod wiring;

pub use export::{AsModule, AsNamed, AsProvider, NotModule, NotNamed, NotProvider, export};
pub use names::{Named, NamedConstant, Shared, named, shared};
pub use needs::{NeedProbe, UnknownNeed, need, need_named, take, take_named};
pub use output::{Infallible, OutputProbe, Outputs, Owned, Shares};
pub use root::{NotRoot, Root};
pub use transport::{ModuleProbe, Unserved};
pub use wiring::{
    Entry, NotImported, PlainEntry, alias, bind, convert, default, dynamic, entry, global, import, import_call,
    instance, meta_of, module_key, own, parts, place, provider, shared_instance, verify,
};

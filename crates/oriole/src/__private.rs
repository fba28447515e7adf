//! What generated code names. Not for use by hand, and free to change.

// The standard library, because a user may shadow it.
pub use core::option::Option::{None, Some};
pub use core::result::Result;
pub use core::result::Result::{Err, Ok};
pub use core::{concat, module_path};
pub use std::boxed::Box;
pub use std::sync::Arc;

pub use oriole_core::generated::{
    AsModule, AsNamed, AsProvider, Infallible, Named, NeedProbe, NotImported, NotModule, NotNamed, NotProvider,
    NotRoot, OutputProbe, Outputs, Root, UnknownNeed, convert, default, export, import, instance, module_key, named,
    need, need_named, own, place, provider, shared, take, take_named, value,
};
pub use oriole_core::lifecycle::{HookProbe, Hooks, Unhooked};
pub use oriole_core::token::{Probe, Unknown};
pub use oriole_core::{
    Binding, Build, Controller, ControllerDescriptor, Entry, Export, Import, Injectable, InjectionToken, Key, Module,
    ModuleDescriptor, ModulePath, NamedToken, ProviderDescriptor, TokenDescriptor,
};

#[cfg(not(feature = "http"))]
pub use oriole_core::generated::{ModuleProbe, Unserved, verify};
#[cfg(feature = "http")]
pub use oriole_http::__private::{
    Answered, Arg, BoxFuture, Call, Enhancer, Enhancers, HttpController, HttpException, ModuleProbe, Redirect, Reply,
    ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain, RouteDescriptor, RouteKind, SplitError, SplitException,
    SplitNone, SplitPlain, SplitResponse, SplitText, Unserved, argument, event_stream, events, filter, filter_type,
    guard, guard_type, interceptor, interceptor_type, last_argument, meta, pipe, pipe_type, run, verify,
};

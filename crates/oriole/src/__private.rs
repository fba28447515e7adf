//! What generated code names. Not for use by hand, and free to change.

// The standard library, because a user may shadow it.
pub use core::option::Option;
pub use core::option::Option::{None, Some};
pub use core::result::Result;
pub use core::result::Result::{Err, Ok};
pub use core::{concat, module_path};
pub use std::boxed::Box;
pub use std::sync::Arc;

pub use oriole_core::generated::{
    AsModule, AsNamed, AsProvider, Entry as ListEntry, Infallible, Named, NeedProbe, NotImported, NotModule, NotNamed,
    NotProvider, NotRoot, OutputProbe, Outputs, Owned, PlainEntry, Root, Shares, UnknownNeed, alias, bind, convert,
    default, dynamic, entry, export, global, import, import_call, instance, meta_of, module_key, named, need,
    need_named, own, parts, place, provider, shared, shared_instance, take, take_named,
};
pub use oriole_core::lifecycle::{HookProbe, Hooks, Unhooked};
pub use oriole_core::token::{Probe, StandIn as OpaqueStandIn, Unknown};
pub use oriole_core::{
    Binding, Build, Controller, ControllerDescriptor, DynamicModule, Entry, Export, Injectable, InjectionToken,
    Instance, Key, Location, MethodDescriptor, Methods, Module, ModuleDescriptor, ModulePath, NamedToken,
    OptionsSource, ProviderDescriptor, Scope, TokenDescriptor,
};

#[cfg(feature = "config")]
pub use oriole_config::{
    Load as ConfigLoad, Namespace, RuleProbe as ConfigRuleProbe, Rules as ConfigRules, Show as ConfigShow, Unruled,
    loaded,
};
#[cfg(feature = "events")]
pub use oriole_events::{AnyEvent, Heard, Listener, event_name, listened, listening, payload};

#[cfg(not(feature = "http"))]
pub use oriole_core::generated::{ModuleProbe, Unserved, verify};
#[cfg(feature = "sse-hub")]
pub use oriole_http::__private::DirectSubscription;
#[cfg(feature = "http")]
pub use oriole_http::__private::{
    Arg, Call, DirectNone, Emitter, Enhancer, Enhancers, Foreign, Handled, HttpController, HttpException, ModuleProbe,
    ReaderProbe, Redirect, Reply, ReplyAsIs, ReplyJson, ReplyNone, ReplyOwn, ReplyPlain, RouteDescriptor, RouteKind,
    RuleProbe, Ruleless, SplitError, SplitException, SplitNone, SplitPlain, SplitResponse, SplitText, Unserved,
    answered, event_stream, events, extracted, filter, filter_type, guard, guard_type, interceptor, interceptor_type,
    meta, pipe, pipe_type, run, verify,
};
#[cfg(feature = "http")]
pub use oriole_macros::{__apply, controller};

/// What `#[injectable]`, `#[provider]` and `#[token]` want in scope, under no names.
pub mod provider_traits {
    pub use super::{Infallible as _, Owned as _, PlainEntry as _, Unhooked as _, Unknown as _, UnknownNeed as _};
}

/// What `#[module]` wants.
pub mod module_traits {
    pub use super::provider_traits::*;
    pub use super::{NotImported as _, NotModule as _, NotNamed as _, NotProvider as _, Unserved as _};
}

/// What `#[config]` wants.
#[cfg(feature = "config")]
pub mod config_traits {
    pub use super::Unruled as _;
}

/// What the check of `create` wants.
pub mod root_traits {
    pub use super::NotRoot as _;
}

/// What `#[controller]` wants.
#[cfg(feature = "http")]
pub mod controller_traits {
    #[cfg(feature = "sse-hub")]
    pub use super::DirectSubscription as _;
    pub use super::{
        DirectNone as _, Foreign as _, ReplyAsIs as _, ReplyJson as _, ReplyNone as _, ReplyOwn as _, ReplyPlain as _,
        Ruleless as _, SplitError as _, SplitException as _, SplitNone as _, SplitPlain as _, SplitResponse as _,
        SplitText as _,
    };
}

//! What can be generated.

/// A schematic, as Nest calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Module,
    Controller,
    Service,
    Resource,
    Guard,
    Interceptor,
    Pipe,
    Filter,
    Middleware,
}

impl Kind {
    pub(crate) const ALL: [Self; 9] = [
        Self::Module,
        Self::Controller,
        Self::Service,
        Self::Resource,
        Self::Guard,
        Self::Interceptor,
        Self::Pipe,
        Self::Filter,
        Self::Middleware,
    ];

    /// By its name, or by Nest's short one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == name || kind.alias() == name)
    }

    /// Its name, which is also that of its file.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Module => "module",
            Self::Controller => "controller",
            Self::Service => "service",
            Self::Resource => "resource",
            Self::Guard => "guard",
            Self::Interceptor => "interceptor",
            Self::Pipe => "pipe",
            Self::Filter => "filter",
            Self::Middleware => "middleware",
        }
    }

    pub(crate) fn alias(self) -> &'static str {
        match self {
            Self::Module => "mo",
            Self::Controller => "co",
            Self::Service => "s",
            Self::Resource => "res",
            Self::Guard => "gu",
            Self::Interceptor => "itc",
            Self::Pipe => "pi",
            Self::Filter => "f",
            Self::Middleware => "mi",
        }
    }

    /// What stands behind the element's name in the name of its type.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Module | Self::Resource => "Module",
            Self::Controller => "Controller",
            Self::Service => "Service",
            Self::Guard => "Guard",
            Self::Interceptor => "Interceptor",
            Self::Pipe => "Pipe",
            Self::Filter => "Filter",
            Self::Middleware => "Middleware",
        }
    }

    /// The list of a module that has it; `None` for what stands around handlers, which names itself where it is used.
    pub(crate) fn list(self) -> Option<&'static str> {
        match self {
            Self::Module | Self::Resource => Some("imports"),
            Self::Controller => Some("controllers"),
            Self::Service => Some("providers"),
            Self::Guard | Self::Interceptor | Self::Pipe | Self::Filter | Self::Middleware => None,
        }
    }

    /// How it is used, where no module lists it.
    pub(crate) fn use_of(self, name: &str) -> Option<String> {
        Some(match self {
            Self::Guard => format!("#[use_guards({name})]"),
            Self::Interceptor => format!("#[use_interceptors({name})]"),
            Self::Pipe => format!("#[use_pipes({name})]"),
            Self::Filter => format!("#[use_filters({name})]"),
            Self::Middleware => format!("consumer.apply({name}).for_routes(\"..\"); // in the `configure` of a module"),
            Self::Module | Self::Controller | Self::Service | Self::Resource => return None,
        })
    }
}

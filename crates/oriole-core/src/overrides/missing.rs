//! What nothing provides, and what a test supplies for it.

use crate::descriptor::{Binding, Build, Location, NeedDescriptor, ProviderDescriptor};
use crate::graph::{Identity, identity};
use crate::inject::Instance;
use crate::token::{Key, StandIn, Token, TokenDescriptor};
use std::sync::Arc;

/// A need that nothing in the application meets.
#[derive(Clone, Copy, Debug)]
pub struct Missing {
    need: NeedDescriptor,
    consumer: &'static str,
    module: &'static str,
}

/// What a test supplies for a [`Missing`] need.
#[derive(Clone, Debug)]
pub struct Mock {
    pub(super) token: TokenDescriptor,
    pub(super) value: Instance,
}

impl Missing {
    pub(crate) fn new(need: &NeedDescriptor, consumer: &'static str, module: &'static str) -> Self {
        Self { need: *need, consumer, module }
    }

    /// What is needed, as the consumer's author wrote it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.need.token.name
    }

    /// Who needs it first.
    #[must_use]
    pub fn consumer(&self) -> &'static str {
        self.consumer
    }

    /// The consumer's module.
    #[must_use]
    pub fn module(&self) -> &'static str {
        self.module
    }

    /// The field, or the parameter, that has the need.
    #[must_use]
    pub fn member(&self) -> &'static str {
        self.need.member
    }

    /// Where that was written.
    #[must_use]
    pub fn at(&self) -> Location {
        self.need.at
    }

    /// Whether the consumer can do without.
    #[must_use]
    pub fn is_optional(&self) -> bool {
        self.need.optional
    }

    /// What stands for it in tests, as the author of its type has said: for test kits.
    #[must_use]
    pub fn stand_in(&self) -> Option<StandIn> {
        self.need.stand_in
    }

    /// Whether a `T` is needed, under its own type.
    #[must_use]
    pub fn is<T: ?Sized + 'static>(&self) -> bool {
        self.need.token.type_id == std::any::TypeId::of::<T>() && self.need.token.qualifier.is_none()
    }

    /// Supplies a `T`, if that is what is needed; `make` is not called otherwise.
    pub fn mock<T: ?Sized + Send + Sync + 'static>(&self, make: impl FnOnce() -> Arc<T>) -> Option<Mock> {
        self.is::<T>().then(|| Mock { token: self.need.token, value: Instance::new(make()) })
    }

    /// Supplies the value of a named token, if that is what is needed; `make` is not called otherwise.
    pub fn mock_token<T: ?Sized + Send + Sync + 'static>(
        &self,
        token: Token<T>,
        make: impl FnOnce() -> Arc<T>,
    ) -> Option<Mock> {
        let (token, need) = (token.descriptor(), self.need.token);
        let is_it = token.qualifier == need.qualifier && token.type_id == need.type_id;
        is_it.then(|| Mock { token: need, value: Instance::new(make()) })
    }
}

impl Missing {
    /// What tells it from others.
    pub(super) fn token(&self) -> Identity {
        identity(&self.need.token)
    }
}

impl Mock {
    /// An entry of a module that provides it.
    pub(super) fn binding(&self) -> Binding {
        let source = Key::of("mock").with(Key::of(self.token.name)).with(Key::of(&format!("{:?}", self.token.type_id)));
        let source = self.token.qualifier.map_or(source, |qualifier| source.with(Key::of(qualifier)));
        Binding { source, provider: MOCK, token: self.token, convert: None, at: MOCK.at }
    }
}

const MOCK: &ProviderDescriptor = &ProviderDescriptor::new(
    TokenDescriptor::of::<Mock>(None, "a mock"),
    Build::Given,
    Location { file: file!(), line: line!(), column: column!() },
);

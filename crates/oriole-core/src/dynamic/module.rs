//! What a constructor of a module returns.

use super::options::OptionsSource;
use super::parts::{ModuleParts, PartImport, Parts};
use crate::descriptor::{Binding, Build, Export, ExportTarget, Location, ProviderDescriptor};
use crate::inject::{Controller, Injectable, Instance, Module};
use crate::token::{Key, Token, TokenDescriptor};
use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A module with what only run time knows: options, a connection, a choice.
///
/// A constructor of the module returns it, and stands in `imports`: `imports = [MailModule::for_root(options)]`. What is added
/// here extends the lists of `#[module]` and replaces none of it. Tokens that are added belong into the module's
/// `dynamic = [..]`, so that the compiler knows of them.
///
/// Each call makes a module of its own, with its own instances. A clone is the same module: import it twice to share one. A
/// method called on a clone makes another. To share one module among many, import the call once in a module that exports it.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::DynamicModule;
/// use std::sync::Arc;
///
/// #[token]
/// pub struct Sender(String);
///
/// #[injectable]
/// pub struct Mailer {
///     sender: Arc<Sender>,
/// }
///
/// #[module(dynamic = [Sender], providers = [Mailer], exports = [Mailer])]
/// pub struct MailModule;
///
/// impl MailModule {
///     pub fn for_root(sender: &str) -> DynamicModule<Self> {
///         DynamicModule::new().value(Sender(sender.to_owned()))
///     }
/// }
///
/// #[module(root, imports = [MailModule::for_root("cats@example.org")])]
/// pub struct AppModule;
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<AppModule>().await?;
/// assert_eq!(app.get::<Mailer>().expect("provided").sender.0, "cats@example.org");
/// # Ok(())
/// # }
/// ```
#[must_use = "a dynamic module stands in `imports`"]
pub struct DynamicModule<M> {
    parts: Arc<Parts>,
    _module: PhantomData<fn() -> M>,
}

impl<M: Module> DynamicModule<M> {
    /// The module as its macro describes it, and nothing more.
    pub fn new() -> Self {
        Self { parts: Arc::default(), _module: PhantomData }
    }

    /// Supplies a value under its own type.
    #[track_caller]
    pub fn value<T: Send + Sync + 'static>(self, value: T) -> Self {
        self.shared(Arc::new(value))
    }

    /// Supplies a value that is shared already, under its own type or a trait: `module.shared::<dyn Store>(store)`.
    #[track_caller]
    pub fn shared<T: ?Sized + Send + Sync + 'static>(self, value: Arc<T>) -> Self {
        let at = caller();
        self.given(TokenDescriptor::of::<T>(None, type_name::<T>()), Instance::new(value), at)
    }

    /// Supplies a value under a named token.
    #[track_caller]
    pub fn token<T: ?Sized + Send + Sync + 'static>(self, token: Token<T>, value: impl Into<Arc<T>>) -> Self {
        let at = caller();
        self.given(token.descriptor(), Instance::new(value.into()), at)
    }

    /// Adds a provider to the module's own: an `#[injectable]` struct or a `#[provider]` function.
    ///
    /// Its needs are met as those of the module's other providers: by the module itself, by its imports, by global modules.
    /// That they are is checked at boot.
    #[track_caller]
    pub fn provider<P: Injectable>(self) -> Self {
        let at = caller();
        self.bind(P::PROVIDER, P::PROVIDER.token, Key::of(type_name::<P>()), None, at)
    }

    /// Adds a provider under a named token.
    #[track_caller]
    pub fn provider_as<P: Injectable>(self, token: Token<P::Output>) -> Self {
        let at = caller();
        self.bind(P::PROVIDER, token.descriptor(), Key::of(type_name::<P>()), None, at)
    }

    /// Supplies options that a factory, a class or an existing provider makes: what the async forms of generated
    /// constructors do.
    #[track_caller]
    pub fn options_from<O: Send + Sync + 'static, S: OptionsSource<O>>(self) -> Self {
        let (at, token) = (caller(), TokenDescriptor::of::<O>(None, type_name::<O>()));
        self.bind(S::OPTIONS, token, Key::of(type_name::<S>()), None, at)
    }

    /// Adds a module to the imports.
    #[track_caller]
    pub fn import<I: Module>(mut self) -> Self {
        let at = caller();
        self.edit().imports.push(PartImport { module: I::module(), parts: None, at });
        self
    }

    /// Adds a dynamic module to the imports.
    #[track_caller]
    pub fn import_dynamic<I: Module>(mut self, module: DynamicModule<I>) -> Self {
        let at = caller();
        self.edit().imports.push(PartImport { module: I::module(), parts: Some(ModuleParts(module.parts)), at });
        self
    }

    /// Adds a controller.
    pub fn controller<C: Controller>(mut self) -> Self {
        self.edit().controllers.push(C::CONTROLLER);
        self
    }

    /// Adds a type, or a trait, to the exports.
    #[track_caller]
    pub fn export<T: ?Sized + 'static>(mut self) -> Self {
        let at = caller();
        let token = declared::<M>(TokenDescriptor::of::<T>(None, type_name::<T>()));
        self.edit().exports.push(Export { target: ExportTarget::Provider(token), at });
        self
    }

    /// Adds a named token to the exports.
    #[track_caller]
    pub fn export_token<T: ?Sized + 'static>(mut self, token: Token<T>) -> Self {
        let at = caller();
        self.edit().exports.push(Export { target: ExportTarget::Provider(token.descriptor()), at });
        self
    }

    /// Passes on what an imported module exports.
    #[track_caller]
    pub fn export_module<I: Module>(mut self) -> Self {
        let (at, module) = (caller(), I::module());
        let target = ExportTarget::Module { key: module.key, name: module.name };
        self.edit().exports.push(Export { target, at });
        self
    }

    /// The same with the module's type taken off.
    #[doc(hidden)]
    #[must_use]
    pub fn into_parts(self) -> ModuleParts {
        ModuleParts(self.parts)
    }

    fn given(self, token: TokenDescriptor, value: Instance, at: Location) -> Self {
        // Each value is a slot of its own, even where two have one token: then it is a problem that is told.
        let source = Key::of("given").with(Key::of(token.name)).with(Key::of(&self.parts.bindings.len().to_string()));
        self.bind(&GIVEN, token, source, Some(value), at)
    }

    fn bind(
        mut self,
        provider: &'static ProviderDescriptor,
        token: TokenDescriptor,
        source: Key,
        value: Option<Instance>,
        at: Location,
    ) -> Self {
        let parts = self.edit();
        parts.bindings.push(Binding { source, provider, token: declared::<M>(token), convert: None, at });
        parts.values.push(value);
        self
    }

    fn edit(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.parts)
    }
}

/// A value has no needs, and nothing makes it.
static GIVEN: ProviderDescriptor = ProviderDescriptor::new(
    TokenDescriptor::of::<Given>(None, "a value"),
    Build::Given,
    Location { file: file!(), line: line!(), column: column!() },
);

struct Given;

/// The token as the module declares it, with the user's name for it, if it does.
fn declared<M: Module>(token: TokenDescriptor) -> TokenDescriptor {
    let same = |other: &TokenDescriptor| other.type_id == token.type_id && other.qualifier == token.qualifier;
    M::module().dynamic.iter().map(|binding| binding.token).find(same).unwrap_or(token)
}

#[track_caller]
fn caller() -> Location {
    let at = std::panic::Location::caller();
    Location { file: at.file(), line: at.line(), column: at.column() }
}

impl<M: Module> Default for DynamicModule<M> {
    fn default() -> Self {
        Self::new()
    }
}

impl<M> Clone for DynamicModule<M> {
    fn clone(&self) -> Self {
        Self { parts: Arc::clone(&self.parts), _module: PhantomData }
    }
}

impl<M> fmt::Debug for DynamicModule<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicModule").field("module", &type_name::<M>()).finish_non_exhaustive()
    }
}

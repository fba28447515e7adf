//! What the uploads of a module start from.

use super::UploadRules;
use crate::{ExecutionContext, HttpException, Interceptor, Next, Reply};
use http::Extensions;
use oriole_core::{Build, Injectable, InjectionToken, Instance, Key, Location, ProviderDescriptor, TokenDescriptor};
use std::sync::Arc;

/// Rules that the [`UploadSpec`](super::UploadSpec)s behind it start from: Nest's `MulterModule.register` (`UPL.4`).
///
/// Let a module provide one, from whatever its factory needs, and name the type on its controllers,
/// `#[use_interceptors(UploadDefaults)]`, or on everything with `APP_INTERCEPTOR`; or give an instance.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole_http::upload::{UploadDefaults, UploadRules, UploadSpec, UploadedFile};
///
/// struct Avatar;
/// impl UploadSpec for Avatar {
///     fn rules(base: UploadRules) -> UploadRules {
///         base.field("avatar", 1).mime("image/*")
///     }
/// }
///
/// #[injectable]
/// struct Avatars;
///
/// #[controller("avatars")]
/// #[use_interceptors(UploadDefaults)]
/// impl Avatars {
///     #[post]
///     async fn create(&self, avatar: UploadedFile<Avatar>) -> u64 {
///         avatar.size()
///     }
/// }
///
/// #[injectable]
/// struct Settings;
///
/// #[provider]
/// async fn defaults(_settings: std::sync::Arc<Settings>) -> UploadDefaults {
///     UploadDefaults::new(UploadRules::new().max_size(100_000).to_folder("/var/tmp/avatars"))
/// }
///
/// #[module(controllers = [Avatars], providers = [Settings, defaults])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole::Result<()> {
/// assert!(Oriole::create::<App>().await?.get::<UploadDefaults>().is_some());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct UploadDefaults {
    rules: UploadRules,
}

impl UploadDefaults {
    /// Takes the rules to start from.
    #[must_use]
    pub fn new(rules: UploadRules) -> Self {
        Self { rules }
    }
}

impl InjectionToken for UploadDefaults {
    const KEY: Key = Key::of(concat!(module_path!(), "::UploadDefaults"));
}

/// A module that provides none has [`UploadRules::new`].
impl Injectable for UploadDefaults {
    type Output = Self;
    const PROVIDER: &'static ProviderDescriptor = &ProviderDescriptor::new(
        TokenDescriptor::of::<Self>(Some(Self::KEY), "UploadDefaults"),
        Build::Sync(|_| Ok(Instance::new(Arc::new(Self::default())))),
        Location { file: file!(), line: line!(), column: column!() },
    );
}

impl Interceptor for UploadDefaults {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        ctx.http_mut().extensions.insert(Base(self.rules.clone()));
        next.run(ctx).await
    }
}

#[derive(Clone)]
struct Base(UploadRules);

/// What a request's uploads start from.
pub(super) fn base(extensions: &Extensions) -> UploadRules {
    extensions.get::<Base>().map(|Base(rules)| rules.clone()).unwrap_or_default()
}

//! Where the options of a module may come from, when they are not at hand.

use crate::descriptor::{Build, NeedDescriptor, ProviderDescriptor};
use crate::inject::{BoxError, Injectable, Instance, Needs};
use crate::token::TokenDescriptor;
use std::any::type_name;
use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

/// Makes the options of a module, for [`UseClass`] and [`UseExisting`] (`DYN.7`). Write it with a plain `async fn`.
///
/// Use it where making options is one task of an object that has others, or needs of its own; where it is all there is, a
/// `#[provider]` function is shorter.
pub trait OptionsFactory: Send + Sync + 'static {
    /// What it makes.
    type Options: Send + Sync + 'static;
    /// Makes the options, once for each import.
    ///
    /// # Errors
    ///
    /// Any error ends the start as `ORI010`.
    fn create(&self) -> impl Future<Output = Result<Self::Options, BoxError>> + Send;
}

/// Where the async form of a constructor takes its options from: a `#[provider]` function that returns them, [`UseClass`] or
/// [`UseExisting`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not make `{O}`",
    label = "no source of these options",
    note = "name a `#[provider]` function that returns `{O}`, `UseClass<T>` or `UseExisting<T>` with `T: OptionsFactory<Options = {O}>`"
)]
pub trait OptionsSource<O>: 'static {
    #[doc(hidden)]
    const OPTIONS: &'static ProviderDescriptor;
}

#[diagnostic::do_not_recommend]
impl<O, P: Injectable<Output = O>> OptionsSource<O> for P {
    const OPTIONS: &'static ProviderDescriptor = P::PROVIDER;
}

/// Builds `C` for the sake of the options, and asks it for them (`useClass`).
pub struct UseClass<C>(PhantomData<fn() -> C>);

impl<O: Send + Sync + 'static, C> OptionsSource<O> for UseClass<C>
where
    C: Injectable,
    C::Output: OptionsFactory<Options = O>,
{
    const OPTIONS: &'static ProviderDescriptor = &ProviderDescriptor {
        needs: C::PROVIDER.needs,
        ..ProviderDescriptor::new(
            TokenDescriptor::of::<O>(None, "the options"),
            Build::Async(|mut needs| {
                Box::pin(async move {
                    let made = match C::PROVIDER.build {
                        Build::Sync(build) => build(&mut needs)?,
                        Build::Async(build) => build(needs).await?,
                        Build::Given => return Err("a value cannot make options".into()),
                    };
                    match made.get::<C::Output>() {
                        Some(factory) => create(factory).await,
                        None => Err(format!("`{}` is not what was built", type_name::<C>()).into()),
                    }
                })
            }),
            C::PROVIDER.at,
        )
    };
}

/// Asks the `C` that the module sees for the options (`useExisting`).
pub struct UseExisting<C>(PhantomData<fn() -> C>);

impl<C: Injectable> UseExisting<C> {
    const NEEDS: &'static [NeedDescriptor] = &[NeedDescriptor::new(C::PROVIDER.token, "UseExisting", C::PROVIDER.at)];
}

impl<O: Send + Sync + 'static, C> OptionsSource<O> for UseExisting<C>
where
    C: Injectable,
    C::Output: OptionsFactory<Options = O>,
{
    const OPTIONS: &'static ProviderDescriptor = &ProviderDescriptor {
        needs: Self::NEEDS,
        ..ProviderDescriptor::new(
            TokenDescriptor::of::<O>(None, "the options"),
            Build::Async(|mut needs: Needs| {
                Box::pin(async move {
                    let factory: Arc<C::Output> = needs.take()?;
                    create(&factory).await
                })
            }),
            C::PROVIDER.at,
        )
    };
}

async fn create<F: OptionsFactory + ?Sized>(factory: &Arc<F>) -> Result<Instance, BoxError> {
    Ok(Instance::new(Arc::new(factory.create().await?)))
}

impl<C> fmt::Debug for UseClass<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseClass")
    }
}

impl<C> fmt::Debug for UseExisting<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseExisting")
    }
}

//! A namespace as the options of a module.

use super::{Declared, Namespace};
use crate::ConfigService;
use crate::service::need;
use oriole_core::{Build, Instance, NeedDescriptor, OptionsSource, ProviderDescriptor, TokenDescriptor};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Where the async form of a constructor takes its options from a namespace: `MailModule::for_root_async::<UseConfig<MailConfig>>()`
/// (`CFG.13`).
///
/// The options are the namespace itself, or anything that is made `From` it. Nothing has to be imported for it but the
/// [`ConfigModule`](crate::ConfigModule).
pub struct UseConfig<N>(PhantomData<fn() -> N>);

impl<N: Namespace> UseConfig<N> {
    const NEEDS: &'static [NeedDescriptor] = &[need(N::AT)];
}

impl<O, N> OptionsSource<O> for UseConfig<N>
where
    O: From<N> + Send + Sync + 'static,
    N: Namespace + Clone,
{
    const OPTIONS: &'static ProviderDescriptor = &ProviderDescriptor {
        needs: Self::NEEDS,
        meta: &[|| Arc::new(Declared::of::<N>())],
        ..ProviderDescriptor::new(
            TokenDescriptor::of::<O>(None, "the options"),
            Build::Sync(|needs| {
                let service: Arc<ConfigService> = needs.take()?;
                Ok(Instance::new(Arc::new(O::from(N::clone(&*service.namespace::<N>()?)))))
            }),
            N::AT,
        )
    };
}

impl<N> fmt::Debug for UseConfig<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UseConfig")
    }
}

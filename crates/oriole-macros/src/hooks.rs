//! Which lifecycle hooks a type has: traits decide, through probes.

use crate::paths;
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

/// The `Hooks` of a type; `Unhooked` must be in scope.
pub(crate) fn of(ty: &TokenStream, span: Span) -> TokenStream {
    let (hooks, probe) = (paths::Hooks.at(span), paths::HookProbe.at(span));
    quote_spanned! {span=>
        #hooks {
            on_module_init: #probe::<#ty>::ON_MODULE_INIT,
            on_application_bootstrap: #probe::<#ty>::ON_APPLICATION_BOOTSTRAP,
            on_module_destroy: #probe::<#ty>::ON_MODULE_DESTROY,
            before_application_shutdown: #probe::<#ty>::BEFORE_APPLICATION_SHUTDOWN,
            on_application_shutdown: #probe::<#ty>::ON_APPLICATION_SHUTDOWN,
            methods: #probe::<#ty>::METHODS,
        }
    }
}

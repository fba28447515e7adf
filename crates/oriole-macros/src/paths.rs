//! Every path that generated code names. This is the only file that spells `::oriole::__private`.

pub(crate) use private::{Private, traits};

/// Apart from the list, whose `Some` and `Ok` would get in the way of `quote!`.
mod private {
    use proc_macro2::{Ident, Span, TokenStream};
    use quote::{ToTokens, quote, quote_spanned};

    /// A name within the facade's private module.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Private(pub(super) &'static str);

    impl Private {
        /// The path with the given span: where rustc looks for the place of an error or of `line!()`.
        pub(crate) fn at(self, span: Span) -> TokenStream {
            let name = Ident::new(self.0, span);
            quote_spanned!(span=> ::oriole::__private::#name)
        }
    }

    impl ToTokens for Private {
        fn to_tokens(&self, tokens: &mut TokenStream) {
            tokens.extend(self.at(Span::call_site()));
        }
    }

    /// Brings traits into scope for their methods and constants, under no name.
    pub(crate) fn traits(traits: &[Private]) -> TokenStream {
        let names = traits.iter().map(|name| Ident::new(name.0, Span::call_site()));
        quote! {
            #[allow(unused_imports)]
            use ::oriole::__private::{#(#names as _),*};
        }
    }
}

macro_rules! names {
    ($($name:ident)*) => {
        $(
            #[allow(non_upper_case_globals, reason = "named as what it names, so that `quote!` reads as the code it makes")]
            pub(crate) const $name: Private = Private(stringify!($name));
        )*
    };
}

names! {
    // The standard library, which a user may shadow.
    Arc Box Err None Ok Result Some
    concat module_path

    // Macros.
    __apply controller

    // Descriptors.
    Binding Build ControllerDescriptor Entry Export ModuleDescriptor ProviderDescriptor Scope

    // Tokens.
    InjectionToken Key NamedToken TokenDescriptor

    // Traits behind the attributes.
    Controller Injectable Module

    // Hooks.
    HookProbe Hooks Unhooked

    // What only generated code calls.
    AsModule AsNamed AsProvider NeedProbe NotImported NotModule NotNamed NotProvider UnknownNeed Unknown Probe
    Named OutputProbe Outputs Infallible Owned Shares ListEntry PlainEntry
    run Root NotRoot
    alias bind convert default dynamic entry export global import import_call meta_of own parts verify instance named need need_named place provider shared shared_instance
    take take_named

    // Dynamic modules.
    DynamicModule OptionsSource

    // HTTP: the table, arguments, replies.
    Answered Arg BoxFuture Call HttpController HttpException Redirect Reply RouteDescriptor RouteKind RuleProbe Ruleless
    ReplyAsIs ReplyJson ReplyNone ReplyOwn ReplyPlain
    SplitError SplitException SplitNone SplitPlain SplitResponse SplitText
    argument event_stream events last_argument

    // HTTP: what stands around a handler.
    Enhancer Enhancers
    filter filter_type guard guard_type interceptor interceptor_type meta pipe pipe_type
}

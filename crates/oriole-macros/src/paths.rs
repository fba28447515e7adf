//! Every path that generated code names. This is the only file that spells `::oriole::__private`, and that of the test kit,
//! which stand-ins are made of.

pub(crate) use private::{Kit, Private, Traits, block, scope};

/// Apart from the list, whose `Some` and `Ok` would get in the way of `quote!`.
mod private {
    use proc_macro2::{Ident, Span, TokenStream};
    use quote::{ToTokens, quote, quote_spanned};

    /// A name within the facade's private module.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Private(pub(super) &'static str);

    /// What generated code calls [`scope`]'s import.
    const ALIAS: &str = "__oriole";

    impl Private {
        /// The path with the given span: where rustc looks for the place of an error. Only within a [`scope`].
        pub(crate) fn at(self, span: Span) -> TokenStream {
            let (alias, name) = (Ident::new(ALIAS, span), Ident::new(self.0, span));
            quote_spanned!(span=> #alias::#name)
        }

        /// The path as it is anywhere.
        pub(crate) fn full(self, span: Span) -> TokenStream {
            let name = Ident::new(self.0, span);
            quote_spanned!(span=> ::oriole::__private::#name)
        }
    }

    impl ToTokens for Private {
        fn to_tokens(&self, tokens: &mut TokenStream) {
            tokens.extend(self.at(Span::call_site()));
        }
    }

    /// A name within the private module of the test kit.
    #[derive(Clone, Copy, Debug)]
    pub(crate) struct Kit(pub(super) &'static str);

    impl Kit {
        /// The path with the given span.
        pub(crate) fn at(self, span: Span) -> TokenStream {
            let name = Ident::new(self.0, span);
            quote_spanned!(span=> ::oriole_testing::__private::#name)
        }
    }

    impl ToTokens for Kit {
        fn to_tokens(&self, tokens: &mut TokenStream) {
            tokens.extend(self.at(Span::call_site()));
        }
    }

    /// Traits that generated code wants for their methods and constants; a module of that name has them under no names.
    #[derive(Clone, Copy, Debug)]
    pub(crate) enum Traits {
        Provider,
        Module,
        Controller,
        Root,
        Config,
    }

    /// Items beside the user's, which reach all names by a short path: rustc resolves thousands of them.
    pub(crate) fn scope(traits: Traits, items: &TokenStream) -> TokenStream {
        let block = block(traits, items);
        // What points at the user's tokens is linted as if the user had written it: a path to what is imported there, and
        // the value of a handler that gives none.
        quote! {
            #[allow(unused_qualifications, unit_bindings, clippy::let_unit_value, clippy::needless_borrow)]
            const _: () = { #block };
        }
    }

    /// The inside of such a block.
    pub(crate) fn block(traits: Traits, body: &TokenStream) -> TokenStream {
        let alias = Ident::new(ALIAS, Span::call_site());
        let traits = match traits {
            Traits::Provider => "provider_traits",
            Traits::Module => "module_traits",
            Traits::Controller => "controller_traits",
            Traits::Root => "root_traits",
            Traits::Config => "config_traits",
        };
        let traits = Ident::new(traits, Span::call_site());
        quote! {
            use ::oriole::__private as #alias;
            #[allow(unused_imports)]
            use #alias::#traits::*;
            #body
        }
    }
}

macro_rules! names {
    ($of:ident: $($name:ident)*) => {
        $(
            #[allow(non_upper_case_globals, reason = "named as what it names, so that `quote!` reads as the code it makes")]
            pub(crate) const $name: $of = $of(stringify!($name));
        )*
    };
}

// Stand-ins, in crates that test with the kit.
names! { Kit:
    AnswerProbe Answers Lent MockFn NothingUsual Sooner StandIn StandsFor Usual UsualDefault UsualOk function given lent
}

names! { Private:
    // The standard library, which a user may shadow.
    Arc Box Err None Ok Option Some
    concat module_path

    // Macros.
    __apply controller

    // Descriptors.
    Binding Build ControllerDescriptor Entry Export ModuleDescriptor ModulePath ProviderDescriptor Scope

    // Tokens.
    InjectionToken Key NamedToken OpaqueStandIn TokenDescriptor

    // Traits behind the attributes.
    Controller Injectable Module

    // Hooks.
    HookProbe Hooks

    // What only generated code calls.
    AsModule AsNamed AsProvider NeedProbe Probe
    Named OutputProbe Outputs Shares ListEntry
    run Root
    ModuleProbe module_key
    alias bind convert default dynamic entry export global import import_call meta_of own parts verify instance named need need_named place provider shared shared_instance
    take take_named

    // Dynamic modules.
    DynamicModule OptionsSource

    // Methods that no route calls: listeners of events.
    AnyEvent Heard Instance Listener MethodDescriptor Methods
    event_name listened listening payload

    // Configuration.
    ConfigLoad ConfigRuleProbe ConfigRules ConfigShow Location Namespace loaded

    // HTTP: the table, arguments, replies.
    Arg Call Emitter Handled HttpController Redirect RouteDescriptor RouteKind ReaderProbe RuleProbe
    answered event_stream events extracted

    // HTTP: what stands around a handler.
    Enhancer Enhancers
    filter filter_type guard guard_type interceptor interceptor_type meta pipe pipe_type
}

//! What makes a type a token that the compiler knows.

use crate::errors::Errors;
use crate::{paths, words};
use proc_macro2::{Ident, Literal, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Generics};

/// Complains about generics that no key can hold.
pub(crate) fn check_generics(generics: &Generics, what: &str, errors: &mut Errors) {
    for parameter in &generics.params {
        match parameter {
            GenericParam::Type(_) => {}
            GenericParam::Lifetime(lifetime) => errors.push(
                &lifetime.lifetime,
                format!("{what} lives as long as the application, so it cannot have a lifetime parameter"),
            ),
            GenericParam::Const(constant) => errors.push(
                &constant.ident,
                format!("{what} cannot have a const parameter: only types are part of a token's identity"),
            ),
        }
    }
}

/// The generics with every type parameter bound to be a token itself, so that `Repo<Cat>` and `Repo<Dog>` are two.
pub(crate) fn bound(generics: &Generics) -> Generics {
    let mut bound = generics.clone();
    let token = paths::InjectionToken;
    let parameters: Vec<_> = generics.type_params().map(|parameter| parameter.ident.clone()).collect();
    if !parameters.is_empty() {
        let clause = bound.make_where_clause();
        for parameter in parameters {
            clause.predicates.push(syn::parse_quote!(#parameter: #token));
        }
    }
    bound
}

/// The expression that makes the key of what `name` names.
pub(crate) fn key(name: &Ident, generics: &Generics) -> TokenStream {
    let span = name.span();
    let [key, module_path] = [paths::Key, paths::module_path].map(|path| path.at(span));
    let (_, line, column) = words::place(span);
    // Two versions of one package have the same module paths. The rest is hashed here, since a constant takes its time.
    let token = paths::InjectionToken;
    let number = number(&format!("{name}@{}:{line}:{column}", package_version()));
    let parameters = generics.type_params().map(|parameter| &parameter.ident);
    let own = quote_spanned!(span=> #key::within(#module_path!(), #number));
    quote!(#own #(.with(<#parameters as #token>::KEY))*)
}

/// A text as a number that no other text has, for all that matters (FNV-1a).
fn number(text: &str) -> Literal {
    let hash = text.bytes().fold(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d_u128, |hash, byte| {
        (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b)
    });
    Literal::u128_unsuffixed(hash)
}

/// The version of the package that is being compiled.
pub(crate) fn package_version() -> String {
    if cfg!(test) { "1.2.3".to_owned() } else { std::env::var("CARGO_PKG_VERSION").unwrap_or_default() }
}

/// `impl InjectionToken for ..`, with the generics' bounds already added.
pub(crate) fn implement(ty: impl ToTokens, bound: &Generics, key: impl ToTokens) -> TokenStream {
    implement_with(ty, bound, key, None)
}

/// The same for what has a stand-in, which an expression of the test kit makes.
pub(crate) fn implement_with(
    ty: impl ToTokens,
    bound: &Generics,
    key: impl ToTokens,
    stand_in: Option<&TokenStream>,
) -> TokenStream {
    let stand_in = stand_in.map(|expression| {
        let (option, some, opaque, kit) = (paths::Option, paths::Some, paths::OpaqueStandIn, paths::StandIn);
        quote! {
            const STAND_IN: #option<#opaque> = {
                static STAND_IN: #kit = #expression;
                #some(&STAND_IN)
            };
        }
    });
    let (token, key_type) = (paths::InjectionToken, paths::Key);
    let (generics, _, clause) = bound.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics #token for #ty #clause {
            const KEY: #key_type = #key;
            #stand_in
        }
    }
}

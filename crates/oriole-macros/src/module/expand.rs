//! Writes the module's part of the graph beside the struct.

use super::model::{Listed, Module, Placed, Provision};
use crate::errors::Errors;
use crate::{hooks, identity, paths, words};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{GenericParam, Type};

/// The user's item, and its descriptor.
pub(crate) fn expand(model: &Module, errors: Errors) -> TokenStream {
    let item = &model.item;
    if item.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Type(_))) {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let name = &item.ident;
    let bound = identity::bound(&item.generics);
    let (generics, arguments, clause) = bound.split_for_impl();
    let generic = !item.generics.params.is_empty();
    let ty = if generic { quote!(Self) } else { quote!(#name) };
    let token = identity::implement(quote!(#name #arguments), &bound, identity::key(name, &item.generics));

    let (module, descriptor) = (paths::Module, paths::ModuleDescriptor);
    let value = errors.into_value().unwrap_or_else(|| self::descriptor(model, &ty));
    // A static is one for all type arguments, so a generic module has a constant instead.
    let body = if generic {
        quote!(const { &#value })
    } else {
        quote! {
            static DESCRIPTOR: #descriptor = #value;
            &DESCRIPTOR
        }
    };
    let check = paths::verify;
    let root = model.lists.root.filter(|_| !generic).map(|_| quote!(const _: () = <#name as #module>::CHECKED;));
    let traits = paths::traits(&[
        paths::Unknown,
        paths::UnknownNeed,
        paths::Unhooked,
        paths::NotImported,
        paths::NotModule,
        paths::NotNamed,
        paths::NotProvider,
        paths::Unserved,
    ]);
    quote! {
        #item
        const _: () = {
            #traits
            #token
            impl #generics #name #arguments #clause {
                #[doc(hidden)]
                #[allow(unreachable_code)]
                pub const fn __oriole_module() -> &'static #descriptor {
                    #body
                }
            }
            #[automatically_derived]
            impl #generics #module for #name #arguments #clause {
                #[allow(long_running_const_eval)]
                const CHECKED: () = #check(Self::__oriole_module());
                fn module() -> &'static #descriptor {
                    Self::__oriole_module()
                }
            }
            #root
        };
    }
}

fn descriptor(model: &Module, ty: &TokenStream) -> TokenStream {
    let (name, lists) = (model.item.ident.to_string(), &model.lists);
    let at = words::location(Span::call_site());
    let global = lists.global.is_some();
    let imports = lists.imports.iter().map(import);
    let providers = lists.providers.iter().map(binding);
    let exports = lists.exports.iter().map(export);
    let controllers = lists.controllers.iter().map(|Listed { gates, entry }| {
        let controller = paths::Controller;
        quote!(#gates <#entry as #controller>::CONTROLLER)
    });
    let placed = lists.paths.iter().map(placed);
    let (descriptor, token) = (paths::ModuleDescriptor, paths::InjectionToken);
    let probe = paths::ModuleProbe;
    let own = own(model, ty);
    quote! {
        #descriptor {
            key: <#ty as #token>::KEY,
            name: #name,
            global: #global,
            imports: &[#(#imports),*],
            providers: &[#(#providers),*],
            controllers: &[#(#controllers),*],
            exports: &[#(#exports),*],
            paths: &[#(#placed),*],
            transport: #probe::<#ty>::TRANSPORT,
            own: &#own,
            at: #at,
        }
    }
}

/// The module's own instance.
fn own(model: &Module, ty: &TokenStream) -> TokenStream {
    let name = model.item.ident.to_string();
    let needs = model.members.iter().filter_map(|(_, member)| member.descriptor());
    let fields = model.members.iter().map(|(ident, member)| {
        let (gates, value) = (&member.gates, member.value());
        quote!(#gates #ident: #value)
    });
    let (hooks, at) = (hooks::of(ty, Span::call_site()), words::location(Span::call_site()));
    let (provider, token, injection) = (paths::ProviderDescriptor, paths::TokenDescriptor, paths::InjectionToken);
    let (build, some, ok, own) = (paths::Build, paths::Some, paths::Ok, paths::own);
    quote! {
        #provider {
            token: #token::of::<#ty>(#some(<#ty as #injection>::KEY), #name),
            needs: &[#(#needs),*],
            build: #build::Sync(|__needs| #ok(#own(#ty { #(#fields),* }))),
            hooks: #hooks,
            at: #at,
        }
    }
}

fn import(Listed { gates, entry }: &Listed<Type>) -> TokenStream {
    let span = words::span_of(entry);
    let (import, check, at) = (paths::Import, paths::import.at(span), words::location(span));
    quote!(#gates #import { module: #check::<#entry>(<#entry>::__oriole_module()), at: #at })
}

fn placed(Listed { gates, entry }: &Listed<Placed>) -> TokenStream {
    let (module, path) = (&entry.module, &entry.path);
    let (span, name) = (words::span_of(module), words::type_name(module));
    let (placed, key, at) = (paths::ModulePath, paths::module_key.at(span), words::location(span));
    let probe = paths::Probe;
    quote!(#gates #placed { key: #key::<#module>(#probe::<#module>::KEY), name: #name, path: #path, at: #at })
}

fn binding(Listed { gates, entry }: &Listed<Provision>) -> TokenStream {
    let (binding, key, none, some) = (paths::Binding, paths::Key, paths::None, paths::Some);
    let (injectable, named) = (paths::Injectable, paths::NamedToken);
    match entry {
        Provision::Bare(ty) => {
            let (source, at) = (source(ty), words::location(words::span_of(ty)));
            quote! {
                #gates #binding {
                    source: #key::of(#source),
                    provider: <#ty as #injectable>::PROVIDER,
                    token: <#ty as #injectable>::PROVIDER.token,
                    convert: #none,
                    at: #at,
                }
            }
        }
        Provision::As(ty, to) => {
            let (source, at) = (source(ty), words::location(words::span_of(ty)));
            let (token, target) = match &**to {
                Type::TraitObject(_) => {
                    let (descriptor, probe, name) = (paths::TokenDescriptor, paths::Probe, words::type_name(to));
                    (quote!(#descriptor::of::<#to>(#probe::<#to>::KEY, #name)), to.to_token_stream())
                }
                _ => (quote!(<#to as #named>::TOKEN), quote!(<#to as #named>::Target)),
            };
            let convert = paths::convert;
            // The coercion fails at the type's name if it is not what the token stands for.
            let coerce = quote_spanned!(words::span_of(ty)=> |__value| __value);
            quote! {
                #gates #binding {
                    source: #key::of(#source),
                    provider: <#ty as #injectable>::PROVIDER,
                    token: #token,
                    convert: #some(|__instance| #convert::<#ty, #target>(__instance, #coerce)),
                    at: #at,
                }
            }
        }
        Provision::Value(token, value) => {
            let at = words::location(words::span_of(token));
            let source = format!("= {}", source(token));
            let (spot, span) = (words::span_of(&**value), words::span_of(token));
            let (provider, build, ok) = (paths::ProviderDescriptor, paths::Build, paths::Ok);
            let named = paths::NamedToken.at(span);
            let (boxed, arc, hooks) = (paths::value.at(span), paths::Arc.at(spot), paths::Hooks);
            let hooks = quote!(#hooks::NONE);
            let value = quote_spanned!(spot=> #arc::new(#value));
            let value = quote_spanned!(span=> #boxed::<#token>(#value));
            let token = quote_spanned!(span=> <#token as #named>::TOKEN);
            quote! {
                #gates #binding {
                    source: #key::of(#source),
                    provider: &#provider {
                        token: #token,
                        needs: &[],
                        build: #build::Sync(|_| #ok(#value)),
                        hooks: #hooks,
                        at: #at,
                    },
                    token: #token,
                    convert: #none,
                    at: #at,
                }
            }
        }
    }
}

fn export(Listed { gates, entry }: &Listed<Type>) -> TokenStream {
    let (export, decide, at) = (paths::Export, paths::export, words::location(words::span_of(entry)));
    let (module, named, provider) = (paths::AsModule, paths::AsNamed, paths::AsProvider);
    let (token, probe, name) = (paths::TokenDescriptor, paths::Probe, words::type_name(entry));
    quote! {
        #gates #export {
            target: #decide(
                #module::<#entry>::KEY,
                #named::<#entry>::TOKEN,
                #provider::<#entry>::TOKEN,
                #token::of::<#entry>(#probe::<#entry>::KEY, #name),
            ),
            at: #at,
        }
    }
}

/// An entry's type as text: entries of one module with the same text share one instance.
fn source(ty: &Type) -> String {
    ty.to_token_stream().to_string()
}

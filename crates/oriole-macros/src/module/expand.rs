//! Writes the module's part of the graph beside the struct.

use super::model::{Imported, Listed, Module, Placed, Provision};
use crate::attrs::Gates;
use crate::errors::Errors;
use crate::paths::Traits;
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
    let constructors = constructors(model);
    let root = model.lists.root.filter(|_| !generic).map(|_| quote!(const _: () = <#name as #module>::CHECKED;));
    let items = quote! {
            #token
            impl #generics #name #arguments #clause {
                #[doc(hidden)]
                #[allow(unreachable_code)]
                pub const fn __oriole_module() -> &'static #descriptor {
                    #body
                }
                #constructors
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
    let items = paths::scope(Traits::Module, &items);
    quote!(#item #items)
}

fn descriptor(model: &Module, ty: &TokenStream) -> TokenStream {
    let (name, lists) = (model.item.ident.to_string(), &model.lists);
    let at = words::location(Span::call_site());
    let controllers = lists.controllers.iter().map(|Listed { gates, entry }| {
        let controller = paths::Controller;
        quote!(#gates <#entry as #controller>::CONTROLLER)
    });
    // Only what there is: rustc takes time for every field.
    let fields = [
        list("imports", lists.imports.iter().map(import)),
        list("providers", lists.providers.iter().map(binding)),
        list("controllers", controllers),
        list("exports", lists.exports.iter().map(export)),
        list("dynamic", dynamic(model).into_iter()),
        list("paths", lists.paths.iter().map(placed)),
        lists.global.map(|_| quote!(global: true,)),
    ];
    let fields = fields.iter().flatten();
    let (descriptor, token) = (paths::ModuleDescriptor, paths::InjectionToken);
    let probe = paths::ModuleProbe;
    let own = own(model, ty);
    quote!(#descriptor { #(#fields)* transport: #probe::<#ty>::TRANSPORT, own: &#own, ..#descriptor::new(<#ty as #token>::KEY, #name, #at) })
}

fn list(name: &str, entries: impl ExactSizeIterator<Item = TokenStream>) -> Option<TokenStream> {
    let name = quote::format_ident!("{name}");
    (entries.len() > 0).then(|| quote!(#name: &[#(#entries),*],))
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
            needs: &[#(#needs),*],
            hooks: #hooks,
            ..#provider::new(
                #token::of::<#ty>(#some(<#ty as #injection>::KEY), #name),
                #build::Sync(|__needs| #ok(#own(#ty { #(#fields),* }))),
                #at,
            )
        }
    }
}

fn import(Listed { gates, entry }: &Listed<Imported>) -> TokenStream {
    let Imported { global, ty, call } = entry;
    let span = words::span_of(&**ty);
    let at = words::location(span);
    let import = match call {
        None => {
            let import = paths::import.at(span);
            quote!(#import::<#ty>(<#ty>::__oriole_module(), #at))
        }
        Some(call) => {
            let (import, parts, spot) = (paths::import_call.at(span), paths::parts.at(span), words::span_of(&**call));
            let (boxed, ok) = (paths::Box, paths::Ok);
            let parts = quote_spanned!(spot=> #parts::<#ty>(#call));
            quote!(#import::<#ty>(<#ty>::__oriole_module(), || #boxed::pin(async move { #ok(#parts) }), #at))
        }
    };
    if *global {
        let global = paths::global;
        return quote!(#gates #global(#import));
    }
    quote!(#gates #import)
}

/// What only a call supplies: the tokens of `dynamic`, and the options of the constructors that are made here.
fn dynamic(model: &Module) -> Vec<TokenStream> {
    let dynamic = paths::dynamic;
    let listed = model.lists.dynamic.iter().map(|Listed { gates, entry }| {
        let (token, at) = (entry_token(entry), words::location(words::span_of(entry)));
        quote!(#gates #dynamic(#token, #at))
    });
    let options = model.lists.constructors.iter().map(|(_, options)| {
        let (token, at) = (bare_token(options), words::location(words::span_of(options)));
        quote!(#dynamic(#token, #at))
    });
    listed.chain(options).collect()
}

/// `for_root` and `for_root_async`, and the like.
fn constructors(model: &Module) -> TokenStream {
    let item = &model.item;
    if model.lists.constructors.is_empty() {
        return TokenStream::new();
    }
    let vis = &item.vis;
    let (dynamic, source) = (paths::DynamicModule, paths::OptionsSource);
    let each = model.lists.constructors.iter().map(|(name, options)| {
        let asynchronous = quote::format_ident!("{name}_async", span = name.span());
        quote! {
            /// Imports the module with these options.
            #[allow(dead_code)]
            #[track_caller]
            #vis fn #name(options: #options) -> #dynamic<Self> {
                #dynamic::<Self>::new().value(options)
            }

            /// Imports the module with options from elsewhere: a `#[provider]` function, `UseClass<T>` or `UseExisting<T>`.
            #[allow(dead_code)]
            #[track_caller]
            #vis fn #asynchronous<__S: #source<#options>>() -> #dynamic<Self> {
                #dynamic::<Self>::new().options_from::<#options, __S>()
            }
        }
    });
    quote!(#(#each)*)
}

fn placed(Listed { gates, entry }: &Listed<Placed>) -> TokenStream {
    let (module, path) = (&entry.module, &entry.path);
    let (span, name) = (words::span_of(module), words::type_name(module));
    let (placed, key, at) = (paths::ModulePath, paths::module_key.at(span), words::location(span));
    let probe = paths::Probe;
    quote!(#gates #placed { key: #key::<#module>(#probe::<#module>::KEY), name: #name, path: #path, at: #at })
}

fn binding(Listed { gates, entry }: &Listed<Provision>) -> TokenStream {
    let (binding, key, some) = (paths::Binding, paths::Key, paths::Some);
    let injectable = paths::Injectable;
    match entry {
        Provision::Bare(ty) => {
            let (source, at) = (source(ty), words::location(words::span_of(ty)));
            let bind = paths::bind;
            quote!(#gates #bind(#source, <#ty as #injectable>::PROVIDER, #at))
        }
        Provision::As(ty, to) => {
            let (source, at) = (source(ty), words::location(words::span_of(ty)));
            let (token, target) = (other_token(to), target(to));
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
            let (spot, span) = (words::span_of(&**value), words::span_of(token));
            let (entry, arc) = (paths::ListEntry.at(span), paths::Arc.at(spot));
            let source = format!("= {}", source(token));
            let value = quote_spanned!(spot=> #arc::new(#value));
            let value = quote_spanned!(span=> #entry::<#token>::__oriole_value(#value));
            made(gates, &source, &entry_token(token), &TokenStream::new(), &value, span)
        }
        Provision::Alias(of, to) => {
            let span = words::span_of(of);
            let (entry, alias, at) = (paths::ListEntry.at(span), paths::alias, words::location(span));
            let (source, token, target) =
                (format!("use {} as {}", source(of), source(to)), other_token(to), target(to));
            let (of_token, arc, value) = (entry_token(of), paths::Arc, paths::ListEntry);
            let need = quote!(#alias(#of_token, #at));
            // The coercion fails at the existing one's name if it is not what the alias stands for.
            let taken = quote_spanned!(span=> let __value: #arc<#target> = #entry::<#of>::__oriole_take(__needs)?;);
            let made = quote!({ #taken <#value<#target>>::__oriole_value(__value) });
            self::made(gates, &source, &token, &need, &made, span)
        }
    }
}

/// A binding with a provider of its own: `value` makes the instance out of `__needs`.
fn made(
    gates: &Gates,
    source: &str,
    token: &TokenStream,
    needs: &TokenStream,
    value: &TokenStream,
    span: Span,
) -> TokenStream {
    let (binding, key, none) = (paths::Binding, paths::Key, paths::None);
    let (provider, build, ok, at) = (paths::ProviderDescriptor, paths::Build, paths::Ok, words::location(span));
    quote! {
        #gates #binding {
            source: #key::of(#source),
            provider: &#provider {
                needs: &[#needs],
                ..#provider::new(#token, #build::Sync(|__needs| #ok(#value)), #at)
            },
            token: #token,
            convert: #none,
            at: #at,
        }
    }
}

/// The token that stands after `as`: a trait, or a constant.
fn other_token(to: &Type) -> TokenStream {
    let named = paths::NamedToken;
    match to {
        Type::TraitObject(_) => bare_token(to),
        _ => quote!(<#to as #named>::TOKEN),
    }
}

/// The type of what such a token stands for.
fn target(to: &Type) -> TokenStream {
    let named = paths::NamedToken;
    match to {
        Type::TraitObject(_) => to.to_token_stream(),
        _ => quote!(<#to as #named>::Target),
    }
}

/// The token of an entry that is a constant, a type or a trait.
fn entry_token(ty: &Type) -> TokenStream {
    if let Type::TraitObject(_) = ty {
        return bare_token(ty);
    }
    let (entry, named, bare) = (paths::entry, paths::AsNamed, bare_token(ty));
    quote!(#entry(#named::<#ty>::TOKEN, #bare))
}

fn bare_token(ty: &Type) -> TokenStream {
    let (descriptor, probe, name) = (paths::TokenDescriptor, paths::Probe, words::type_name(ty));
    quote!(#descriptor::of::<#ty>(#probe::<#ty>::KEY, #name))
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

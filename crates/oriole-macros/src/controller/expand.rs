//! Writes the table of routes beside the impl.

use super::enhancers::Enhancers;
use super::handler;
use super::model::{Argument, Controller, Header, Kind, Redirect, Route};
use crate::errors::Errors;
use crate::paths::{Private, Traits};
use crate::{paths, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::{Expr, LitStr};

/// The user's impl, and its descriptor.
pub(crate) fn expand(model: &Controller, errors: Errors) -> TokenStream {
    let item = &model.item;
    if !errors.is_empty() && (item.trait_.is_some() || !item.generics.params.is_empty()) {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let ty = &item.self_ty;
    let (controller, descriptor) = (paths::Controller, paths::ControllerDescriptor);
    let errors_free = errors.is_empty();
    let value = errors.into_value().unwrap_or_else(|| self::descriptor(model));
    let handlers = errors_free.then(|| {
        let handlers = model.routes.iter().enumerate();
        handlers.map(|(index, route)| handler::function(index, route, ty)).collect::<TokenStream>()
    });
    let items = quote! {
        #handlers
        #[automatically_derived]
        impl #controller for #ty {
            const CONTROLLER: &'static #descriptor = #value;
        }
    };
    let items = paths::scope(Traits::Controller, &items);
    quote!(#item #items)
}

fn descriptor(model: &Controller) -> TokenStream {
    let ty = &*model.item.self_ty;
    let name = words::type_name(ty);
    let at = words::location(Span::call_site());
    let prefix = model.prefix.as_ref().map(LitStr::value).unwrap_or_default();
    let providers = providers(model);
    let entries = model.routes.iter().flat_map(|route| entries(route, model, &prefix));
    let routes = model.routes.iter().enumerate().map(|(index, route)| self::route(index, route, model));
    let (descriptor, table) = (paths::ControllerDescriptor, paths::HttpController);
    let provider = paths::provider.at(words::span_of(ty));
    // Here and below: only what there is, because rustc takes its time for every field.
    let providers = list("enhancers", &providers);
    let hosts = list("hosts", &model.hosts);
    let enhancers = enhancers(&model.enhancers);
    let table = update(&quote!(#hosts #enhancers), table, quote!(#table::new(#prefix, &[#(#routes),*])));
    let descriptor = update(
        &providers,
        descriptor,
        quote!(#descriptor::new(#provider::<#ty>(), #name, &[#(#entries),*], &#table, #at)),
    );
    quote!(&#descriptor)
}

/// `fields` of a descriptor, if there are any; all else is as `plain` has it.
fn update(fields: &TokenStream, name: Private, plain: TokenStream) -> TokenStream {
    if fields.is_empty() { plain } else { quote!(#name { #fields ..#plain }) }
}

/// A field with a list, if that has entries.
fn list(name: &str, entries: &[impl ToTokens]) -> TokenStream {
    if entries.is_empty() {
        return TokenStream::new();
    }
    let name = format_ident!("{name}");
    quote!(#name: &[#(#entries),*],)
}

fn enhancers(enhancers: &Enhancers) -> TokenStream {
    if enhancers.is_empty() {
        return TokenStream::new();
    }
    let enhancers = enhancers.descriptor();
    quote!(enhancers: #enhancers,)
}

/// What is named by type, on the class, its routes and their arguments.
fn providers(model: &Controller) -> Vec<TokenStream> {
    let mut all: Vec<_> = model.enhancers.providers().collect();
    for route in &model.routes {
        let gates = &route.gates;
        let arguments = route.arguments.iter().map(|argument| &argument.enhancers);
        let own = [&route.enhancers].into_iter().chain(arguments).flat_map(|enhancers| enhancers.providers());
        all.extend(own.map(|provider| quote!(#gates #provider)));
    }
    all
}

/// One for each path under each version and host.
fn entries(route: &Route, model: &Controller, prefix: &str) -> Vec<TokenStream> {
    let (entry, gates, method, handler) = (paths::Entry, &route.gates, &route.method, route.name.unraw().to_string());
    let versions: Vec<_> = versions(route, model).iter().map(|version| Some(version.to_token_stream())).collect();
    let versions = if versions.is_empty() { vec![None] } else { versions };
    let hosts: Vec<_> = model.hosts.iter().map(|host| Some(host.to_token_stream())).collect();
    let hosts = if hosts.is_empty() { vec![None] } else { hosts };
    let mut all = Vec::new();
    for (path, at) in paths_of(route) {
        let at = words::location(at);
        for version in &versions {
            for host in &hosts {
                let own = [("version", version), ("host", host)].map(|(name, value)| {
                    let name = format_ident!("{name}");
                    value.as_ref().map(|value| quote!(#name: #value,))
                });
                let entry =
                    update(&quote!(#(#own)*), entry, quote!(#entry::new(#method, #prefix, #path, #handler, #at)));
                all.push(quote!(#gates #entry));
            }
        }
    }
    all
}

/// A route's own, or the controller's.
fn versions<'a>(route: &'a Route, model: &'a Controller) -> &'a [Expr] {
    if route.versions.is_empty() { &model.versions } else { &route.versions }
}

fn paths_of(route: &Route) -> Vec<(String, Span)> {
    if route.paths.is_empty() {
        return vec![(String::new(), route.at)];
    }
    route.paths.iter().map(|path| (path.value(), path.span())).collect()
}

fn route(index: usize, route: &Route, model: &Controller) -> TokenStream {
    let (gates, method, handler) = (&route.gates, &route.method, route.name.unraw().to_string());
    let addresses = paths_of(route).into_iter().map(|(path, _)| path);
    let (kinds, some, redirect) = (paths::RouteKind, paths::Some, paths::Redirect);
    let kind = (route.kind == Kind::Sse).then(|| quote!(kind: #kinds::Sse,));
    let may_finish = route.may_finish.then(|| quote!(may_finish: true,));
    let status = route.status.map(|status| quote!(status: #some(#status),));
    let redirect = route
        .redirect
        .as_ref()
        .map(|Redirect { url, status }| quote!(redirect: #some(#redirect { url: #url, status: #status }),));
    let headers = model.headers.iter().chain(&route.headers).map(|Header { name, value }| quote!((#name, #value)));
    let headers = list("headers", &headers.collect::<Vec<_>>());
    let last = route.arguments.len().saturating_sub(1);
    let arguments = route.arguments.iter().enumerate().map(|(index, argument)| self::argument(argument, index == last));
    let arguments = list("args", &arguments.collect::<Vec<_>>());
    let versions = list("versions", versions(route, model));
    let enhancers = enhancers(&route.enhancers);
    let (call, at) = (handler::name(index), words::location(route.name.span()));
    let descriptor = paths::RouteDescriptor;
    let descriptor = update(
        &quote!(#versions #kind #may_finish #status #headers #redirect #enhancers #arguments),
        descriptor,
        quote!(#descriptor::new(#method, &[#(#addresses),*], #handler, #call, #at)),
    );
    quote!(#gates #descriptor)
}

fn argument(argument: &Argument, is_last: bool) -> TokenStream {
    let (arg, rules, reader) = (paths::Arg, paths::RuleProbe, paths::ReaderProbe);
    let (name, ty, type_name) = (&argument.name, &argument.ty, words::type_name(&argument.ty));
    let pipes = argument.enhancers.has_pipes().then(|| {
        let pipes = argument.enhancers.pipes();
        quote!(pipes: #pipes,)
    });
    let read = quote!(#name, #type_name, #rules::<#ty>::RULES, #reader::<#ty>::READER);
    let plain = match (&argument.extract, is_last) {
        (Some(function), _) => {
            let span = words::span_of(function);
            let (extracted, parts) = (paths::extracted.at(span), Ident::new("__parts", span));
            let read = quote_spanned!(span=> |#parts| #extracted::<#ty, _>(#parts, #function));
            quote!(#arg::extracted(#name, #type_name, #read))
        }
        (None, false) => quote!(#arg::head::<#ty>(#read)),
        (None, true) => quote!(#arg::last::<#ty, _>(#read)),
    };
    update(&quote!(#pipes), arg, plain)
}

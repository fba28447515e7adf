//! Writes the table of routes beside the impl.

use super::handler;
use super::model::{Controller, Header, Kind, Redirect, Route};
use crate::errors::Errors;
use crate::paths::Traits;
use crate::{paths, words};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
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
    let enhancers = model.enhancers.descriptor();
    let hosts = &model.hosts;
    let entries = model.routes.iter().flat_map(|route| entries(route, model, &prefix));
    let routes = model.routes.iter().enumerate().map(|(index, route)| self::route(index, route, model));
    let (descriptor, table) = (paths::ControllerDescriptor, paths::HttpController);
    let provider = paths::provider.at(words::span_of(ty));
    quote! {
        &#descriptor {
            provider: #provider::<#ty>(),
            name: #name,
            enhancers: &[#(#providers),*],
            entries: &[#(#entries),*],
            transport: &#table { prefix: #prefix, hosts: &[#(#hosts),*], enhancers: #enhancers, routes: &[#(#routes),*] },
            at: #at,
        }
    }
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
    let (entry, gates, method, handler) = (paths::Entry, &route.gates, &route.method, route.name.to_string());
    let none = || quote!("");
    let versions: Vec<_> = versions(route, model).iter().map(ToTokens::to_token_stream).collect();
    let versions = if versions.is_empty() { vec![none()] } else { versions };
    let hosts: Vec<_> = model.hosts.iter().map(ToTokens::to_token_stream).collect();
    let hosts = if hosts.is_empty() { vec![none()] } else { hosts };
    let mut all = Vec::new();
    for (path, at) in paths_of(route) {
        let at = words::location(at);
        for version in &versions {
            for host in &hosts {
                all.push(quote! {
                    #gates #entry {
                        method: #method,
                        version: #version,
                        host: #host,
                        prefix: #prefix,
                        path: #path,
                        handler: #handler,
                        at: #at,
                    }
                });
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
    let (gates, method, handler) = (&route.gates, &route.method, route.name.to_string());
    let addresses = paths_of(route).into_iter().map(|(path, _)| path);
    let kind = match route.kind {
        Kind::Http => quote!(Http),
        Kind::Sse => quote!(Sse),
    };
    let (some, none) = (paths::Some, paths::None);
    let status = route.status.map_or_else(|| none.to_token_stream(), |status| quote!(#some(#status)));
    let headers = model.headers.iter().chain(&route.headers).map(|Header { name, value }| quote!((#name, #value)));
    let redirect = route.redirect.as_ref().map_or_else(
        || none.to_token_stream(),
        |Redirect { url, status }| {
            let redirect = paths::Redirect;
            quote!(#some(#redirect { url: #url, status: #status }))
        },
    );
    let arguments = route.arguments.iter().map(|argument| {
        let (arg, name, type_name) = (paths::Arg, &argument.name, words::type_name(&argument.ty));
        let at = words::location(words::span_of(&argument.ty));
        let pipes = argument.enhancers.pipes();
        let (probe, ty) = (paths::RuleProbe, &argument.ty);
        let rules = quote!(#probe::<#ty>::RULES);
        quote!(#arg { name: #name, type_name: #type_name, rules: #rules, pipes: #pipes, at: #at })
    });
    let versions = versions(route, model);
    let enhancers = route.enhancers.descriptor();
    let call = handler::name(index);
    let at = words::location(route.name.span());
    let (descriptor, kinds) = (paths::RouteDescriptor, paths::RouteKind);
    quote! {
        #gates #descriptor {
            method: #method,
            paths: &[#(#addresses),*],
            versions: &[#(#versions),*],
            handler: #handler,
            kind: #kinds::#kind,
            status: #status,
            headers: &[#(#headers),*],
            redirect: #redirect,
            enhancers: #enhancers,
            args: &[#(#arguments),*],
            call: #call,
            at: #at,
        }
    }
}

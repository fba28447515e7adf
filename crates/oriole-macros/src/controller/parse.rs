//! Takes the markers off an impl and its methods.

use super::address;
use super::enhancers::Enhancers;
use super::markers;
use super::model::{Argument, Controller, Header, Kind, Route};
use crate::attrs::{self, DETAILS, ENHANCERS, Gates, ROUTES};
use crate::errors::Errors;
use crate::{items, words};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, FnArg, ImplItem, ImplItemFn, Item, Pat, PatIdent, ReturnType};

/// The impl, or the item as it was if it is none.
pub(crate) fn parse(
    arguments: &TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Result<Controller, TokenStream> {
    let mut item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(item)) => item,
        Ok(other) => {
            let more = match other {
                Item::Struct(_) => ": the struct takes `#[injectable]`",
                _ => "",
            };
            errors.push_at(
                items::head(&other),
                format!("`#[controller]` stands on the impl that has the routes, not on {}{more}", items::kind(&other)),
            );
            return Err(without_markers(other).into_token_stream());
        }
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let address::Arguments { prefix, mut versions, hosts } = address::arguments(arguments, errors);
    let marked = attrs::take(&mut item.attrs, "version");
    if let Some(marker) = marked.first()
        && !versions.is_empty()
    {
        errors.push(marker, "the version is given twice: in `#[controller(..)]` already");
    }
    if versions.is_empty() {
        versions = address::versions(&marked, errors);
    }
    let headers = headers(&mut item.attrs, errors);
    let enhancers = Enhancers::take(&mut item.attrs, errors);
    for attr in
        take_any(&mut item.attrs, ROUTES).into_iter().chain(take_any(&mut item.attrs, &["http_code", "redirect"]))
    {
        errors.push(&attr, format!("`#[{}]` stands on a method within the impl", name_of(&attr)));
    }
    let mut routes = Vec::new();
    for each in &mut item.items {
        match each {
            ImplItem::Fn(method) => routes.extend(route(method, errors)),
            ImplItem::Const(other) => refuse_markers(&mut other.attrs, errors),
            ImplItem::Type(other) => refuse_markers(&mut other.attrs, errors),
            ImplItem::Macro(other) => refuse_markers(&mut other.attrs, errors),
            _ => {}
        }
    }
    Ok(Controller { item, prefix, versions, hosts, headers, enhancers, routes })
}

/// The route that a method is, if it has a marker.
fn route(method: &mut ImplItemFn, errors: &mut Errors) -> Option<Route> {
    let instead = "write `#[cfg(..)]` on the method, once for each form";
    attrs::refuse_conditional(&mut method.attrs, &[ROUTES, DETAILS].concat(), instead, errors);
    let found = take_any(&mut method.attrs, ROUTES);
    let codes = attrs::take(&mut method.attrs, "http_code");
    let redirects = attrs::take(&mut method.attrs, "redirect");
    let versions = attrs::take(&mut method.attrs, "version");
    let headers = headers(&mut method.attrs, errors);
    let Some(first) = found.first() else {
        for attr in codes.iter().chain(&redirects).chain(&versions).chain(&take_any(&mut method.attrs, ENHANCERS)) {
            errors.push(attr, no_route(name_of(attr)));
        }
        if let Some(header) = headers.first() {
            errors.push(&header.name, no_route("header"));
        }
        return None;
    };
    for again in &found[1..] {
        errors.push(
            again,
            format!(
                "this method is marked `#[{}]` already: a method is one route, which may have several paths",
                name_of(first)
            ),
        );
    }
    let enhancers = Enhancers::take(&mut method.attrs, errors);
    let marker = markers::route(first, name_of(first), errors);
    for again in codes.iter().skip(1).chain(redirects.iter().skip(1)) {
        errors.push(again, format!("`#[{}]` is given twice", name_of(again)));
    }
    let status = codes.first().and_then(|attr| markers::http_code(attr, errors));
    let redirect = redirects.first().and_then(|attr| markers::redirect(attr, errors));
    if marker.kind == Kind::Sse {
        enhancers.refuse_for_streams(errors);
        for attr in &redirects {
            errors.push(attr, "a stream of events cannot redirect: return an error or a redirect from a plain route");
        }
        for attr in &codes {
            errors.push(attr, "a stream of events answers 200: clients take no other status for one");
        }
    }
    let mut arguments = Vec::new();
    for input in &mut method.sig.inputs {
        if let FnArg::Typed(argument) = input {
            if !Gates::of(&argument.attrs).is_empty() {
                errors.push(
                    &argument.attrs[0],
                    "an argument cannot come and go: write `#[cfg(..)]` on the method, once for each form",
                );
            }
            let instead = "write `#[cfg(..)]` on the method, once for each form";
            attrs::refuse_conditional(&mut argument.attrs, &[DETAILS, &["extract"]].concat(), instead, errors);
            for attr in argument
                .attrs
                .extract_if(.., |attr| attrs::is_any(attr.path(), DETAILS) && !attrs::is(attr.path(), "use_pipes"))
            {
                errors.push(
                    &attr,
                    format!("`#[{}]` stands on a method: an argument takes `#[use_pipes]`", name_of(&attr)),
                );
            }
            let enhancers = Enhancers::take(&mut argument.attrs, errors);
            let extract = extract(&mut argument.attrs, errors);
            let (name, ty) = (bound_name(&argument.pat), (*argument.ty).clone());
            arguments.push(Argument { name, ty, extract, enhancers });
        }
    }
    if !arguments.is_empty() {
        method.attrs.push(attrs::by_value());
    }
    Some(Route {
        gates: Gates::of(&method.attrs),
        name: method.sig.ident.clone(),
        at: first.path().span(),
        kind: marker.kind,
        method: marker.method,
        paths: marker.paths,
        may_finish: marker.may_finish,
        versions: address::versions(&versions, errors),
        status,
        headers,
        redirect,
        enhancers,
        has_receiver: method.sig.receiver().is_some(),
        is_async: method.sig.asyncness.is_some(),
        is_deprecated: method.attrs.iter().any(|attr| attr.path().is_ident("deprecated")),
        arguments,
        returns: match &method.sig.output {
            ReturnType::Type(_, ty) => words::span_of(ty),
            ReturnType::Default => method.sig.ident.span(),
        },
    })
}

/// `#[extract(function)]` on an argument.
fn extract(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Option<Expr> {
    let found = attrs::take(attributes, "extract");
    for again in found.iter().skip(1) {
        errors.push(again, "`#[extract]` is given twice");
    }
    let function = found.first()?.parse_args::<Expr>();
    function.map_err(|_| errors.push(&found[0], "`#[extract(..)]` takes a function: `#[extract(current_user)]`")).ok()
}

fn no_route(name: &str) -> String {
    format!("`#[{name}]` stands beside a route: add `#[get]`, `#[post]`, .. to the method")
}

fn headers(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Vec<Header> {
    attrs::take(attributes, "header").iter().filter_map(|attr| markers::header(attr, errors)).collect()
}

fn take_any(attributes: &mut Vec<Attribute>, names: &[&str]) -> Vec<Attribute> {
    attributes.extract_if(.., |attr| attrs::is_any(attr.path(), names)).collect()
}

fn refuse_markers(attributes: &mut Vec<Attribute>, errors: &mut Errors) {
    for attr in take_any(attributes, &[ROUTES, DETAILS].concat()) {
        errors.push(&attr, format!("`#[{}]` stands on a method", name_of(&attr)));
    }
}

fn name_of(attr: &Attribute) -> &'static str {
    [ROUTES, DETAILS].concat().into_iter().find(|name| attrs::is(attr.path(), name)).unwrap_or("marker")
}

/// The item without the markers that would each complain again.
fn without_markers(mut item: Item) -> Item {
    if let Item::Struct(item) = &mut item {
        take_any(&mut item.attrs, DETAILS);
    }
    item
}

/// The name that a pattern binds, if it is one: `id` for `Path(id)`.
fn bound_name(pattern: &Pat) -> String {
    struct Names(Vec<String>);
    impl<'a> Visit<'a> for Names {
        fn visit_pat_ident(&mut self, pattern: &'a PatIdent) {
            self.0.push(pattern.ident.unraw().to_string());
            visit::visit_pat_ident(self, pattern);
        }
    }
    let mut names = Names(Vec::new());
    names.visit_pat(pattern);
    if names.0.len() == 1 { names.0.remove(0) } else { String::new() }
}

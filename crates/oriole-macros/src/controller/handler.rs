//! One function per handler: arguments in, reply out.

use super::model::{Kind, Route};
use crate::{paths, words};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

/// The name of a route's function, beside the table.
pub(super) fn name(index: usize) -> Ident {
    format_ident!("__handler_{index}")
}

/// The `HandlerFn`. A function and no closure, because rustc takes less time for it.
pub(super) fn function(index: usize, route: &Route, controller: &Type) -> TokenStream {
    let names: Vec<Ident> = (0..route.arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let open = open(route, controller);
    let arguments = arguments(route, controller, &names);
    let call = call(route, controller, &names);
    let body = match route.kind {
        Kind::Http => reply(route, &call),
        Kind::Sse => stream(route, &call),
    };
    // A future that is not `Send` is reported where the box is made: at the method's name.
    let span = route.name.span();
    let pin = paths::Box.at(span);
    let (gates, function) = (&route.gates, name(index));
    let (call, future, result) = (paths::Call, paths::BoxFuture, paths::Result);
    let (reply, exception) = (paths::Reply, paths::HttpException);
    let future = quote!(#future<'static, #result<#reply, #exception>>);
    let block = quote_spanned! {span=>
        #pin::pin(async move {
            #open
            #arguments
            #body
        })
    };
    quote! {
        #gates
        fn #function(__call: #call) -> #future {
            #block
        }
    }
}

fn open(route: &Route, controller: &Type) -> TokenStream {
    let this = if route.has_receiver { quote!(__this) } else { quote!(_) };
    let (parts, body) = match &route.arguments[..] {
        [] => (quote!(_), quote!(_)),
        // The head is all that it needs.
        [.., last] if last.extract.is_some() => (quote!(mut __parts), quote!(_)),
        [_] => (quote!(__parts), quote!(__body)),
        _ => (quote!(mut __parts), quote!(__body)),
    };
    let opened = or_return(&quote!(__call.open::<#controller>()), Span::call_site());
    quote!(let (#this, #parts, #body, __route) = #opened;)
}

fn arguments(route: &Route, controller: &Type, names: &[Ident]) -> TokenStream {
    let last = names.len().saturating_sub(1);
    let each = route.arguments.iter().zip(names).enumerate().map(|(index, (argument, name))| {
        let ty = without_self(argument.ty.to_token_stream(), controller);
        // The type is inferred, and all has the place of its first token: were it an argument of the function, rustc
        // would complain once there and once at the `await`.
        let span = words::span_of(&ty);
        let value = if let Some(function) = &argument.extract {
            let extract = paths::extracted.at(span);
            quote_spanned!(span=> #extract(&mut __parts, &__route, #index, #function).await)
        } else if index < last {
            let extract = paths::argument.at(span);
            quote_spanned!(span=> #extract(&mut __parts, &__route, #index).await)
        } else {
            let extract = paths::last_argument.at(span);
            quote_spanned!(span=> #extract(__parts, __body, &__route, #index).await)
        };
        let value = or_return(&value, span);
        quote_spanned!(span=> let #name: #ty = #value;)
    });
    quote!(#(#each)*)
}

/// A function beside the impl has no `Self`.
fn without_self(tokens: TokenStream, controller: &Type) -> TokenStream {
    let each = tokens.into_iter().map(|token| match token {
        TokenTree::Ident(word) if word == "Self" => controller.to_token_stream(),
        TokenTree::Group(group) => {
            Group::new(group.delimiter(), without_self(group.stream(), controller)).into_token_stream()
        }
        other => other.into_token_stream(),
    });
    each.collect()
}

fn call(route: &Route, controller: &Type, names: &[Ident]) -> TokenStream {
    let name = &route.name;
    let this = route.has_receiver.then(|| quote!(&__this,));
    let wait = route.is_async.then(|| quote!(.await));
    quote!(<#controller>::#name(#this #(#names),*) #wait)
}

/// Takes the value out of a `Result`, if it is one; traits decide.
fn split(route: &Route, call: &TokenStream) -> TokenStream {
    let span = route.returns;
    let (answered, some) = (paths::Answered.at(span), paths::Some.at(span));
    or_return(&quote_spanned!(span=> #answered(#some(#call)).split()), span)
}

/// `value?`, without what rustc must prove of `?` in every handler.
fn or_return(value: &TokenStream, span: Span) -> TokenStream {
    let (ok, err) = (paths::Ok.at(span), paths::Err.at(span));
    quote_spanned! {span=>
        match #value {
            #ok(__value) => __value,
            #err(__error) => return #err(__error),
        }
    }
}

fn reply(route: &Route, call: &TokenStream) -> TokenStream {
    let span = route.returns;
    let (answered, some, ok) = (paths::Answered.at(span), paths::Some.at(span), paths::Ok.at(span));
    let value = split(route, call);
    quote_spanned!(span=> #ok(#answered(#some(#value)).reply(&__route)))
}

fn stream(route: &Route, call: &TokenStream) -> TokenStream {
    let span = route.returns;
    let (event_stream, events, ok) = (paths::event_stream.at(span), paths::events.at(span), paths::Ok.at(span));
    let value = split(route, call);
    let name = route.name.span();
    let block = quote_spanned! {span=>
        // Bound, so that the wrapper is dropped before the stream runs.
        let __out = #value;
        __emit.all(#events(__out)).await;
        #ok(())
    };
    let closure = quote_spanned!(name=> move |__emit| async move { #block });
    quote_spanned!(name=> #event_stream(&__route, #closure).await)
}

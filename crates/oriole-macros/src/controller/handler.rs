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

/// The variable that goes through all of a handler's code. Its span is the attribute's, even among tokens that point at the
/// user's: those may come from different `macro_rules` of the user's, where a variable of the one is none of the other's.
fn the_call() -> Ident {
    Ident::new("__call", Span::call_site())
}

/// The `HandlerFn`. A function and no closure, because rustc takes less time for it; for the same reason all arguments were read
/// before, so that nothing but the method is awaited here, and the two steps of a reply are methods that need no `match`.
pub(super) fn function(index: usize, route: &Route, controller: &Type) -> TokenStream {
    let names: Vec<Ident> = (0..route.arguments.len()).map(|index| format_ident!("__a{index}")).collect();
    let this = route.has_receiver.then(|| this(controller));
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
    // Whoever calls the method is told, and nobody but a client calls this.
    let deprecated = route.is_deprecated.then(|| quote!(#[allow(deprecated)]));
    let (call, handled) = (paths::Call, paths::Handled);
    let block = quote_spanned!(span=> #pin::pin(async move { #body }));
    let variable = the_call();
    quote! {
        #gates
        #deprecated
        fn #function(mut #variable: #call) -> #handled {
            #this
            #arguments
            #block
        }
    }
}

fn this(controller: &Type) -> TokenStream {
    let call = the_call();
    // By its path: a trait of the user's may have a method of this name for everything.
    let of = paths::Call;
    let controller = or_refused(&quote!(#of::controller::<#controller>(&mut #call)), Span::call_site());
    quote!(let __this = #controller;)
}

fn arguments(route: &Route, controller: &Type, names: &[Ident]) -> TokenStream {
    let each = route.arguments.iter().zip(names).map(|(argument, name)| {
        let ty = without_self(argument.ty.to_token_stream(), controller);
        // What a type that is no extractor is told stands beside its route, in the descriptor.
        let span = words::span_of(&ty);
        let call = the_call();
        let calls = paths::Call.at(span);
        let value = or_refused(&quote_spanned!(span=> #calls::argument(&mut #call)), span);
        quote_spanned!(span=> let #name: #ty = #value;)
    });
    quote!(#(#each)*)
}

/// The value, or the end.
fn or_refused(value: &TokenStream, span: Span) -> TokenStream {
    let (some, none) = (paths::Some.at(span), paths::None.at(span));
    let (call, calls) = (the_call(), paths::Call.at(span));
    quote_spanned! {span=>
        match #value {
            #some(__value) => __value,
            #none => return #calls::refused(#call),
        }
    }
}

/// A function beside the impl has no `Self`.
fn without_self(tokens: TokenStream, controller: &Type) -> TokenStream {
    let mut tokens = tokens.into_iter().peekable();
    let mut out = TokenStream::new();
    while let Some(token) = tokens.next() {
        match token {
            // In angles where something of it is named: `Of<u8>::new` is an expression of comparisons.
            TokenTree::Ident(word) if word == "Self" => match tokens.peek() {
                Some(TokenTree::Punct(punct)) if punct.as_char() == ':' => out.extend(quote!(<#controller>)),
                _ => controller.to_tokens(&mut out),
            },
            TokenTree::Group(group) => {
                let mut inside = Group::new(group.delimiter(), without_self(group.stream(), controller));
                inside.set_span(group.span());
                inside.to_tokens(&mut out);
            }
            other => other.to_tokens(&mut out),
        }
    }
    out
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
    let answered = paths::answered.at(span);
    quote_spanned! {span=>
        let __out = #call;
        let __out = (&&&&&&#answered(&__out)).__split(__out);
    }
}

fn reply(route: &Route, call: &TokenStream) -> TokenStream {
    let span = route.returns;
    let (answered, split) = (paths::answered.at(span), split(route, call));
    let call = the_call();
    quote_spanned! {span=>
        #split
        (&&&&&#answered(&__out)).__reply(__out, &#call)
    }
}

fn stream(route: &Route, call: &TokenStream) -> TokenStream {
    let span = route.returns;
    let (event_stream, events, answered) =
        (paths::event_stream.at(span), paths::events.at(span), paths::answered.at(span));
    let (ok, err) = (paths::Ok.at(span), paths::Err.at(span));
    let split = split(route, call);
    let name = route.name.span();
    let (call, emit, emitter) = (the_call(), Ident::new("__emit", span), paths::Emitter.at(span));
    let block = quote_spanned! {span=>
        #split
        match __out {
            #ok(__out) => {
                let __out = (&&#answered(&__out)).__direct(__out, &#emit);
                #emitter::all(&#emit, #events(__out)).await
            }
            #err(__error) => #err(__error),
        }
    };
    let closure = quote_spanned!(name=> move |#emit| async move { #block });
    quote_spanned!(name=> #event_stream(&#call, #closure).await)
}

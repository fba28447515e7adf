//! How long a provider lives: what stands between the parentheses of `#[injectable(..)]` and `#[provider(..)]`.

use crate::errors::Errors;
use crate::paths;
use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::{LitBool, Token};

/// What was said.
#[derive(Default)]
pub(crate) struct Scope {
    /// `request` or `transient`.
    scope: Option<Ident>,
    /// `durable`, or `durable = false`.
    durable: Option<bool>,
}

impl Scope {
    /// Reads the arguments of an attribute.
    pub(crate) fn parse(arguments: &TokenStream, attribute: &str, errors: &mut Errors) -> Self {
        let mut read = Self::default();
        let parser = |input: ParseStream<'_>| {
            while !input.is_empty() {
                read.word(input, attribute, errors)?;
                if !input.is_empty() {
                    input.parse::<Token![,]>()?;
                }
            }
            Ok(())
        };
        if let Err(error) = parser.parse2(arguments.clone()) {
            errors.add(error);
        }
        let is_request = read.scope.as_ref().is_some_and(|scope| scope == "request");
        if read.durable == Some(true) && !is_request {
            errors.push(arguments, "only what lives for a request can be durable: `request, durable`");
        }
        read
    }

    fn word(&mut self, input: ParseStream<'_>, attribute: &str, errors: &mut Errors) -> syn::Result<()> {
        let shape = format!("`#[{attribute}(..)]` takes `request`, `transient` and `durable`");
        let word: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), &shape))?;
        match word.to_string().as_str() {
            "request" | "transient" => {
                if self.scope.is_some() {
                    errors.push_at(word.span(), "a provider has one scope");
                }
                self.scope = Some(word);
            }
            "durable" => {
                let value = if input.peek(Token![=]) {
                    input.parse::<Token![=]>()?;
                    input.parse::<LitBool>()?.value
                } else {
                    true
                };
                if self.durable.replace(value).is_some() {
                    errors.push_at(word.span(), "`durable` is given twice");
                }
            }
            "singleton" => errors.push_at(word.span(), "a provider is a singleton unless something else is said"),
            _ => return Err(syn::Error::new(word.span(), shape)),
        }
        Ok(())
    }

    /// The fields of the descriptor, as far as they differ from a singleton's.
    pub(crate) fn fields(&self) -> TokenStream {
        let (scope, some) = (paths::Scope, paths::Some);
        let life = self.scope.as_ref().map(|word| {
            let variant = Ident::new(if word == "request" { "Request" } else { "Transient" }, word.span());
            quote_spanned!(word.span()=> scope: #scope::#variant,)
        });
        let durable = self.durable.map(|durable| quote!(durable: #some(#durable),));
        quote!(#life #durable)
    }
}

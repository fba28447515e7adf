//! Every mistake of one attribute, told at once.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::fmt::Display;

/// Collects mistakes, so that the user mends them in one go; the user's item is emitted whatever is in here.
#[derive(Debug, Default)]
pub(crate) struct Errors {
    list: Vec<syn::Error>,
}

impl Errors {
    /// A mistake that covers all the given tokens.
    pub(crate) fn push(&mut self, at: impl ToTokens, message: impl Display) {
        self.list.push(syn::Error::new_spanned(at, message));
    }

    /// A mistake at one place.
    pub(crate) fn push_at(&mut self, at: Span, message: impl Display) {
        self.list.push(syn::Error::new(at, message));
    }

    /// A mistake that syn found.
    pub(crate) fn add(&mut self, error: syn::Error) {
        self.list.push(error);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The mistakes as items that stand beside the user's.
    pub(crate) fn into_items(self) -> TokenStream {
        self.list.iter().map(syn::Error::to_compile_error).collect()
    }

    /// The mistakes as a value of any type, or nothing if there are none.
    ///
    /// A constant or static with this for its value is one that rustc has already complained about: whatever reads it,
    /// the check of the graph included, stays silent.
    pub(crate) fn into_value(self) -> Option<TokenStream> {
        if self.is_empty() {
            return None;
        }
        let errors = self.into_items();
        Some(quote!({ #errors loop {} }))
    }

    /// What is told of an item that an attribute without arguments stands on, for tests.
    #[cfg(test)]
    pub(crate) fn of<M>(
        item: TokenStream,
        parse: impl FnOnce(&TokenStream, TokenStream, &mut Self) -> Result<M, TokenStream>,
        check: impl FnOnce(&mut M, &mut Self),
    ) -> Vec<String> {
        let mut errors = Self::default();
        if let Ok(mut model) = parse(&TokenStream::new(), item, &mut errors) {
            check(&mut model, &mut errors);
        }
        errors.texts()
    }

    /// The texts, for tests.
    #[cfg(test)]
    pub(crate) fn texts(&self) -> Vec<String> {
        self.list.iter().flat_map(|error| error.clone().into_iter().map(|each| each.to_string())).collect()
    }
}

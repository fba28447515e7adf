//! Reads the function and the attribute's arguments.

use super::model::Main;
use crate::errors::Errors;
use crate::items;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Item, LitInt, Token, Type};

/// The function, or the item as it was if it is none.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Main, TokenStream> {
    let item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(item)) => item,
        Ok(other) => {
            errors.push_at(
                items::head(&other),
                format!("`#[oriole::main]` stands on `async fn main`, not on {}", items::kind(&other)),
            );
            return Err(other.into_token_stream());
        }
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let mut main = Main { item, root: None, worker_threads: None };
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            key(input, &mut main, errors)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arguments.clone()) {
        errors.add(error);
    }
    Ok(main)
}

fn key(input: ParseStream<'_>, main: &mut Main, errors: &mut Errors) -> syn::Result<()> {
    if !input.peek(syn::Ident) {
        return Err(input.error("expected `root` or `worker_threads`"));
    }
    let word: Ident = input.parse()?;
    let given = match word.to_string().as_str() {
        "root" => {
            input.parse::<Token![=]>().map_err(|_| input.error("write `root = AppModule`"))?;
            let root: Type = input.parse()?;
            main.root.replace(root).is_some()
        }
        "worker_threads" => {
            input.parse::<Token![=]>().map_err(|_| input.error("write `worker_threads = 4`"))?;
            let threads: LitInt = input.parse()?;
            if threads.base10_parse::<usize>().ok().is_none_or(|threads| threads == 0) {
                errors.push(&threads, "`worker_threads` is a number of threads, at least 1");
                return Ok(());
            }
            main.worker_threads.replace(threads).is_some()
        }
        other => {
            return Err(syn::Error::new(
                word.span(),
                format!("unknown key `{other}`: `#[oriole::main]` takes `root`, `worker_threads`"),
            ));
        }
    };
    if given {
        errors.push_at(word.span(), format!("`{word}` is given twice"));
    }
    Ok(())
}

//! Reads the struct and the arguments.

use super::model::Config;
use crate::errors::Errors;
use crate::items;
use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{LitStr, Token};

const SHAPE: &str = "`#[config(..)]` takes a name, `prefix = \"..\"` and `load = function`";

/// The struct, or the item as it was if it is none.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Config, TokenStream> {
    let item = items::expect_struct(item, "`#[config]` stands on a struct", errors)?;
    let mut config = Config { item, name: None, prefix: None, load: None };
    let parser = |input: ParseStream<'_>| {
        if input.peek(LitStr) {
            config.name = Some(input.parse()?);
            comma(input)?;
        }
        while !input.is_empty() {
            let key: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
            let is_twice = match key.to_string().as_str() {
                "prefix" => config.prefix.is_some(),
                "load" => config.load.is_some(),
                _ => return Err(syn::Error::new(key.span(), SHAPE)),
            };
            if is_twice {
                return Err(syn::Error::new(key.span(), format!("`{key}` is given twice")));
            }
            input.parse::<Token![=]>()?;
            if key == "prefix" {
                config.prefix = Some(input.parse()?);
            } else {
                config.load = Some(input.parse()?);
            }
            comma(input)?;
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arguments.clone()) {
        errors.add(error);
    }
    Ok(config)
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { input.parse::<Token![,]>().map(|_| ()) }
}

//! Reads one marker.

use super::model::{Header, Kind, Redirect};
use crate::errors::Errors;
use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Attribute, LitInt, LitStr, Meta, Token};

const REDIRECT_STATUS: u16 = 302;

/// What a route's marker says.
pub(super) struct RouteMarker {
    pub(super) kind: Kind,
    pub(super) method: String,
    pub(super) paths: Vec<LitStr>,
    pub(super) may_finish: bool,
}

/// `#[get("a", "b")]`, `#[sse("events", method = POST, may_finish)]`.
pub(super) fn route(attr: &Attribute, name: &str, errors: &mut Errors) -> RouteMarker {
    let mut marker = RouteMarker {
        kind: if name == "sse" { Kind::Sse } else { Kind::Http },
        method: match name {
            "sse" => String::from("GET"),
            "all" => String::from("*"),
            name => name.to_uppercase(),
        },
        paths: Vec::new(),
        may_finish: false,
    };
    let parser = |input: ParseStream<'_>| {
        let mut has_method = false;
        while !input.is_empty() {
            if input.peek(LitStr) {
                marker.paths.push(input.parse()?);
            } else if name == "sse" && input.peek(syn::Ident) {
                let key: Ident = input.parse()?;
                let is_given = match &*key.to_string() {
                    "method" => &mut has_method,
                    "may_finish" => &mut marker.may_finish,
                    _ => {
                        let text = format!("unknown key `{key}`: `#[sse]` takes paths, `method` and `may_finish`");
                        return Err(syn::Error::new(key.span(), text));
                    }
                };
                if std::mem::replace(is_given, true) {
                    return Err(syn::Error::new(key.span(), format!("`{key}` is given twice")));
                }
                if key == "method" {
                    input.parse::<Token![=]>()?;
                    marker.method = method(input)?;
                }
            } else {
                return Err(input.error(format!("`#[{name}]` takes paths: `#[{name}(\"path\")]`")));
            }
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = arguments(attr, name, parser) {
        errors.add(error);
    }
    marker
}

/// `POST` or `"POST"`; `ALL` is every method.
fn method(input: ParseStream<'_>) -> syn::Result<String> {
    const METHODS: [&str; 9] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY", "ALL"];
    let (word, span) = if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        (text.value(), text.span())
    } else {
        let word: Ident = input.parse()?;
        (word.to_string(), word.span())
    };
    if METHODS.contains(&word.as_str()) {
        return Ok(if word == "ALL" { String::from("*") } else { word });
    }
    Err(syn::Error::new(span, format!("`method` is one of {}", METHODS.map(|method| format!("`{method}`")).join(", "))))
}

/// `#[http_code(204)]`.
pub(super) fn http_code(attr: &Attribute, errors: &mut Errors) -> Option<u16> {
    let parser = |input: ParseStream<'_>| status(input, 200..=599, "`#[http_code(..)]` takes a status from 200 to 599");
    match arguments(attr, "http_code", parser) {
        Ok(Some(status)) => return Some(status),
        Ok(None) => errors.push(attr, "`#[http_code(..)]` takes a status: `#[http_code(204)]`"),
        Err(error) => errors.add(error),
    }
    None
}

/// `#[redirect]`, `#[redirect("url")]`, `#[redirect("url", 301)]`.
pub(super) fn redirect(attr: &Attribute, errors: &mut Errors) -> Option<Redirect> {
    let parser = |input: ParseStream<'_>| {
        if !input.peek(LitStr) {
            return Err(input.error("`#[redirect(..)]` takes a URL and a status: `#[redirect(\"https://..\", 301)]`"));
        }
        let url: LitStr = input.parse()?;
        if url.value().chars().any(char::is_control) {
            return Err(syn::Error::new(url.span(), "a URL has no line ends or other control characters"));
        }
        let mut redirect = Redirect { url: url.value(), status: REDIRECT_STATUS };
        if input.parse::<Option<Token![,]>>()?.is_some() && !input.is_empty() {
            redirect.status = status(input, 300..=399, "`#[redirect(..)]` takes a status from 300 to 399")?;
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(redirect)
    };
    match arguments(attr, "redirect", parser) {
        Ok(redirect) => Some(redirect.unwrap_or(Redirect { url: String::new(), status: REDIRECT_STATUS })),
        Err(error) => {
            errors.add(error);
            None
        }
    }
}

/// `#[header("name", "value")]`.
pub(super) fn header(attr: &Attribute, errors: &mut Errors) -> Option<Header> {
    let shape = "`#[header(..)]` takes a name and a value: `#[header(\"cache-control\", \"no-store\")]`";
    let parser = |input: ParseStream<'_>| {
        if !input.peek(LitStr) {
            return Err(input.error(shape));
        }
        let name: LitStr = input.parse()?;
        if !input.peek(Token![,]) {
            return Err(input.error(shape));
        }
        input.parse::<Token![,]>()?;
        if !input.peek(LitStr) {
            return Err(input.error(shape));
        }
        let value: LitStr = input.parse()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Header { name, value })
    };
    let header = match arguments(attr, "header", parser) {
        Ok(Some(header)) => header,
        Ok(None) => {
            errors.push(attr, shape);
            return None;
        }
        Err(error) => {
            errors.add(error);
            return None;
        }
    };
    let mut is_good = true;
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if header.name.value().is_empty() || !header.name.value().bytes().all(token) {
        errors.push(&header.name, "not a header's name: letters, digits and `-` make one");
        is_good = false;
    }
    let visible = |byte: u8| byte == b'\t' || (b' '..=b'~').contains(&byte);
    if !header.value.value().bytes().all(visible) {
        errors.push(&header.value, "not a header's value: it is visible ASCII, spaces and tabs");
        is_good = false;
    }
    is_good.then_some(header)
}

fn status(input: ParseStream<'_>, range: std::ops::RangeInclusive<u16>, shape: &str) -> syn::Result<u16> {
    if !input.peek(LitInt) {
        return Err(input.error(shape));
    }
    let number: LitInt = input.parse()?;
    match number.base10_parse::<u16>() {
        Ok(status) if range.contains(&status) => Ok(status),
        _ => Err(syn::Error::new(number.span(), shape)),
    }
}

/// Parses an attribute's arguments; `None` where it has none.
fn arguments<T>(
    attr: &Attribute,
    name: &str,
    parser: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<Option<T>> {
    match &attr.meta {
        Meta::Path(_) => Ok(None),
        Meta::List(list) if list.tokens.is_empty() => Ok(None),
        Meta::List(list) => list.parse_args_with(parser).map(Some),
        Meta::NameValue(value) => {
            Err(syn::Error::new(value.eq_token.span, format!("`#[{name}]` takes its arguments in parentheses")))
        }
    }
}

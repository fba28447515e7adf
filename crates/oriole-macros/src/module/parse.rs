//! Reads the lists. A mistake costs its entry, not the rest.

use super::model::{Imported, Listed, Lists, Module, Placed, Provision};
use crate::attrs::Gates;
use crate::errors::Errors;
use crate::items;
use crate::needs::Member;
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, Expr, LitStr, Token, Type, braced, bracketed, token};

const KEYS: [&str; 11] = [
    "imports",
    "controllers",
    "providers",
    "exports",
    "paths",
    "global",
    "root",
    "dynamic",
    "register",
    "for_root",
    "for_feature",
];

/// The module, or the item as it was if it is no struct.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Module, TokenStream> {
    let mut item = items::expect_struct(item, "`#[module]` stands on a struct", errors)?;
    let members = Member::parse_fields(&mut item.fields, "module", errors);
    Ok(Module { item, members, lists: lists(arguments, errors) })
}

/// The attribute's arguments.
pub(super) fn lists(arguments: &TokenStream, errors: &mut Errors) -> Lists {
    let mut lists = Lists::default();
    let parser = |input: ParseStream<'_>| {
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            if let Err(error) = key(input, &mut seen, &mut lists, errors) {
                errors.add(error);
                skip(input);
            }
            if !input.is_empty()
                && let Err(error) = input.parse::<Token![,]>()
            {
                errors.add(error);
                skip(input);
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(arguments.clone()) {
        errors.add(error);
    }
    lists
}

/// One `key`, or `key = [..]`.
fn key(input: ParseStream<'_>, seen: &mut Vec<Ident>, lists: &mut Lists, errors: &mut Errors) -> syn::Result<()> {
    let known = || KEYS.map(|key| format!("`{key}`")).join(", ");
    if !input.peek(syn::Ident) {
        return Err(input.error(format!("expected one of {}", known())));
    }
    let word: Ident = input.parse()?;
    let name = word.to_string();
    if !KEYS.contains(&name.as_str()) {
        let meant = near(&name).map(|key| format!("; did you mean `{key}`?")).unwrap_or_default();
        return Err(syn::Error::new(word.span(), format!("unknown key `{name}`: a module takes {}{meant}", known())));
    }
    if seen.contains(&word) {
        errors.push_at(word.span(), format!("`{name}` is given twice"));
        skip(input);
        return Ok(());
    }
    seen.push(word.clone());
    if matches!(name.as_str(), "global" | "root") {
        if !input.is_empty() && !input.peek(Token![,]) {
            return Err(input.error(format!("`{name}` is a flag: it stands alone")));
        }
        match name.as_str() {
            "global" => lists.global = Some(word.span()),
            _ => lists.root = Some(word.span()),
        }
        return Ok(());
    }
    if matches!(name.as_str(), "register" | "for_root" | "for_feature") {
        let shape = format!("`{name}` takes the type of the options: `{name} = Options`");
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(word.span(), shape));
        }
        input.parse::<Token![=]>()?;
        let options: Type = input.parse().map_err(|error| syn::Error::new(error.span(), shape))?;
        plain(&options, &name)?;
        lists.constructors.push((word, options));
        return Ok(());
    }
    let shape = format!("`{name}` takes a list: `{name} = [..]`");
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(word.span(), shape));
    }
    input.parse::<Token![=]>()?;
    if !input.peek(token::Bracket) {
        return Err(input.error(shape));
    }
    let content;
    bracketed!(content in input);
    match name.as_str() {
        "imports" => lists.imports = entries(&content, &import_entry, errors),
        "dynamic" => lists.dynamic = entries(&content, &|input| type_entry(input, "dynamic"), errors),
        "controllers" => lists.controllers = entries(&content, &|input| type_entry(input, "controllers"), errors),
        "paths" => paths(&content, "", &mut lists.paths, errors),
        "exports" => lists.exports = entries(&content, &|input| type_entry(input, "exports"), errors),
        _ => lists.providers = entries(&content, &provision, errors),
    }
    Ok(())
}

fn entries<T>(
    input: ParseStream<'_>,
    parse: &dyn Fn(ParseStream<'_>) -> syn::Result<T>,
    errors: &mut Errors,
) -> Vec<Listed<T>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        match gates(input, errors).and_then(|gates| Ok(Listed { gates, entry: parse(input)? })) {
            Ok(entry) => list.push(entry),
            Err(error) => {
                errors.add(error);
                skip(input);
            }
        }
        if !input.is_empty()
            && let Err(error) = input.parse::<Token![,]>()
        {
            errors.add(error);
            skip(input);
            let _ = input.parse::<Token![,]>();
        }
    }
    list
}

fn gates(input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Gates> {
    let attributes = input.call(Attribute::parse_outer)?;
    let gates = Gates::of(&attributes);
    for attr in &attributes {
        if Gates::of(std::slice::from_ref(attr)).is_empty() {
            errors.push(attr, "an entry takes no attribute but `#[cfg(..)]`");
        }
    }
    Ok(gates)
}

fn type_entry(input: ParseStream<'_>, list: &str) -> syn::Result<Type> {
    let ty: Type = input.parse().map_err(|error| named_by_type(&error, list))?;
    if input.peek(Token![as]) {
        let meant = match list {
            "exports" => "export the token alone: what stands after `as`",
            _ => "`as` belongs in `providers`",
        };
        return Err(input.error(meant));
    }
    if input.peek(Token![=]) {
        return Err(input.error("`TOKEN = value` belongs in `providers`"));
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error(format!("an entry of `{list}` is named by its type, and a comma follows it")));
    }
    plain(&ty, list)?;
    Ok(ty)
}

/// `"admin" = AdminModule`, `"admin" = AdminModule { "users" = UsersModule, AuditModule }`, `"admin" = { .. }`.
fn paths(input: ParseStream<'_>, above: &str, list: &mut Vec<Listed<Placed>>, errors: &mut Errors) {
    while !input.is_empty() {
        if let Err(error) = placed(input, above, list, errors) {
            errors.add(error);
            skip(input);
        }
        if !input.is_empty()
            && let Err(error) = input.parse::<Token![,]>()
        {
            errors.add(error);
            skip(input);
            let _ = input.parse::<Token![,]>();
        }
    }
}

fn placed(input: ParseStream<'_>, above: &str, list: &mut Vec<Listed<Placed>>, errors: &mut Errors) -> syn::Result<()> {
    const SHAPE: &str = "an entry of `paths` is `\"path\" = Module`, with `{ .. }` for those below it";
    let gates = gates(input, errors)?;
    let mut path = above.to_owned();
    if input.peek(LitStr) {
        let part: LitStr = input.parse()?;
        let part = part.value();
        let part = part.trim_matches('/');
        if !path.is_empty() && !part.is_empty() {
            path.push('/');
        }
        path.push_str(part);
        if !input.peek(Token![=]) {
            return Err(input.error(SHAPE));
        }
        input.parse::<Token![=]>()?;
    } else if above.is_empty() {
        return Err(input.error(SHAPE));
    }
    if !input.peek(token::Brace) {
        let module: Type = input.parse().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
        plain(&module, "paths")?;
        list.push(Listed { gates: gates.clone(), entry: Placed { module, path: path.clone() } });
    }
    if input.peek(token::Brace) {
        let content;
        braced!(content in input);
        let from = list.len();
        paths(&content, &path, list, errors);
        for below in &mut list[from..] {
            below.gates = gates.and(&below.gates);
        }
    }
    Ok(())
}

fn import_entry(input: ParseStream<'_>) -> syn::Result<Imported> {
    let ahead = input.fork();
    let word = ahead.parse::<Ident>();
    let global = word.is_ok_and(|word| word == "global") && ahead.peek(syn::Ident);
    if global {
        input.parse::<Ident>()?;
    }
    let ahead = input.fork();
    if ahead.parse::<Type>().is_ok() {
        if ahead.peek(Token![=]) {
            let ty: Type = input.parse()?;
            plain(&ty, "imports")?;
            input.parse::<Token![=]>()?;
            return Ok(Imported { global, ty: Box::new(ty), call: Some(Box::new(input.parse()?)) });
        }
        if ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![as]) {
            let ty = Box::new(type_entry(input, "imports")?);
            return Ok(Imported { global, ty, call: None });
        }
    }
    let call: Expr = input.parse().map_err(|error| named_by_type(&error, "imports"))?;
    Ok(Imported { global, ty: Box::new(module_of(&call)?), call: Some(Box::new(call)) })
}

/// The module whose function begins a call: `Module::for_root(..)`, with whatever methods behind it.
fn module_of(call: &Expr) -> syn::Result<Type> {
    let mut at = call;
    loop {
        at = match at {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Await(expr) => &expr.base,
            Expr::Try(expr) => &expr.expr,
            Expr::Call(call) => &call.func,
            _ => break,
        };
    }
    if let Expr::Path(path) = at {
        let mut module = path.path.clone();
        module.segments.pop();
        module.segments.pop_punct();
        if !module.segments.is_empty() && path.qself.is_none() {
            return Ok(syn::parse_quote!(#module));
        }
    }
    Err(syn::Error::new(
        call.span(),
        "an entry of `imports` is a module, or a call of one of its functions: `Module::for_root(..)`; \
         what makes a module elsewhere is written `Module = expression`",
    ))
}

fn provision(input: ParseStream<'_>) -> syn::Result<Provision> {
    if input.peek(Token![use]) {
        return alias(input);
    }
    let ty: Type = input.parse().map_err(|error| named_by_type(&error, "providers"))?;
    if input.peek(Token![as]) {
        plain(&ty, "providers")?;
        input.parse::<Token![as]>()?;
        let token: Type = input.parse()?;
        plain(&token, "providers")?;
        return Ok(Provision::As(Box::new(ty), Box::new(token)));
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        if input.is_empty() || input.peek(Token![,]) {
            return Err(input.error("expected the value"));
        }
        let value: Expr = input.parse()?;
        plain(&ty, "providers")?;
        return Ok(Provision::Value(Box::new(ty), Box::new(value)));
    }
    if !input.is_empty() && !input.peek(Token![,]) {
        return Err(input.error(
            "an entry of `providers` is `Type`, `function`, `Type as dyn Trait`, `Type as TOKEN`, `TOKEN = value` or \
             `use TOKEN as TOKEN`",
        ));
    }
    plain(&ty, "providers")?;
    Ok(Provision::Bare(Box::new(ty)))
}

fn alias(input: ParseStream<'_>) -> syn::Result<Provision> {
    let word: Token![use] = input.parse()?;
    let named = |error: &syn::Error| named_by_type(error, "providers");
    let of: Type = input.parse().map_err(|error| named(&error))?;
    plain(&of, "providers")?;
    if !input.peek(Token![as]) {
        return Err(syn::Error::new(word.span, "an alias has two names: `use Existing as ALIAS`"));
    }
    input.parse::<Token![as]>()?;
    let alias: Type = input.parse().map_err(|error| named(&error))?;
    plain(&alias, "providers")?;
    Ok(Provision::Alias(Box::new(of), Box::new(alias)))
}

/// Lists hold names, not every type that Rust can write.
fn plain(ty: &Type, list: &str) -> syn::Result<()> {
    match ty {
        Type::Path(_) | Type::TraitObject(_) | Type::Macro(_) | Type::Group(_) | Type::Paren(_) => Ok(()),
        other => Err(syn::Error::new(other.span(), format!("an entry of `{list}` is named by the path of its type"))),
    }
}

fn named_by_type(error: &syn::Error, list: &str) -> syn::Error {
    syn::Error::new(error.span(), format!("an entry of `{list}` is named by its type"))
}

/// Moves to the next comma, or to the end.
fn skip(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.parse::<TokenTree>().is_err() {
            return;
        }
    }
}

/// The key that a misspelt or singular word was meant to be.
fn near(word: &str) -> Option<&'static str> {
    let alike = |key: &&str| key.strip_suffix('s') == Some(word) || distance(key, word) <= 2;
    KEYS.into_iter().find(alike)
}

/// How many letters must be added, removed or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

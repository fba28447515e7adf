//! How messages call a type, and where they say it was written.

use crate::paths;
use proc_macro2::{Delimiter, Literal, Spacing, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{GenericArgument, PathArguments, Type};

/// A `Location` at the user's token.
pub(crate) fn location(span: Span) -> TokenStream {
    let (file, line, column) = place(span);
    let (function, line, column) = (paths::place, Literal::usize_unsuffixed(line), Literal::usize_unsuffixed(column));
    quote!(#function(#file, #line, #column))
}

/// File, line and column of a token, from 1. As numbers rather than as `line!()`, because a large application has thousands
/// of them and each would be a macro for rustc to expand.
pub(crate) fn place(span: Span) -> (String, usize, usize) {
    if proc_macro::is_available() {
        let span = span.unwrap();
        (span.file(), span.line(), span.column())
    } else {
        ("src/example.rs".to_owned(), 1, 1)
    }
}

/// The first token's span: what points at a whole type on stable Rust.
pub(crate) fn span_of(tokens: &impl ToTokens) -> Span {
    tokens.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

/// A type as the user wrote it, its paths shortened to their last words.
pub(crate) fn type_name(ty: &Type) -> String {
    let mut text = String::new();
    write(ty.to_token_stream(), &mut text);
    text
}

/// The type behind a need: without an outer `Arc<..>` or `Option<Arc<..>>`.
///
/// For messages alone: which token a need has, the trait `Inject` says.
pub(crate) fn need_name(ty: &Type) -> String {
    let inner = argument(ty, "Option").unwrap_or(ty);
    let pointee = argument(inner, "Arc").or_else(|| argument(inner, "Lazy"));
    type_name(pointee.unwrap_or(inner))
}

/// What a factory of this return type provides: without an outer `Result<..>` or `Arc<..>`. For messages alone, as
/// [`need_name`].
pub(crate) fn output_name(ty: &Type) -> String {
    let inner = arguments(ty, "Result").and_then(|types| types.into_iter().next()).unwrap_or(ty);
    type_name(argument(inner, "Arc").unwrap_or(inner))
}

fn argument<'a>(ty: &'a Type, wrapper: &str) -> Option<&'a Type> {
    let arguments = arguments(ty, wrapper)?;
    if arguments.len() == 1 { arguments.into_iter().next() } else { None }
}

fn arguments<'a>(ty: &'a Type, wrapper: &str) -> Option<Vec<&'a Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last().filter(|last| last.ident == wrapper)?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some(types.collect())
}

/// Writes tokens as rustfmt would, leaving out all words of a path but the last.
fn write(tokens: TokenStream, text: &mut String) {
    let mut tokens = tokens.into_iter().peekable();
    let mut word_at = text.len();
    while let Some(token) = tokens.next() {
        let is_word = matches!(token, TokenTree::Ident(_));
        match token {
            TokenTree::Ident(word) => {
                if text.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '>') {
                    text.push(' ');
                }
                word_at = text.len();
                text.push_str(&word.to_string());
            }
            TokenTree::Literal(literal) => text.push_str(&literal.to_string()),
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                ':' if punct.spacing() == Spacing::Joint => {
                    tokens.next();
                    text.truncate(word_at);
                }
                ',' if tokens.peek().is_some() => text.push_str(", "),
                ',' => {}
                sign @ ('=' | '+') => {
                    text.push(' ');
                    text.push(sign);
                    text.push(' ');
                }
                sign @ ';' => {
                    text.push(sign);
                    text.push(' ');
                }
                '-' => {
                    tokens.next();
                    text.push_str(" -> ");
                }
                sign => text.push(sign),
            },
        }
        if !is_word {
            word_at = text.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{need_name, type_name};
    use syn::{Type, parse_quote};

    #[test]
    fn types_are_shortened_to_their_last_words() {
        let cases: [(Type, &str); 7] = [
            (parse_quote!(crate::cats::CatsService), "CatsService"),
            (parse_quote!(dyn crate::cats::CatsRepo), "dyn CatsRepo"),
            (parse_quote!(Repo<crate::Cat, &'static str>), "Repo<Cat, &'static str>"),
            (parse_quote!(dyn Clock + Send + ::core::marker::Sync), "dyn Clock + Send + Sync"),
            (parse_quote!([u8; 4]), "[u8; 4]"),
            (parse_quote!(fn(a::A, B) -> c::C), "fn(A, B) -> C"),
            (parse_quote!(dyn Iterator<Item = a::B>), "dyn Iterator<Item = B>"),
        ];
        for (ty, name) in cases {
            assert_eq!(type_name(&ty), name);
        }
    }

    #[test]
    fn a_need_is_called_by_what_it_points_to() {
        let cases: [(Type, &str); 4] = [
            (parse_quote!(Arc<Db>), "Db"),
            (parse_quote!(std::sync::Arc<dyn db::Db>), "dyn Db"),
            (parse_quote!(Option<std::sync::Arc<Db>>), "Db"),
            (parse_quote!(Shared), "Shared"),
        ];
        for (ty, name) in cases {
            assert_eq!(need_name(&ty), name);
        }
    }
}

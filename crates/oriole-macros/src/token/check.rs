//! Refuses what is not one token.

use super::model::Token;
use crate::errors::Errors;
use crate::{attrs, identity};
use syn::{TraitItem, WherePredicate};

/// Complains about what the macro can see; that threads can share the type, and that a constant is a `Token<T>`, traits
/// say.
pub(super) fn check(token: &Token, errors: &mut Errors) {
    let attributes = match token {
        Token::Trait(item) => {
            identity::check_generics(&item.generics, "a token", errors);
            for each in &item.items {
                if let TraitItem::Type(each) = each
                    && !only_for_sized(&each.generics)
                {
                    errors.push(
                        &each.ident,
                        "a trait with associated types is a token for each choice of them: \
                         use a type parameter, or a named token for one of them",
                    );
                }
            }
            &item.attrs
        }
        Token::Type { generics, attrs, .. } => {
            identity::check_generics(generics, "a token", errors);
            attrs
        }
        Token::Constant(item) => {
            if item.ident == "_" {
                errors.push(&item.ident, "a token needs a name");
            }
            &item.attrs
        }
    };
    for attr in attributes {
        if attrs::is(attr.path(), "token") {
            errors.push(attr, "`#[token]` is given twice");
        }
        for other in ["injectable", "module"] {
            if attrs::is(attr.path(), other) {
                errors.push(attr, format!("`#[{other}]` makes the struct a token already: leave `#[token]` out"));
            }
        }
    }
}

fn only_for_sized(generics: &syn::Generics) -> bool {
    generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| {
        matches!(predicate, WherePredicate::Type(predicate)
            if quote::ToTokens::to_token_stream(predicate).to_string() == "Self : Sized")
    })
}

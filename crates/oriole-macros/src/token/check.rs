//! Refuses what is not one token.

use super::model::Token;
use crate::errors::Errors;
use crate::{attrs, identity};
use syn::{Item, TraitItem, WherePredicate};

/// What cannot stand beside `#[token]`.
const BESIDE: &[(&str, &str)] = &[
    ("token", "`#[token]` is given twice"),
    ("injectable", "`#[injectable]` makes the struct a token already: leave `#[token]` out"),
    ("module", "a module is no token: leave `#[token]` out"),
];

/// Complains about what the macro can see; that threads can share the type, and that a constant is a `Token<T>`, traits
/// say.
pub(crate) fn check(token: &mut Token, errors: &mut Errors) {
    let attributes = match token {
        Token::Trait { item, .. } => {
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
            &mut item.attrs
        }
        Token::Type { item, generics, .. } => {
            identity::check_generics(generics, "a token", errors);
            match &mut **item {
                Item::Struct(item) => &mut item.attrs,
                Item::Enum(item) => &mut item.attrs,
                Item::Union(item) => &mut item.attrs,
                _ => return,
            }
        }
        Token::Constant(item) => {
            if item.ident == "_" {
                errors.push(&item.ident, "a token needs a name");
            }
            &mut item.attrs
        }
    };
    attrs::refuse_beside(attributes, BESIDE, errors);
}

/// Whether an item of a trait is bound by `where Self: Sized`, so that `dyn` is without it.
pub(crate) fn only_for_sized(generics: &syn::Generics) -> bool {
    generics.where_clause.iter().flat_map(|clause| &clause.predicates).any(|predicate| {
        matches!(predicate, WherePredicate::Type(predicate)
            if quote::ToTokens::to_token_stream(predicate).to_string() == "Self : Sized")
    })
}

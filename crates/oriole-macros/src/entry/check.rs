//! Refuses what cannot be an entry point.

use super::model::Main;
use crate::attrs;
use crate::errors::Errors;

/// What cannot stand beside `#[oriole::main]`.
const BESIDE: &[(&str, &str)] = &[("main", "`#[oriole::main]` is given twice")];

/// Complains about the function. `roots` says how many `create::<T>` its body has.
pub(super) fn check(main: &mut Main, roots: usize, errors: &mut Errors) {
    let signature = &main.item.sig;
    if signature.asyncness.is_none() {
        errors.push(signature.fn_token, "`#[oriole::main]` starts a runtime: write `async fn main`");
    }
    if signature.ident != "main" {
        errors.push(&signature.ident, "`#[oriole::main]` stands on `async fn main`");
    }
    if !signature.inputs.is_empty() {
        errors.push(&signature.inputs, "`main` has no parameters: use `std::env::args()`");
    }
    if !signature.generics.params.is_empty() {
        errors.push(&signature.generics, "`main` cannot be generic");
    }
    if roots == 0 && main.root.is_none() && errors.is_empty() {
        errors.push(
            &signature.ident,
            "no `Oriole::create::<AppModule>()` stands in this body, so the compiler cannot check that the application \
             is wired: write it here, or name its root with `#[oriole::main(root = AppModule)]`",
        );
    }
    main.item.attrs.retain(|attr| {
        let path = attr.path();
        let foreign = path.segments.len() == 2
            && path.segments.last().is_some_and(|last| last.ident == "main")
            && !attrs::is(path, "main");
        if foreign {
            errors.push(attr, "`#[oriole::main]` starts the runtime: leave this one out");
        }
        !foreign
    });
    attrs::refuse_beside(&mut main.item.attrs, BESIDE, errors);
}

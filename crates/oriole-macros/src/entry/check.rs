//! Refuses what cannot be an entry point.

use super::model::Main;
use super::roots;
use crate::attrs;
use crate::errors::Errors;

/// What cannot stand beside `#[oriole::main]`.
const BESIDE: &[(&str, &str)] = &[("main", "`#[oriole::main]` is given twice")];

/// Complains about the function, and adds the check of every `create::<T>` to its body.
pub(crate) fn check(main: &mut Main, errors: &mut Errors) {
    let roots = roots::check_each(&mut main.item);
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

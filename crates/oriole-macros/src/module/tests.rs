use super::model::Provision;
use super::{check, parse};
use crate::errors::Errors;
use quote::quote;

#[test]
fn lists_are_read_in_order_with_their_conditions() {
    let mut errors = Errors::default();
    let arguments = quote! {
        imports = [a::AModule, #[cfg(unix)] BModule<C>],
        providers = [CatsService, PgCats as dyn CatsRepo, connect as POOL, PORT = 1 + 2, URL = f(a, b), use PORT as HTTP_PORT],
        exports = [dyn CatsRepo],
        global
    };
    let lists = parse::lists(&arguments, &mut errors);
    assert_eq!(errors.texts(), [""; 0]);
    let gates: Vec<_> = lists.imports.iter().map(|import| import.gates.is_empty()).collect();
    assert_eq!(gates, [true, false]);
    let kinds: String = lists
        .providers
        .iter()
        .map(|provider| match provider.entry {
            Provision::Bare(_) => 'b',
            Provision::As(..) => 'a',
            Provision::Value(..) => 'v',
            Provision::Alias(..) => 'u',
        })
        .collect();
    assert_eq!(
        (&*kinds, lists.exports.len(), lists.global.is_some(), lists.root.is_some()),
        ("baavvu", 1, true, false)
    );
}

#[test]
fn a_mistake_costs_its_entry_and_not_the_rest() {
    let mut errors = Errors::default();
    let lists = parse::lists(&quote!(providers = [A {}, B, 3, C], nonsense = [D], exports = [B]), &mut errors);
    assert_eq!((lists.providers.len(), lists.exports.len(), errors.texts().len()), (2, 1, 3));
}

#[test]
fn a_near_miss_is_guessed() {
    for (word, key) in [("provider", "providers"), ("import", "imports"), ("golbal", "global"), ("exprots", "exports")]
    {
        let mut errors = Errors::default();
        let word = quote::format_ident!("{word}");
        parse::lists(&quote!(#word), &mut errors);
        assert!(errors.texts()[0].ends_with(&format!("did you mean `{key}`?")), "{:?}", errors.texts());
    }
}

#[test]
fn a_root_is_not_generic() {
    let mut errors = Errors::default();
    let item = quote!(
        struct M<T> {
            #[inject(default)]
            of: PhantomData<T>,
        }
    );
    let Ok(mut model) = parse::parse(&quote!(root), item, &mut errors) else { panic!("a struct") };
    check::check(&mut model, &mut errors);
    assert_eq!(errors.texts().len(), 1);
    assert!(errors.texts()[0].contains("cannot be a root"));
}

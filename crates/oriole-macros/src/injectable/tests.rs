use super::{check, parse};
use crate::errors::Errors;
use crate::needs::Source;
use proc_macro2::TokenStream;
use quote::quote;

#[test]
fn fields_say_where_their_value_comes_from() {
    let mut errors = Errors::default();
    let item = quote! {
        struct S {
            a: Arc<A>,
            #[inject(tokens::POOL)]
            b: Arc<B>,
            #[inject(default)]
            c: u32,
        }
    };
    let Ok(mut model) = parse::parse(&TokenStream::new(), item, &mut errors) else { panic!("a struct") };
    check::check(&mut model, &mut errors);
    assert_eq!(errors.texts(), [""; 0]);
    let sources: String = model
        .members
        .iter()
        .map(|(_, member)| match member.source {
            Source::Type => 't',
            Source::Token(_) => 'n',
            Source::Default => 'd',
        })
        .collect();
    assert_eq!(sources, "tnd");
}

#[test]
fn every_mistake_is_told_at_once() {
    let mut errors = Errors::default();
    let item = quote! {
        #[token]
        #[module()]
        struct S<'a, const N: usize> {
            #[inject]
            a: Arc<A>,
            #[inject(A)]
            #[inject(B)]
            b: Arc<B>,
            #[cfg_attr(unix, inject(default))]
            c: u32,
        }
    };
    let Ok(mut model) = parse::parse(&quote!(scope), item, &mut errors) else { panic!("a struct") };
    check::check(&mut model, &mut errors);
    assert_eq!(errors.texts().len(), 8, "{:?}", errors.texts());
    assert!(model.item.attrs.is_empty(), "what conflicts is taken off");
}

#[test]
fn other_items_are_given_back() {
    for item in [
        quote!(
            enum E {}
        ),
        quote!(
            fn f() {}
        ),
        quote!(impl S {}),
        quote!(
            trait T {}
        ),
    ] {
        let mut errors = Errors::default();
        let Err(same) = parse::parse(&TokenStream::new(), item.clone(), &mut errors) else { panic!("no struct") };
        assert_eq!((same.to_string(), errors.texts().len()), (item.to_string(), 1));
    }
}

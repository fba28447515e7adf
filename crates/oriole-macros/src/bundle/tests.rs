//! What is handed over, and what comes back.

use super::{apply, define, hand_over};
use quote::quote;

#[test]
fn markers_take_the_place_of_the_name() {
    let item = quote! {
        impl Cats {
            #[get]
            #[apply(auth(&["admin"]), cached)]
            fn all(&self) {}
        }
    };
    let handed = hand_over(&quote!("cats"), &item).expect("it names a bundle").to_string();
    let expected = quote! {
        auth! { [
            #[::oriole::__private::controller("cats")]
            impl Cats {
                #[get]
                #[__oriole_bundle(cached())]
                fn all(&self) {}
            }
        ] &["admin"] }
    };
    assert_eq!(handed, expected.to_string());

    let back = apply(quote! { [#[meta(1)] #[header("a", "b")]] impl Cats {
        #[get]
        #[__oriole_bundle(cached())]
        fn all(&self) {}
    } });
    let expected = quote! { impl Cats {
        #[get]
        #[meta(1)]
        #[header("a", "b")]
        #[apply(cached())]
        fn all(&self) {}
    } };
    assert_eq!(back.to_string(), expected.to_string());
}

#[test]
fn an_impl_that_names_none_is_left_alone() {
    assert!(hand_over(&quote!(), &quote!(impl Cats { #[get] fn all(&self) { self.apply() } })).is_none());
}

#[test]
fn mistakes() {
    let check = |input, text: &str| {
        let output = define(input).to_string();
        assert!(output.contains("compile_error") && output.contains(text), "{output}");
    };
    check(quote!(pub auth() { #[meta(1)] }), "known within its crate");
    check(quote!(auth() { meta(1) }), "holds markers, and nothing else");
    check(quote!(auth() {}), "without markers");
    let handed = hand_over(
        &quote!(),
        &quote!(
            #[apply]
            impl Cats {}
        ),
    )
    .expect("it tries to name one");
    assert!(handed.to_string().contains("takes bundles"), "{handed}");
}

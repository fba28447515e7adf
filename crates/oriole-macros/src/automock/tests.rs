use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

fn mistakes(item: TokenStream) -> Vec<String> {
    Errors::of(item, parse::parse, check::check)
}

#[test]
fn what_has_a_stand_in() {
    let item = quote! {
        #[token]
        trait Repo: Send + Sync + 'static {
            fn find(&self, id: u32, name: &str, all: &[Cat], of: (&'static str)) -> Option<&Cat>;
            fn later<'a>(&'a self, key: &'a str) -> Pin<Box<dyn Future<Output = u8> + Send + 'a>>;
            fn ours(self: Arc<Self>, f: Box<dyn Fn(u8) -> u8>) where Self: 'static;
            fn change(&mut self) {}
            fn map<T>(&self, _: &mut T) where Self: Sized {}
            type Item where Self: Sized;
        }
    };
    // An associated type must be said, also where `dyn` is without it.
    assert_eq!(mistakes(item).len(), 1);
}

#[test]
fn what_has_none() {
    let check = |items: TokenStream, expected: &str| {
        let texts = mistakes(quote!(#[token] trait Repo: Send + Sync { #items }));
        assert!(matches!(&*texts, [text] if text.contains(expected)), "{expected}: {texts:?}");
    };
    check(
        quote!(
            async fn find(&self);
        ),
        "an `async fn` cannot",
    );
    check(
        quote!(
            fn find<T>(&self, of: T);
        ),
        "a generic method cannot",
    );
    check(
        quote!(
            fn find<const N: usize>(&self);
        ),
        "a generic method cannot",
    );
    check(
        quote!(
            fn find(&self, of: impl Fn());
        ),
        "a generic method cannot",
    );
    check(
        quote!(
            fn find(&self) -> impl Iterator;
        ),
        "returns `impl ..`",
    );
    check(
        quote!(
            fn find(&self, of: &mut u8);
        ),
        "only lent to be changed",
    );
    check(
        quote!(
            fn find(&self, of: Option<&str>);
        ),
        "borrows within",
    );
    check(
        quote!(
            fn find(&self, of: &[&str]);
        ),
        "borrows within",
    );
    check(
        quote!(
            fn find(&self, of: Cow<'_, str>);
        ),
        "borrows within",
    );
    check(
        quote!(
            fn find() -> u8;
        ),
        "a function without `self`",
    );
    check(
        quote!(
            fn find(&self)
            where
                Self: Sized;
        ),
        "give it a body",
    );
    check(
        quote!(
            const N: u8;
        ),
        "a stand-in has methods alone",
    );
    check(
        quote!(
            type Item;
        ),
        "a stand-in has methods alone",
    );
    check(
        quote!(
            fn same(&self) -> Box<Self>;
        ),
        "returns `Self`",
    );
    check(
        quote!(
            fn same(&self, other: &Self);
        ),
        "another `Self`",
    );
}

use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

fn mistakes(item: TokenStream) -> Vec<String> {
    Errors::of(item, parse::parse, check::check)
}

#[test]
fn functions_of_every_shape() {
    assert_eq!(
        mistakes(quote!(
            fn f() -> u8 {
                1
            }
        )),
        [""; 0]
    );
    assert_eq!(
        mistakes(quote!(
            pub async fn f(a: Arc<A>, #[inject(B)] b: Arc<B>) -> io::Result<u8> {
                Ok(1)
            }
        )),
        [""; 0]
    );
    assert_eq!(
        mistakes(quote!(
            const fn f() -> u8 {
                1
            }
        )),
        [""; 0]
    );
}

#[test]
fn every_mistake_is_told_at_once() {
    let texts = mistakes(quote!(
        unsafe extern "C" fn f<T>(&self, #[inject(default)] a: impl Copy) {}
    ));
    assert_eq!(texts.len(), 7, "{texts:?}");
}

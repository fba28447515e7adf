use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

fn mistakes(item: TokenStream) -> usize {
    let mut errors = Errors::default();
    if let Ok(mut token) = parse::parse(&TokenStream::new(), item, &mut errors) {
        check::check(&mut token, &mut errors);
    }
    errors.texts().len()
}

#[test]
fn what_may_be_a_token() {
    assert_eq!(
        mistakes(quote!(
            pub trait Repo<T>: Send + Sync {}
        )),
        0
    );
    assert_eq!(
        mistakes(quote!(
            trait Repo: Send + Sync {
                type Item
                where
                    Self: Sized;
            }
        )),
        0
    );
    assert_eq!(
        mistakes(quote!(
            struct Pool;
        )),
        0
    );
    assert_eq!(
        mistakes(quote!(
            enum Level {}
        )),
        0
    );
    assert_eq!(
        mistakes(quote!(
            const POOL: Token<Pool> = Token::new();
        )),
        0
    );
}

#[test]
fn what_may_not() {
    assert_eq!(
        mistakes(quote!(
            trait Repo<'a>: Send + Sync {
                type Item;
            }
        )),
        2
    );
    assert_eq!(
        mistakes(quote!(
            const _: Token<Pool> = Token::new();
        )),
        1
    );
    assert_eq!(
        mistakes(quote!(
            static POOL: Token<Pool> = Token::new();
        )),
        1
    );
    assert_eq!(
        mistakes(quote!(
            #[injectable]
            #[token]
            struct Pool;
        )),
        2
    );
}

use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

fn mistakes(arguments: &TokenStream, item: TokenStream) -> usize {
    let mut errors = Errors::default();
    if let Ok(mut config) = parse::parse(arguments, item, &mut errors) {
        check::check(&mut config, &mut errors);
    }
    errors.texts().len()
}

#[test]
fn what_a_part_may_be_called() {
    let item = || {
        quote!(
            struct Database;
        )
    };
    for arguments in [quote!(), quote!("database"), quote!("database.pool-2", prefix = "DB_"), quote!(load = a::load)] {
        assert_eq!(mistakes(&arguments, item()), 0, "{arguments}");
    }
    let wrong =
        [quote!(database), quote!("a b"), quote!("a..b"), quote!(""), quote!("a", prefix = ""), quote!("a", name = 1)];
    for arguments in wrong {
        assert_eq!(mistakes(&arguments, item()), 1, "{arguments}");
    }
    assert_eq!(mistakes(&quote!(prefix = "A_", prefix = "B_"), item()), 1);
}

#[test]
fn what_may_be_a_part() {
    assert_eq!(
        mistakes(
            &TokenStream::new(),
            quote!(
                enum Database {}
            )
        ),
        1
    );
    assert_eq!(
        mistakes(
            &TokenStream::new(),
            quote!(
                #[injectable]
                #[token]
                struct Database<T>(T);
            )
        ),
        3
    );
}

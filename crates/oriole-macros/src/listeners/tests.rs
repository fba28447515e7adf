use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

fn mistakes(item: TokenStream) -> Vec<String> {
    Errors::of(item, parse::parse, check::check)
}

#[test]
fn what_a_listener_may_be() {
    let item = quote! {
        impl Log {
            #[on_event("order.created", ORDER_SHIPPED, async, prepend, suppress_errors = false)]
            #[on_event(names::PREPEND)]
            fn one(&self, event: &OrderCreated) {}

            #[on_event]
            async fn two(&self, event: Arc<OrderCreated>) -> Result<(), BoxError> {}

            #[on_event("order.*")]
            fn three(&self) {}

            fn plain(self, one: u8, two: u8) {}
        }
    };
    assert_eq!(mistakes(item), [""; 0]);
}

#[test]
fn what_it_may_not() {
    let item = quote! {
        impl Log {
            #[on_event("a")]
            fn one(&mut self) {}

            #[on_event("a")]
            fn two(&self, one: &A, two: &B) {}

            #[on_event("a")]
            fn three<T>(event: &T) {}

            #[on_event]
            fn four(&self) {}

            #[on_event("a", suppress_errors)]
            fn five(&self) {}

            #[cfg_attr(unix, on_event("a"))]
            fn six(&self) {}
        }
    };
    assert_eq!(mistakes(item).len(), 7);
    assert_eq!(mistakes(quote!(impl Log {})).len(), 1);
    assert_eq!(
        mistakes(quote!(
            impl<T> Listen for Log<T> {}
        ))
        .len(),
        2
    );
}

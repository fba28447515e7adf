use super::{check, parse, roots};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// How many roots a body has, and the body with its checks.
fn found(body: &TokenStream) -> (usize, String) {
    let mut errors = Errors::default();
    let item = quote!(async fn main() { #body });
    let Ok(mut main) = parse::parse(&TokenStream::new(), item, &mut errors) else { panic!("a function") };
    let count = roots::check_each(&mut main.item);
    (count, main.item.to_token_stream().to_string())
}

#[test]
fn roots_are_found_wherever_they_stand() {
    for body in [
        quote!(Oriole::create::<App>().await),
        quote!(oriole::Oriole::create::<app::App<T>>()),
        quote!(<Oriole>::create::<App>),
        quote!(factory.create::<App>()),
        quote!(if a {
            match b {
                _ => Oriole::create::<App>(),
            }
        }),
        quote!(let f = || async { Oriole::create::<App>().await };),
        quote!(try_join!(Oriole::create::<App>(), other)),
        quote!(
            fn inner() {
                Oriole::create::<App>();
            }
        ),
    ] {
        let (count, text) = found(&body);
        assert_eq!((count, text.matches("CHECKED").count()), (1, 1), "{body}");
    }
}

#[test]
fn what_is_no_root() {
    for body in [
        quote!(Oriole::create()),
        quote!(Oriole::create::<_>()),
        quote!(create::<A, B>()),
        quote!(start().await),
        quote!(
            fn inner<M>() {
                Oriole::create::<M>();
            }
        ),
        quote!(a.create < b),
    ] {
        assert_eq!(found(&body).0, 0, "{body}");
    }
}

#[test]
fn a_root_is_checked_once_per_block_and_under_its_condition() {
    let (count, text) = found(&quote!(Oriole::create::<A>(); Oriole::create::<A>(); { Oriole::create::<A>(); }));
    assert_eq!((count, text.matches("CHECKED").count()), (3, 2));
    let (_, text) = found(&quote!(#[cfg(unix)] Oriole::create::<A>().await;));
    assert!(text.contains("# [cfg (unix)] const _"), "{text}");
}

#[test]
fn an_entry_point_is_async_and_bare() {
    let mut errors = Errors::default();
    let item = quote!(
        #[tokio::main]
        fn run<T>(a: u8) {}
    );
    let Ok(mut main) = parse::parse(&quote!(root = App, root = App), item, &mut errors) else { panic!("a function") };
    check::check(&mut main, &mut errors);
    assert_eq!(errors.texts().len(), 6, "{:?}", errors.texts());
}

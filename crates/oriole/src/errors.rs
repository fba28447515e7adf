//! A page for each error code; the same text as `docs/errors` in the repository.

macro_rules! pages {
    ($($code:ident)*) => {
        $(
            #[cfg_attr(not(doctest), doc = include_str!("links.md"))]
            #[doc = include_str!(concat!("../../../docs/errors/", stringify!($code), ".md"))]
            #[allow(non_snake_case, reason = "a code is written as it is printed")]
            pub mod $code {}
        )*
    };
}

pages! { ORI001 ORI002 ORI003 ORI004 ORI005 ORI006 ORI007 ORI008 ORI009 ORI010 ORI011 ORI012 ORI013 ORI014 ORI015 }

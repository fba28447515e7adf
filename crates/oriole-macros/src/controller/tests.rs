use super::model::Kind;
use super::{check, parse};
use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

fn mistakes(item: TokenStream) -> Vec<String> {
    Errors::of(item, parse::parse, check::check)
}

#[test]
fn markers_become_routes_and_leave_the_impl() {
    let mut errors = Errors::default();
    let item = quote! {
        #[header("a", "b")]
        impl C {
            #[doc = "kept"]
            #[get("x", "y")]
            #[http_code(204)]
            async fn a(&self, Path((id, name)): Path<(u32, String)>, Valid(Json(cat)): Valid<Json<Cat>>) {}
            #[oriole::sse(method = POST, may_finish)]
            fn b() {}
            #[rocket::get("z")]
            fn c(&self) {}
        }
    };
    let Ok(model) = parse::parse(&quote!("cats"), item, &mut errors) else { panic!("an impl") };
    assert_eq!(errors.texts(), [""; 0]);
    let [a, b] = &model.routes[..] else { panic!("two routes") };
    assert_eq!(
        (a.kind, &*a.method, a.paths.len(), a.status, a.is_async, a.has_receiver),
        (Kind::Http, "GET", 2, Some(204), true, true)
    );
    let names: Vec<_> = a.arguments.iter().map(|argument| &*argument.name).collect();
    assert_eq!(names, ["", "cat"], "one name, or none");
    assert_eq!((b.kind, &*b.method, b.paths.len(), b.has_receiver), (Kind::Sse, "POST", 0, false));
    assert!(b.may_finish && !a.may_finish);
    assert_eq!(model.headers.len(), 1);
    let rest = model.item.to_token_stream().to_string();
    assert!(rest.contains("kept") && rest.contains("rocket :: get") && !rest.contains("http_code"), "{rest}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let texts = mistakes(quote! {
        impl C {
            #[get]
            #[post]
            fn a(self) {}
            #[http_code(1)]
            #[get]
            fn b<T>(&mut self, c: impl Copy) {}
        }
    });
    assert_eq!(texts.len(), 6, "{texts:?}");
}

#[test]
fn receivers_that_share_are_fine() {
    let texts = mistakes(quote! {
        impl C {
            #[get] fn a(&self) {}
            #[get] fn b<'a>(&'a self) {}
            #[get] fn c(self: &Self) {}
            #[get] fn d() {}
        }
    });
    assert_eq!(texts, [""; 0]);
}

#[test]
fn a_marker_in_cfg_attr_is_refused_and_other_attributes_are_not() {
    let texts = mistakes(quote! {
        impl C {
            #[cfg_attr(unix, allow(dead_code), oriole::get("a"))]
            fn a(&self) {}
            #[cfg_attr(unix, inline)]
            fn b(&self) {}
        }
    });
    assert_eq!(texts.len(), 1);
    assert!(texts[0].starts_with("`#[get]` cannot stand in `#[cfg_attr(..)]`"));
}

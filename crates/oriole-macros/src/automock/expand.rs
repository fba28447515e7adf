//! Writes the stand-in beside the trait, and tells the token of it.

use super::model::{Automock, Lent, Method};
use crate::errors::Errors;
use crate::{attrs, paths, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, FnArg, ItemTrait, Lifetime, ParenthesizedGenericArguments, TraitBound, Type, TypeParamBound,
    TypeReference,
};

/// What `#[token]` is told by us; nobody writes it.
const HAS_STAND_IN: &str = "__has_stand_in";

/// The supertraits that every stand-in has.
const MARKERS: [&str; 2] = ["Send", "Sync"];

/// The user's trait, and its stand-in.
pub(crate) fn expand(model: &Automock, errors: Errors) -> TokenStream {
    let mut item = model.item.clone();
    let is_token = |attr: &Attribute| attrs::is(attr.path(), "token");
    if !errors.is_empty() {
        // The trait may have no `dyn`, of which we have said more than rustc would.
        item.attrs.retain(|attr| !is_token(attr));
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    for attr in item.attrs.iter_mut().filter(|attr| is_token(attr)) {
        let (path, says_so) = (attr.path().clone(), format_ident!("{HAS_STAND_IN}"));
        attr.meta = syn::parse_quote!(#path(#says_so));
    }
    let (visibility, name, mock) = (&item.vis, &item.ident, mock(&item.ident));
    let fields = model.methods.iter().map(|method| field(method, name, visibility));
    let made = model.methods.iter().map(|method| made(method, &mock));
    let answers = model.methods.iter().map(answer);
    let supertraits = supertraits(&item, &mock);
    let stands_for = paths::StandsFor;
    let about = format!(
        " Stands for [`{name}`] in tests: a function for each of its methods, which a test tells what to return, and asks how \
         it was called."
    );
    let traits = [paths::NothingUsual, paths::Sooner, paths::UsualDefault, paths::UsualOk];
    let items = quote! {
        #(
            #[allow(unused_imports)]
            use #traits as _;
        )*
        #[automatically_derived]
        impl ::core::default::Default for #mock {
            fn default() -> Self {
                Self { #(#made),* }
            }
        }
        #(#supertraits)*
        #[automatically_derived]
        impl #name for #mock {
            #(#answers)*
        }
        #[automatically_derived]
        impl #stands_for<dyn #name> for #mock {
            fn stand(self: ::std::sync::Arc<Self>) -> ::std::sync::Arc<dyn #name> {
                self
            }
        }
    };
    quote! {
        #item
        #[doc = #about]
        #[derive(::core::fmt::Debug)]
        #[allow(clippy::type_complexity)]
        #visibility struct #mock {
            #(#fields),*
        }
        #[allow(clippy::needless_pass_by_value, clippy::too_many_arguments, clippy::unused_self)]
        const _: () = { #items };
    }
}

/// Whether it is one of those without methods, however it is written.
fn is_marker(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| MARKERS.iter().any(|marker| last.ident == marker))
}

/// Says what to do where nobody has implemented a supertrait, whose methods are not to be seen from here.
fn supertraits(item: &ItemTrait, mock: &Ident) -> Vec<TokenStream> {
    let traits = item.supertraits.iter().filter_map(|bound| match bound {
        TypeParamBound::Trait(bound) if !is_marker(&bound.path) => Some(bound),
        _ => None,
    });
    let check = |bound: &TraitBound| {
        let (name, path) = (&item.ident, bound.path.to_token_stream().to_string().replace(' ', ""));
        let message = format!("`{mock}` has to be `{path}`, since `{name}` asks for it");
        let note =
            format!("`#[automock]` writes the methods of `{name}` alone: implement `{path}` for `{mock}` by hand");
        let asks = quote_spanned!(words::span_of(bound)=> __asks::<#mock>);
        quote! {
            const _: () = {
                #[diagnostic::on_unimplemented(message = #message, label = "not implemented", note = #note)]
                trait __Supertrait {}
                #[diagnostic::do_not_recommend]
                impl<__T: #bound> __Supertrait for __T {}
                const fn __asks<__T: __Supertrait>() {}
                #asks();
            };
        }
    };
    traits.map(check).collect()
}

/// Whether that is what `#[token]` is told.
pub(crate) fn says_so(arguments: &TokenStream) -> bool {
    arguments.to_string() == HAS_STAND_IN
}

/// The expression that tells the test kit of a trait's stand-in.
pub(crate) fn stand_in(name: &Ident) -> TokenStream {
    let (kit, mock) = (paths::StandIn, mock(name));
    quote!(#kit::of::<dyn #name, #mock>())
}

fn mock(name: &Ident) -> Ident {
    format_ident!("Mock{}", name.unraw(), span = name.span())
}

fn field(method: &Method, name: &Ident, visibility: &syn::Visibility) -> TokenStream {
    let (gates, called) = (&method.gates, &method.signature.ident);
    let (mock_fn, arguments, sooner) = (paths::MockFn, kept(method), paths::Sooner);
    // Beside the struct nothing can be imported that others do not see; within a constant of a type it can.
    let value = value(method, &quote!(#[allow(unused_imports)] use #sooner as _;));
    let about = format!(" What [`{name}::{called}`] does.");
    quote! {
        #gates
        #[doc = #about]
        #visibility #called: #mock_fn<#arguments, #value>
    }
}

/// The field's first value: what is usual for the type, if anything is.
fn made(method: &Method, mock: &Ident) -> TokenStream {
    let (gates, called, value) = (&method.gates, &method.signature.ident, value(method, &TokenStream::new()));
    let (function, usual) = (paths::function, paths::Usual);
    let text = format!("{mock}::{}", called.unraw());
    quote! {
        #gates
        #called: #function(#text, (&&&#usual::<#value>::NEW).usual())
    }
}

/// The method of the trait: it keeps its arguments and answers what the field says.
fn answer(method: &Method) -> TokenStream {
    let (gates, called, mut signature) = (&method.gates, &method.signature.ident, method.signature.clone());
    let typed = signature.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let (mut keeping, mut kept, mut given) = (Vec::new(), Vec::new(), Vec::new());
    for (index, (typed, argument)) in typed.zip(&method.arguments).enumerate() {
        let name = format_ident!("__argument_{index}");
        let (ty, keep) = (&argument.ty, if argument.lent == Lent::No { paths::given } else { paths::lent });
        let keep = keep.at(argument.at);
        keeping.push(quote_spanned!(argument.at=> let #name = #keep::<#ty>(#name);));
        kept.push(quote!(#name.0));
        given.push(quote!(#name.1));
        typed.attrs.clear();
        *typed.pat = syn::parse_quote!(#name);
    }
    // The user's own: in a trait that a `macro_rules` writes another would be nobody's.
    let this = method.signature.receiver().map(|receiver| receiver.self_token);
    let (returns, answers) = (returned(method), answers(method, &TokenStream::new()));
    let (kept, given) = (tuple(&kept), tuple(&given));
    quote! {
        #gates
        #signature {
            #(#keeping)*
            <#returns as #answers>::answer(&#this.#called, #kept, #given)
        }
    }
}

/// The type of what is kept of the arguments.
fn kept(method: &Method) -> TokenStream {
    let each = method.arguments.iter().map(|argument| {
        let ty = &argument.ty;
        if argument.lent == Lent::No {
            return ty.to_token_stream();
        }
        let lent = paths::Lent.at(argument.at);
        quote_spanned!(argument.at=> <#ty as #lent>::Kept)
    });
    tuple(&each.collect::<Vec<_>>())
}

/// Nothing, the one, or a tuple.
fn tuple(each: &[TokenStream]) -> TokenStream {
    match each {
        [one] => one.clone(),
        each => quote!((#(#each),*)),
    }
}

/// What a test says that the method returns: of a future it is the output.
fn value(method: &Method, import: &TokenStream) -> TokenStream {
    let (returns, answers) = (returned(method), answers(method, import));
    quote!(<#returns as #answers>::Value)
}

/// How the type is answered: the probe sees whether it is a future, if its fall-back is imported.
fn answers(method: &Method, import: &TokenStream) -> TokenStream {
    let (answers, probe, returns) = (paths::Answers, paths::AnswerProbe, returned(method));
    quote!(#answers<{ #import #probe::<#returns>::LATER }>)
}

/// What the method returns, as a test gives it: for as long as anybody wants.
fn returned(method: &Method) -> TokenStream {
    match &method.returns {
        None => quote!(()),
        Some(returns) => {
            let mut returns = returns.clone();
            Forever.visit_type_mut(&mut returns);
            let span = words::span_of(&returns);
            let returns = returns.into_token_stream();
            quote_spanned!(span=> #returns)
        }
    }
}

/// Makes every lifetime of a type `'static`.
struct Forever;

impl VisitMut for Forever {
    fn visit_lifetime_mut(&mut self, lifetime: &mut Lifetime) {
        *lifetime = Lifetime::new("'static", lifetime.span());
    }

    fn visit_type_reference_mut(&mut self, reference: &mut TypeReference) {
        reference.lifetime.get_or_insert_with(|| Lifetime::new("'static", Span::call_site()));
        visit_mut::visit_type_reference_mut(self, reference);
    }

    /// What functions take, they take for any lifetime.
    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut ParenthesizedGenericArguments) {}

    fn visit_type_mut(&mut self, ty: &mut Type) {
        if !matches!(ty, Type::FnPtr(_)) {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}

//! Finds every `create::<T>` and puts the check of `T` into the block where it stands.
//!
//! `cargo check` does not evaluate a constant inside a generic function such as `Oriole::create`, so the constant must
//! stand where `T` is written. It stands in the same block, because there the name means the same.

use crate::attrs::Gates;
use crate::paths::Traits;
use crate::{paths, words};
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::visit_mut::{self, VisitMut};
use syn::{
    AngleBracketedGenericArguments, Attribute, Block, Expr, ExprMethodCall, ExprPath, GenericArgument, Item, ItemFn,
    Macro, PathArguments, Stmt, Type,
};

/// Adds the checks to a function's body and says how many there are.
pub(super) fn check_each(item: &mut ItemFn) -> usize {
    let mut roots = Roots::default();
    roots.visit_block_mut(&mut item.block);
    roots.count
}

/// `const _: () = ..` for `root = T`.
pub(super) fn check_named(root: &Type) -> TokenStream {
    let span = words::span_of(root);
    let module = paths::Module.full(span);
    quote_spanned!(span=> const _: () = <#root as #module>::CHECKED;)
}

/// `const _: () = ..` for one `create::<T>`. What is no module `create` refuses, or it is not our `create`.
fn check(root: &Type, gates: &Gates) -> TokenStream {
    let span = words::span_of(root);
    let checked = paths::Root.at(span);
    let block = paths::block(Traits::Root, &quote_spanned!(span=> #checked::<#root>::CHECKED));
    quote_spanned! {span=>
        #gates
        const _: () = { #block };
    }
}

#[derive(Default)]
struct Roots {
    /// Those of the innermost block, with their text.
    here: Vec<(String, Root)>,
    /// The conditions of the statement.
    gates: Gates,
    count: usize,
}

struct Root {
    ty: Type,
    gates: Gates,
}

impl Roots {
    fn add(&mut self, arguments: &AngleBracketedGenericArguments) {
        if let (Some(GenericArgument::Type(root)), 1) = (arguments.args.first(), arguments.args.len())
            && !matches!(root, Type::Infer(_))
        {
            self.count += 1;
            let gates = self.gates.clone();
            let text = quote!(#gates #root).to_string();
            if self.here.iter().all(|(other, _)| *other != text) {
                self.here.push((text, Root { ty: root.clone(), gates }));
            }
        }
    }

    /// Within a macro there are only tokens.
    fn scan(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Group(group) => self.scan(group.stream()),
                TokenTree::Ident(word) if word == "create" => {
                    let rest: TokenStream = tokens.clone().collect();
                    let arguments = |input: ParseStream<'_>| {
                        let arguments: AngleBracketedGenericArguments = input.parse()?;
                        input.parse::<TokenStream>()?;
                        Ok(arguments)
                    };
                    if let Ok(arguments) = arguments.parse2(rest)
                        && arguments.colon2_token.is_some()
                    {
                        self.add(&arguments);
                    }
                }
                TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }
}

impl VisitMut for Roots {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let outer = std::mem::take(&mut self.here);
        visit_mut::visit_block_mut(self, block);
        let here = std::mem::replace(&mut self.here, outer);
        for (_, root) in here.iter().rev() {
            block.stmts.insert(0, Stmt::Item(Item::Verbatim(check(&root.ty, &root.gates))));
        }
    }

    fn visit_stmt_mut(&mut self, statement: &mut Stmt) {
        let attributes = |input: ParseStream<'_>| {
            let attributes = input.call(Attribute::parse_outer)?;
            input.parse::<TokenStream>()?;
            Ok(attributes)
        };
        let gates = attributes.parse2(statement.to_token_stream()).map(|attributes| Gates::of(&attributes));
        let outer = std::mem::replace(&mut self.gates, gates.unwrap_or_default());
        visit_mut::visit_stmt_mut(self, statement);
        self.gates = outer;
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        if let Some(last) = path.path.segments.last()
            && last.ident == "create"
            && let PathArguments::AngleBracketed(arguments) = &last.arguments
        {
            self.add(arguments);
        }
        visit_mut::visit_expr_path_mut(self, path);
    }

    fn visit_expr_method_call_mut(&mut self, call: &mut ExprMethodCall) {
        if call.method == "create"
            && let Some(arguments) = &call.turbofish
        {
            self.add(arguments);
        }
        visit_mut::visit_expr_method_call_mut(self, call);
    }

    fn visit_macro_mut(&mut self, call: &mut Macro) {
        self.scan(call.tokens.clone());
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::Verbatim(tokens) = expression {
            self.scan(tokens.to_token_stream());
        }
        visit_mut::visit_expr_mut(self, expression);
    }

    fn visit_item_mut(&mut self, item: &mut Item) {
        // A generic function's `T` is nothing that a constant could name.
        if let Item::Fn(item) = item
            && item.sig.generics.params.is_empty()
        {
            visit_mut::visit_item_fn_mut(self, item);
        }
    }
}

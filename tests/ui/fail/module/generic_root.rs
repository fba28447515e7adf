use oriole::prelude::*;

#[module(root)]
pub struct CatsModule<T>(std::marker::PhantomData<T>);

fn main() {}

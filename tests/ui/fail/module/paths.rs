use oriole::prelude::*;

#[module]
pub struct AdminModule;

#[module(imports = [AdminModule], paths = [AdminModule, "admin", "admin" = 3, "shop" = AdminModule])]
pub struct A;

#[module(paths = "admin")]
pub struct B;

struct NoModule;

#[module(paths = ["admin" = NoModule])]
pub struct C;

fn main() {}

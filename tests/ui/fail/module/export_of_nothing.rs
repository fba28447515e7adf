use oriole::prelude::*;

#[injectable]
pub struct Db;

#[module(root, exports = [Db])]
pub struct DbModule;

fn main() {}

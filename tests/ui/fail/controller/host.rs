use oriole::prelude::*;

#[injectable]
pub struct A;

#[controller(host = "http://example.com")]
impl A {}

#[injectable]
pub struct B;

#[controller("b", host = ["example.com", "a..b"])]
impl B {}

#[injectable]
pub struct C;

#[controller("c", host = HOST)]
impl C {}

#[injectable]
pub struct D;

#[controller("d", host = "{a}.{a}")]
impl D {}

#[injectable]
pub struct E;

#[controller("e", host = "a", host = "b")]
impl E {}

fn main() {}

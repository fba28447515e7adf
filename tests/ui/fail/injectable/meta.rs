use oriole::prelude::*;

#[injectable]
#[meta]
pub struct Nothing;

#[injectable]
#[meta()]
pub struct Empty;

#[injectable]
#[meta(std::rc::Rc::new(1))]
pub struct NotShareable;

fn main() {}

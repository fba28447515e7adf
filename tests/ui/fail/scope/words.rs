use oriole::prelude::*;

#[injectable(request, transient)]
pub struct Two;

#[injectable(durable)]
pub struct Durable;

#[injectable(singleton)]
pub struct Singleton;

#[injectable(request, durable, durable = false)]
pub struct Twice;

#[provider(requested)]
fn misspelt() -> u8 {
    1
}

#[injectable(scope = "request")]
pub struct Text;

fn main() {}

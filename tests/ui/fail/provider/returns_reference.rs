use oriole::prelude::*;

#[provider]
fn connect() -> &'static str {
    ""
}

fn main() {}

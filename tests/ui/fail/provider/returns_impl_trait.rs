use oriole::prelude::*;

#[provider]
fn connect() -> impl Send + Sync + 'static {
    0
}

fn main() {}

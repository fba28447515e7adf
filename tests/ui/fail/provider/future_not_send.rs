use oriole::prelude::*;

use std::rc::Rc;

#[provider]
async fn connect() -> u32 {
    let count = Rc::new(1);
    std::future::ready(()).await;
    *count
}

fn main() {}

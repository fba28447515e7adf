use oriole::prelude::*;

#[injectable]
pub struct CatsService<'a> {
    #[inject(default)]
    pub name: &'a str,
}

fn main() {}

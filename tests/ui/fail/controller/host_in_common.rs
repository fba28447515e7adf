use oriole::prelude::*;

#[injectable]
pub struct Cats;

#[controller("cats", host = "{account}.example.com")]
impl Cats {
    #[get]
    fn all(&self) {}
}

#[injectable]
pub struct Others;

#[controller("cats", host = ["example.com", "{tenant}.example.com"])]
impl Others {
    #[get]
    fn all(&self) {}
}

#[module(root, controllers = [Cats, Others])]
pub struct CatsModule;

fn main() {}

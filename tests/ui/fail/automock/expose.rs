//! A class that is tested alone has no company.

use oriole::prelude::*;
use oriole_testing::Test;
use std::sync::Arc;

#[injectable]
pub struct Cats;

#[injectable]
pub struct CatsController {
    cats: Arc<Cats>,
}

fn main() {
    let _ = Test::solitary::<CatsController>().expose::<Cats>();
    let _ = Test::sociable::<CatsController>().expose::<Cats>();
}

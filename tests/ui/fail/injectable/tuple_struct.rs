use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct CatsService(Arc<String>);

fn main() {}

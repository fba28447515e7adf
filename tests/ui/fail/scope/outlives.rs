use oriole::prelude::*;
use oriole::CurrentRequest;
use std::sync::Arc;

#[injectable]
pub struct Visitor {
    pub request: CurrentRequest,
}

#[injectable]
pub struct Basket {
    pub visitor: Arc<Visitor>,
}

#[injectable(transient)]
pub struct Log;

// What it needs lives for one request, through two providers.
#[module(root, providers = [Visitor, Basket])]
pub struct AppModule {
    pub basket: Arc<Basket>,
}

// Nothing could be found by a `Lazy` to these.
#[injectable]
pub struct Shop {
    pub basket: Lazy<Basket>,
    pub log: Lazy<Log>,
}

// What is kept for many requests cannot know one of them.
#[injectable(request, durable)]
pub struct Pool {
    pub visitor: Arc<Visitor>,
}

#[module(root, providers = [Visitor, Basket, Shop, Log, Pool])]
pub struct ShopModule;

fn main() {}

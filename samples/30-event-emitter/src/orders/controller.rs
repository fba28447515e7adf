//! What clients see of it.

use super::events::OrderCreated;
use super::listeners::Journal;
use super::service::Orders;
use oriole::events::EventBus;
use oriole::prelude::*;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
pub(crate) struct CreateOrder {
    name: String,
    item: String,
}

#[injectable]
pub(crate) struct OrdersController {
    orders: Arc<Orders>,
    journal: Arc<Journal>,
    bus: Arc<EventBus>,
}

#[controller("orders")]
impl OrdersController {
    #[post]
    async fn create(&self, Json(order): Json<CreateOrder>) -> Result<Json<OrderCreated>, HttpException> {
        self.orders.take(order.name, order.item).map(Json).map_err(HttpException::internal)
    }

    #[get("journal")]
    async fn journal(&self) -> Json<Vec<String>> {
        Json(self.journal.lines())
    }

    /// The bus feeds the stream; a client that is too slow for it is told how many events it missed.
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        self.bus.stream_typed::<OrderCreated>().map(|order| match order {
            Ok(order) => MessageEvent::json(&*order),
            Err(missed) => MessageEvent::new(missed.to_string()),
        })
    }
}

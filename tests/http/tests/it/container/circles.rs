//! Providers that need each other.

use http_tests::App;
use oriole::ModuleRef;
use oriole::prelude::*;
use std::sync::{Arc, Weak};

#[token]
pub const ORDERS: Token<Orders> = Token::new();

#[injectable]
pub struct Orders {
    invoices: Arc<Invoices>,
}

#[injectable]
pub struct Invoices {
    orders: Lazy<Orders>,
    #[inject(ORDERS)]
    named: Lazy<Orders>,
    absent: Option<Lazy<Absent>>,
    ledger: Lazy<Ledger>,
}

#[injectable]
pub struct Absent;

/// Of another module, and needs one of this.
#[injectable]
pub struct Ledger {
    invoices: Arc<Invoices>,
}

/// Sees the other by its being global: modules do not import each other.
#[module(providers = [Ledger], exports = [Ledger])]
pub struct LedgerModule;

#[injectable]
pub struct Shop {
    orders: Arc<Orders>,
    ledger: Arc<Ledger>,
}

#[controller]
impl Shop {
    #[get]
    async fn circle(&self) -> String {
        let invoices = &self.orders.invoices;
        let checks = [
            Arc::ptr_eq(&invoices.orders.get(), &self.orders),
            Arc::ptr_eq(&invoices.named.get(), &self.orders),
            Arc::ptr_eq(&invoices.ledger.get(), &self.ledger),
            Arc::ptr_eq(&self.ledger.invoices, invoices),
            invoices.absent.is_none(),
        ];
        format!("{checks:?}")
    }
}

#[module(imports = [CircleModule])]
pub struct RootModule;

#[module(
    imports = [LedgerModule],
    providers = [Orders, Orders as ORDERS, Invoices],
    controllers = [Shop],
    exports = [Invoices],
    global,
)]
pub struct CircleModule;

/// Parity: CIR.1.
#[tokio::test]
async fn one_side_of_a_circle_is_looked_up_later() {
    let app = App::serve::<RootModule>().await;
    assert_eq!(app.get("/").await.body, "[true, true, true, true, true]");
    app.end().await;
}

#[tokio::test]
async fn a_circle_is_freed_with_its_application() {
    let app = Oriole::create::<RootModule>().await.expect("it is sound");
    let orders = app.get::<Orders>().expect("provided");
    let (invoices, seen): (_, Weak<Orders>) = (Arc::clone(&orders.invoices), Arc::downgrade(&orders));
    assert!(Arc::ptr_eq(&invoices.orders.get(), &orders));
    drop((app, orders));
    assert!(seen.upgrade().is_none(), "nothing keeps it");
    assert!(invoices.orders.try_get().is_none());
}

/// What is built first cannot look at the other yet.
#[injectable]
pub struct Early {
    late: Lazy<Late>,
}

pub struct Late(bool);

#[provider]
fn late(early: Arc<Early>) -> Late {
    Late(early.late.try_get().is_none())
}

#[module(providers = [Early, late])]
pub struct EarlyModule;

/// Parity: CIR.2.
#[tokio::test]
async fn nothing_is_found_while_the_application_is_built() {
    let app = Oriole::create::<EarlyModule>().await.expect("it is sound");
    let late = app.get::<Late>().expect("provided");
    assert!(late.0);
    assert!(Arc::ptr_eq(&app.get::<Early>().expect("provided").late.get(), &late));
}

/// Fetches the other when it is asked.
#[injectable]
pub struct Clerk {
    module: ModuleRef,
}

#[injectable]
pub struct Chief {
    clerk: Arc<Clerk>,
}

#[module(providers = [Clerk, Chief])]
pub struct OfficeModule;

/// Parity: CIR.4.
#[tokio::test]
async fn one_side_of_a_circle_is_fetched_by_the_module_reference() {
    let app = Oriole::create::<OfficeModule>().await.expect("it is sound");
    let chief = app.get::<Chief>().expect("provided");
    assert!(Arc::ptr_eq(&chief.clerk.module.get::<Chief>().expect("built by now"), &chief));
}

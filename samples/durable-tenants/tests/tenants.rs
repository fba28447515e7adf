//! Drives the built program as clients of several tenants.

use driver::{Program, until};
use std::time::Duration;

#[test]
fn requests_of_one_tenant_share_a_pool() {
    let sample = Program::new(env!("CARGO_BIN_EXE_sample-durable-tenants")).env("POOLS_MAX", "2").start();
    let cats = |tenant: &str| sample.ask("GET", "/cats").header("X-Tenant", tenant).send().text().to_owned();
    assert_eq!(sample.get("/pools").text(), "0 made, 0 there");
    assert_eq!(cats("acme"), "/cats: cats of acme from pool 1");
    assert_eq!(cats("initech"), "/cats: cats of initech from pool 2");
    assert_eq!(cats("acme"), "/cats: cats of acme from pool 1");
    assert_eq!(sample.get("/pools").text(), "2 made, 2 there");

    // A third tenant takes the place of the one that was there longest ago.
    assert_eq!(cats("umbrella"), "/cats: cats of umbrella from pool 3");
    let dropped = || (sample.get("/pools").text() == "3 made, 2 there").then_some(());
    assert!(until(Duration::from_secs(120), dropped).is_some(), "{}", sample.get("/pools").text());
    assert_eq!(cats("acme"), "/cats: cats of acme from pool 1");
    assert_eq!(cats("initech"), "/cats: cats of initech from pool 4");

    let refused = sample.get("/cats");
    assert_eq!((refused.status, refused.json()["message"].as_str()), (400, Some("X-Tenant is missing")));
}

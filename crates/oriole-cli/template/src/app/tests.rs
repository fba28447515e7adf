use std::sync::Arc;

use super::controller::AppController;
use super::service::AppService;

#[test]
fn the_controller_says_hello() {
    let service = Arc::new(AppService);
    let controller = AppController { service };
    assert_eq!(controller.hello(), "Hello World!");
}

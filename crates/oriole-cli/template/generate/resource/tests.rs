use std::sync::Arc;

use oriole::prelude::*;

use super::controller::__Name__Controller;
use super::dto::{Create__One__, Update__One__};
use super::entity::__One__;
use super::service::__Name__Service;

#[test]
fn __name___are_created_read_updated_and_removed() {
    let controller = __Name__Controller { service: Arc::new(__Name__Service::default()) };
    let named = |name: &str| __One__ { id: 1, name: name.to_owned() };
    assert_eq!(controller.create(Json(Create__One__ { name: "first".to_owned() })).ok(), Some(named("first")));
    assert_eq!(controller.find_all(), [named("first")]);

    let changes = |name: Option<&str>| Json(Update__One__ { name: name.map(str::to_owned) });
    assert_eq!(controller.update(Path(1), changes(None)).ok(), Some(named("first")));
    assert_eq!(controller.update(Path(1), changes(Some("second"))).ok(), Some(named("second")));
    assert_eq!(controller.find_one(Path(1)).ok(), Some(named("second")));

    assert_eq!(controller.remove(Path(1)).ok(), Some(named("second")));
    let refused = controller.find_one(Path(1)).err();
    assert_eq!(refused.map(|exception| exception.status()), Some(StatusCode::NOT_FOUND));
}

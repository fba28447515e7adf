//! What cannot stand in the place of something else.

use oriole::prelude::*;
use oriole_testing::Test;

#[token]
pub trait Repo: Send + Sync {}

#[injectable]
pub struct Fake;
impl Repo for Fake {}

#[injectable]
pub struct RolesGuard;

#[module(providers = [Fake, Fake as dyn Repo])]
pub struct App;

struct NoGuard;
struct NoModule;

fn main() {
    // A `#[provider]` function that returns `Arc<dyn Repo>` can stand here.
    let _ = Test::module::<App>().override_provider::<dyn Repo>().use_class::<Fake>();
    let _ = Test::module::<App>().override_provider::<Fake>().use_value(Fake);
    let _ = Test::module::<App>().override_guard::<RolesGuard>().use_value(NoGuard);
    let _ = Test::module::<App>().override_module::<App>().use_module::<NoModule>();
    let _ = Test::module::<App>().use_mocker("all of them");
}

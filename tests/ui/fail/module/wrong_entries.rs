use oriole::prelude::*;

#[injectable]
pub struct CatsService;

#[module(
    imports = [CatsModule::for_root(), CatsModule as Other],
    providers = [CatsService { }, &CatsService, 3, PORT =],
    exports = [CatsService as Other, PORT = 3],
    controllers = [#[allow(dead_code)] "cats"],
)]
pub struct CatsModule;

fn main() {}

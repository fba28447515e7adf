use oriole::prelude::*;

#[module]
pub struct AdminModule;

#[module]
pub struct UsersModule;

#[module(
    root,
    imports = [AdminModule],
    paths = ["admin" = AdminModule { "users" = UsersModule }, "again" = AdminModule],
)]
pub struct AppModule;

fn main() {}

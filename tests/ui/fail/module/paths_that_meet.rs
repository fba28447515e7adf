use oriole::prelude::*;

#[injectable]
pub struct Users;

#[controller("admin/users")]
impl Users {
    #[get("{id}")]
    fn one(&self) {}
}

#[injectable]
pub struct Admin;

#[controller("users")]
impl Admin {
    #[get("{name}")]
    fn one(&self) {}
}

#[module(controllers = [Admin])]
pub struct AdminModule;

#[module(root, imports = [AdminModule], controllers = [Users], paths = ["admin" = AdminModule])]
pub struct AppModule;

fn main() {}

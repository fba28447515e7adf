//! The container as applications and their providers see it.

mod circles;
mod discovery;
mod lazy_modules;
mod module_ref;
mod standalone;

use oriole::prelude::*;

#[token]
pub struct MailOptions(pub u8);

#[module(for_root = MailOptions)]
pub struct MailModule;

#[module]
pub struct OtherModule;

#[provider]
fn wrong() -> u8 {
    1
}

#[module(
    imports = [
        OtherModule = MailModule::for_root(MailOptions(1)),
        MailModule::for_root(3),
        MailModule::for_root_async::<wrong>(),
    ],
)]
pub struct AppModule;

fn main() {}

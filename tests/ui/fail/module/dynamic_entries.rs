use oriole::prelude::*;

#[token]
pub struct MailOptions(pub u8);

#[module(for_root = MailOptions)]
pub struct MailModule;

#[module(imports = [free(), MailModule::for_root(MailOptions(1)) as Mail, dynamic])]
pub struct AppModule;

#[module(for_root, register = [A], for_feature = &str, dynamic = [A as B])]
pub struct OtherModule;

fn main() {}

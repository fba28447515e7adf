use oriole::prelude::*;
use std::sync::Arc;

#[token]
pub struct MailOptions {
    pub from: String,
}

#[injectable]
pub struct Mailer {
    pub options: Arc<MailOptions>,
}

#[module(for_root = MailOptions, providers = [Mailer], exports = [Mailer, MailOptions])]
pub struct MailModule;

#[injectable]
pub struct Cats {
    pub mailer: Arc<Mailer>,
    pub options: Arc<MailOptions>,
}

#[module(root, imports = [MailModule], providers = [Cats])]
pub struct AppModule;

fn main() {}

// Parity: ERR.1.

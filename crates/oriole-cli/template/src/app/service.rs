//! What the application does.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct AppService;

impl AppService {
    pub fn hello(&self) -> &'static str {
        "Hello World!"
    }
}

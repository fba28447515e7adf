//! Who may call a handler.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct __Name__Guard;

impl Guard for __Name__Guard {
    async fn can_activate(&self, _ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(true)
    }
}

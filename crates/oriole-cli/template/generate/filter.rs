//! How exceptions are answered.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct __Name__Filter;

impl ExceptionFilter for __Name__Filter {
    fn catches(&self) -> Catches {
        Catches::http()
    }

    async fn catch(&self, exception: HttpException, _ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        // The next filter, or the built-in answer.
        Err(exception)
    }
}

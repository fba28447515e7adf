//! How exceptions are answered.

use oriole::prelude::*;
use serde_json::json;

/// Adds the path to the built-in answer.
#[injectable]
pub(crate) struct HttpExceptionFilter;

impl ExceptionFilter for HttpExceptionFilter {
    fn catches(&self) -> Catches {
        Catches::http()
    }

    async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        let (status, path) = (exception.status(), ctx.http().uri.path().to_owned());
        let body = json!({ "statusCode": status.as_u16(), "message": exception.message(), "path": path });
        Ok(Reply::json(&body).with_status(status))
    }
}

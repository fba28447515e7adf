//! Requests and their answers.

mod form;
mod response;
mod send;

pub use form::Form;
pub use response::TestResponse;
pub use send::TestRequest;

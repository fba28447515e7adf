//! Cookies: read from the request, set on the answer; plain, signed or encrypted.

mod enable;
mod extract;
mod jar;
mod layer;
mod secret;

pub use cookie::{Cookie, CookieBuilder, SameSite};
pub use extract::{Cookies, PrivateCookies, SignedCookies};
pub use secret::{CookieSecret, CookieSecretError};

pub(crate) use jar::Jar;

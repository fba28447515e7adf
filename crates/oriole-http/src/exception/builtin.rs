//! Nest's built-in exceptions (`EXF.7`).

use super::{Detail, HttpException, Message};
use http::StatusCode;
use std::borrow::Cow;

macro_rules! builtin {
    ($($name:ident $status:ident $description:literal;)*) => {
        impl HttpException {
            $(
                #[doc = concat!("Makes a ", stringify!($status), " whose `error` is `", $description, "`.")]
                ///
                /// `()` as the message gives the two-key body without `error` (`EXF.9`).
                #[must_use]
                pub fn $name(message: impl Into<Message>) -> Self {
                    Self::builtin(StatusCode::$status, message.into())
                }
            )*
        }

        /// The text that Nest gives as `error`; for other statuses the registered reason.
        pub(super) fn description(status: StatusCode) -> &'static str {
            match status {
                $(StatusCode::$status => $description,)*
                other => other.canonical_reason().unwrap_or("Error"),
            }
        }

        #[cfg(test)]
        pub(super) type Constructor = fn(Message) -> HttpException;

        #[cfg(test)]
        pub(super) const ALL: &[(Constructor, StatusCode, &str)] =
            &[$((|message| HttpException::$name(message), StatusCode::$status, $description)),*];
    };
}

builtin! {
    bad_request BAD_REQUEST "Bad Request";
    unauthorized UNAUTHORIZED "Unauthorized";
    forbidden FORBIDDEN "Forbidden";
    not_found NOT_FOUND "Not Found";
    method_not_allowed METHOD_NOT_ALLOWED "Method Not Allowed";
    not_acceptable NOT_ACCEPTABLE "Not Acceptable";
    request_timeout REQUEST_TIMEOUT "Request Timeout";
    conflict CONFLICT "Conflict";
    gone GONE "Gone";
    precondition_failed PRECONDITION_FAILED "Precondition Failed";
    payload_too_large PAYLOAD_TOO_LARGE "Payload Too Large";
    unsupported_media_type UNSUPPORTED_MEDIA_TYPE "Unsupported Media Type";
    im_a_teapot IM_A_TEAPOT "I'm a teapot";
    misdirected MISDIRECTED_REQUEST "Misdirected";
    unprocessable_entity UNPROCESSABLE_ENTITY "Unprocessable Entity";
    internal_server_error INTERNAL_SERVER_ERROR "Internal Server Error";
    not_implemented NOT_IMPLEMENTED "Not Implemented";
    bad_gateway BAD_GATEWAY "Bad Gateway";
    service_unavailable SERVICE_UNAVAILABLE "Service Unavailable";
    gateway_timeout GATEWAY_TIMEOUT "Gateway Timeout";
    http_version_not_supported HTTP_VERSION_NOT_SUPPORTED "HTTP Version Not Supported";
}

impl HttpException {
    /// The three keys that Nest's own exceptions have, for any status.
    pub(crate) fn builtin(status: StatusCode, message: Message) -> Self {
        let error = Cow::Borrowed(description(status));
        Self::of(status, Detail::BuiltIn { message, error, code: None })
    }
}

//! What a pipe knows of an argument.

/// Tells a pipe which argument it looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArgMeta {
    /// Where the value comes from.
    pub source: ArgSource,
    /// The argument's type as the user wrote it, such as `Json<NewCat>`.
    pub type_name: &'static str,
    /// The name that the argument is bound to (`id` in `Path(id): Path<u32>`); `None` where the pattern binds several.
    pub key: Option<&'static str>,
    /// The handler's name.
    pub handler: &'static str,
}

/// Where an argument's value comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ArgSource {
    /// The path: `Path<T>`.
    Param,
    /// The query: `Query<T>`.
    Query,
    /// The body: whatever consumes the request.
    Body,
    /// Anything else: headers, extensions, extractors of the application.
    #[default]
    Custom,
}

impl ArgSource {
    /// Tells by the type's name, since the extractors' types are foreign and open. Asked only where there are pipes.
    pub(crate) fn named(type_name: &str, consumes_request: bool) -> Self {
        let name = type_name.split('<').next().unwrap_or(type_name);
        match name {
            "axum::extract::path::Path" => Self::Param,
            "axum::extract::query::Query" | "axum_extra::extract::query::Query" => Self::Query,
            _ if consumes_request => Self::Body,
            _ => Self::Custom,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::ArgSource;
    use axum::extract::{Path, Query, Request};
    use std::any::type_name;

    #[test]
    fn the_source_is_told_by_the_extractor() {
        assert_eq!(ArgSource::named(type_name::<Path<(u32, String)>>(), false), ArgSource::Param);
        assert_eq!(ArgSource::named(type_name::<Query<Vec<u8>>>(), false), ArgSource::Query);
        assert_eq!(ArgSource::named(type_name::<axum::Json<Path<u8>>>(), true), ArgSource::Body);
        assert_eq!(ArgSource::named(type_name::<Request>(), true), ArgSource::Body);
        assert_eq!(ArgSource::named(type_name::<http::HeaderMap>(), false), ArgSource::Custom);
    }
}

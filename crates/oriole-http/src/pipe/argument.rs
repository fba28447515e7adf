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
        let mut name = type_name;
        // `Valid<Query<Page>>` is of the query, as what it wraps.
        while let Some(inner) = WRAPPERS.iter().find_map(|wrapper| name.strip_prefix(wrapper)) {
            name = inner;
        }
        match name.split(['<', '>', ',']).next().unwrap_or(name) {
            "axum::extract::path::Path" => Self::Param,
            "axum::extract::query::Query" | "axum_extra::extract::query::Query" => Self::Query,
            _ if consumes_request => Self::Body,
            _ => Self::Custom,
        }
    }
}

/// Extractors that take another one.
const WRAPPERS: [&str; 6] = [
    "core::option::Option<",
    "core::result::Result<",
    "oriole_http::parse::parsed::Parsed<",
    "oriole_http::parse::parsed::ParsedBy<",
    "oriole_http::validation::extract::Valid<",
    "oriole_http::validation::extract::ValidBy<",
];

#[cfg(test)]
mod tests {
    use super::ArgSource;
    use crate::{Parsed, ParsedBy};
    use axum::extract::{Path, Query, Request};
    use std::any::type_name;

    #[test]
    fn the_source_is_told_by_the_extractor() {
        assert_eq!(ArgSource::named(type_name::<Path<(u32, String)>>(), false), ArgSource::Param);
        assert_eq!(ArgSource::named(type_name::<Query<Vec<u8>>>(), false), ArgSource::Query);
        assert_eq!(ArgSource::named(type_name::<axum::Json<Path<u8>>>(), true), ArgSource::Body);
        assert_eq!(ArgSource::named(type_name::<Request>(), true), ArgSource::Body);
        assert_eq!(ArgSource::named(type_name::<http::HeaderMap>(), false), ArgSource::Custom);
        assert_eq!(ArgSource::named(type_name::<Parsed<Path<u32>>>(), false), ArgSource::Param);
        assert_eq!(ArgSource::named(type_name::<ParsedBy<Query<u32>, ()>>(), false), ArgSource::Query);
        assert_eq!(ArgSource::named(type_name::<Option<Path<u32>>>(), false), ArgSource::Param);
        assert_eq!(ArgSource::named(type_name::<Parsed<axum::Json<u32>>>(), true), ArgSource::Body);
    }

    #[cfg(feature = "validation")]
    #[test]
    fn what_is_validated_is_of_what_it_wraps() {
        use crate::validation::{Valid, ValidBy};
        assert_eq!(ArgSource::named(type_name::<Valid<Query<Vec<u8>>>>(), false), ArgSource::Query);
        assert_eq!(ArgSource::named(type_name::<ValidBy<Path<u32>, Path<()>>>(), false), ArgSource::Param);
        assert_eq!(ArgSource::named(type_name::<Valid<axum::Json<u32>>>(), true), ArgSource::Body);
    }
}

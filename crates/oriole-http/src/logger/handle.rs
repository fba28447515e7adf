//! A logger with a context, as services hold it.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// What services log with: every message bears its context, mostly the service's name (`LOG.6`).
///
/// As a field it takes the context from its type: `#[inject(default)] logger: Logger<CatsService>`. It writes through
/// tracing under the target `app`, so whatever subscriber is there sees it; `tracing::info!(context = "..", ..)` says the
/// same, and more where there are fields.
///
/// # Examples
///
/// ```
/// use oriole_http::logger::Logger;
///
/// struct CatsService {
///     logger: Logger<CatsService>,
/// }
///
/// let cats = CatsService { logger: Logger::default() };
/// assert_eq!(cats.logger.context(), "CatsService");
/// cats.logger.log("fed");
/// Logger::new("Kitchen").warn(format_args!("{} tins left", 2));
/// ```
pub struct Logger<T: ?Sized = ()> {
    context: Cow<'static, str>,
    of: PhantomData<fn(&T)>,
}

impl Logger {
    /// A logger with any context.
    #[must_use]
    pub fn new(context: impl Into<Cow<'static, str>>) -> Self {
        Self { context: context.into(), of: PhantomData }
    }
}

impl<T: ?Sized> Default for Logger<T> {
    /// The type's name is the context, without the modules that it is in.
    fn default() -> Self {
        let name = std::any::type_name::<T>();
        let start = name.split('<').next().and_then(|path| path.rfind("::")).map_or(0, |at| at + 2);
        Self { context: Cow::Borrowed(&name[start..]), of: PhantomData }
    }
}

macro_rules! levels {
    ($($(#[$doc:meta])* $name:ident $level:ident $($fatal:ident)?;)*) => {
        impl<T: ?Sized> Logger<T> {
            $(
                $(#[$doc])*
                pub fn $name(&self, message: impl fmt::Display) {
                    tracing::$level!(target: "app", context = &*self.context, $($fatal = true,)? "{message}");
                }
            )*

            /// Who says it.
            #[must_use]
            pub fn context(&self) -> &str {
                &self.context
            }
        }
    };
}
levels! {
    /// Something worth knowing.
    log info;
    /// Something is wrong, and the process cannot go on.
    fatal error fatal;
    /// Something is wrong.
    error error;
    /// Something may become wrong.
    warn warn;
    /// Something that helps who looks for a fault.
    debug debug;
    /// Everything else.
    verbose trace;
}

impl<T: ?Sized> Clone for Logger<T> {
    fn clone(&self) -> Self {
        Self { context: self.context.clone(), of: PhantomData }
    }
}

impl<T: ?Sized> fmt::Debug for Logger<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Logger").field(&self.context).finish()
    }
}

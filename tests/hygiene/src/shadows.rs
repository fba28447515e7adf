//! Everything that generated code might name without its path, as something else.
#![allow(
    missing_docs,
    non_camel_case_types,
    non_upper_case_globals,
    unused_macros,
    reason = "only there to be in the way"
)]

macro_rules! shadow {
    ($($name:ident)*) => {
        $(
            #[derive(::std::fmt::Debug)]
            pub struct $name;
        )*
    };
}
shadow! {
    Arc Binding Box BoxFuture Build ControllerDescriptor Default Entry Err Export Future Import Injectable
    InjectionToken Instance Into Key Location Module ModuleDescriptor NamedToken NeedDescriptor None Ok Option Pin
    ProviderDescriptor Reply Result RouteDescriptor Send Some String Sync Token TokenDescriptor ToString Vec
    Arg Call Handled HttpController Redirect RouteKind
    instance needs this route parts body call out value private core alloc tokio
    answered argument event_stream events extracted last_argument
}

macro_rules! concat {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! line {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! column {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! file {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! module_path {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! vec {
    () => {
        compile_error!("the user's")
    };
}
macro_rules! panic {
    () => {
        compile_error!("the user's")
    };
}
/// Methods that a careless expansion would call instead of its own.
pub trait Everything {
    /// Never called.
    fn take(&mut self) {}
    /// Never called.
    fn with(&self) {}
    /// Never called.
    fn descriptor(&self) {}
    /// Never called.
    fn clone(&self) {}
    /// Never called.
    fn into(&self) {}
    /// Never called.
    fn split(&self, _: u8) {}
    /// Never called.
    fn reply(&self, _: u8) {}
    /// Never called.
    fn controller(&self) {}
    /// Never called.
    fn refused(&self) {}
}
impl<T> Everything for T {}

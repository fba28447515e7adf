//! The guide, chapter by chapter; the same text as `docs/guide` in the repository.
//!
#![cfg_attr(not(doctest), doc = include_str!("links.md"))]
#![doc = include_str!("../../../docs/guide/README.md")]

// Chapters link to one another by labels. A page ends with what they mean in the repository. Here `links.md` stands before it,
// and of two definitions the first one counts; not for doctests, whose places would be told as of `links.md`.
// `cargo xtask tidy` compares the two.

macro_rules! chapters {
    ($($name:ident = $file:literal $(if $needs:meta)?;)*) => {
        $(
            // What is read is whole without any feature; what is compiled needs the features that it is about.
            #[cfg(any(all(doc, not(doctest)), all($($needs)?)))]
            #[cfg_attr(not(doctest), doc = include_str!("links.md"))]
            #[doc = include_str!(concat!("../../../docs/guide/", $file))]
            pub mod $name {}
        )*
    };
}

chapters! {
    first_steps = "01-first-steps.md";
    modules_and_providers = "02-modules-and-providers.md";
    controllers = "03-controllers.md";
    exceptions = "04-exceptions.md";
    server_sent_events = "05-server-sent-events.md";
    lifecycle = "06-lifecycle.md";
    logging = "07-logging.md";
    on_plain_axum = "08-on-plain-axum.md";
    request_pipeline = "09-request-pipeline.md";
    security_and_transport = "10-security-and-transport.md" if all(
        feature = "compression",
        feature = "cookies",
        feature = "cors",
        feature = "csrf",
        feature = "helmet",
        feature = "https"
    );
    validation = "11-validation.md" if feature = "validation";
    files = "12-files.md" if feature = "upload";
    event_source = "13-event-source.md" if feature = "sse-client";
    routing = "14-routing.md";
    hub = "15-hub.md" if feature = "sse-hub";
    resume = "16-resume.md" if feature = "sse-hub";
    slow_readers = "17-slow-readers.md" if feature = "sse-hub";
    deploys = "18-deploys.md" if feature = "sse-hub";
    stream_security = "19-stream-security.md" if feature = "sse-hub";
    dynamic_modules = "20-dynamic-modules.md";
    scopes = "21-scopes.md";
    module_reference = "22-module-reference.md";
    testing = "23-testing.md";
    configuration = "24-configuration.md" if feature = "config";
    events = "25-events.md" if feature = "events";
    local_storage = "26-local-storage.md" if feature = "local-storage";
    detached_producers = "27-detached-producers.md" if feature = "sse-hub";
    operating = "28-operating.md" if all(feature = "metrics", feature = "sse-hub");
    topics = "29-topics.md" if feature = "sse-hub";
    console = "30-console.md" if feature = "sse-console";
    presence = "31-presence.md" if feature = "sse-hub";
    proxy_doctor = "32-proxy-doctor.md" if feature = "sse-doctor";
    fast_path = "33-fast-path.md" if feature = "sse-hub";
    coming_from_nestjs = "34-coming-from-nestjs.md";
    command_line = "35-command-line.md";
    features = "36-features.md";
}

//! The guide, chapter by chapter; the same text as `docs/guide` in the repository.

macro_rules! chapters {
    ($($name:ident = $file:literal;)*) => {
        $(
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
    routing = "14-routing.md";
    dynamic_modules = "20-dynamic-modules.md";
    scopes = "21-scopes.md";
    module_reference = "22-module-reference.md";
    testing = "23-testing.md";
    coming_from_nestjs = "34-coming-from-nestjs.md";
    command_line = "35-command-line.md";
    features = "36-features.md";
}

#[cfg(feature = "sse-client")]
chapters! {
    event_source = "13-event-source.md";
}
#[cfg(feature = "config")]
chapters! {
    configuration = "24-configuration.md";
}
#[cfg(feature = "events")]
chapters! {
    events = "25-events.md";
}
#[cfg(feature = "local-storage")]
chapters! {
    local_storage = "26-local-storage.md";
}
#[cfg(feature = "validation")]
chapters! {
    validation = "11-validation.md";
}
#[cfg(feature = "sse-hub")]
chapters! {
    hub = "15-hub.md";
    resume = "16-resume.md";
    slow_readers = "17-slow-readers.md";
    deploys = "18-deploys.md";
    stream_security = "19-stream-security.md";
    detached_producers = "27-detached-producers.md";
    topics = "29-topics.md";
    presence = "31-presence.md";
    fast_path = "33-fast-path.md";
}
#[cfg(all(feature = "metrics", feature = "sse-hub"))]
chapters! {
    operating = "28-operating.md";
}
#[cfg(feature = "sse-console")]
chapters! {
    console = "30-console.md";
}
#[cfg(feature = "sse-doctor")]
chapters! {
    proxy_doctor = "32-proxy-doctor.md";
}
#[cfg(feature = "upload")]
chapters! {
    files = "12-files.md";
}

#[cfg(all(
    feature = "compression",
    feature = "cookies",
    feature = "cors",
    feature = "csrf",
    feature = "helmet",
    feature = "https"
))]
chapters! {
    security_and_transport = "10-security-and-transport.md";
}

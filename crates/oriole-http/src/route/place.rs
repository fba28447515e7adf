//! From controllers to addresses: what stands before a path, and what only the boot can check.

use super::boot::{check_path, check_prefix, check_together};
use super::host::HostPattern;
use super::plan::default_status;
use super::realm::Realm;
use super::table::{TableOptions, join, knows};
use super::unread::Unread;
use super::versioning::Version;
use super::{Arg, HttpController, RouteDescriptor, RouteKind, RoutePlan, RouteRef};
use crate::Error;
use crate::pipeline::{Built, Pipeline};
use http::{HeaderName, HeaderValue, StatusCode};
use oriole_core::{Container, ControllerDescriptor, Held};

/// A route at one of its addresses.
pub(crate) struct Placed {
    pub(crate) path: String,
    pub(crate) method: &'static str,
    pub(crate) host: Option<HostPattern>,
    pub(crate) version: Version,
    pub(crate) controller: &'static ControllerDescriptor,
    pub(super) route: RouteRef,
}

impl Placed {
    /// Whether its streams may finish at the end of the application.
    #[cfg(feature = "health")]
    pub(crate) fn may_finish(&self) -> bool {
        self.route.descriptor().may_finish
    }

    pub(super) fn realm(&self) -> Realm {
        Realm::of(self.host.as_ref(), &self.version)
    }
}

/// Every route at every address.
pub(crate) fn place(container: &Container, options: &TableOptions) -> Result<Vec<Placed>, Error> {
    check_prefix(options.global_prefix.as_str(), options.global_prefix_at)?;
    let mut placed = Vec::new();
    for (controller, instance, module) in container.controllers() {
        let Some(http) = controller.transport.downcast_ref::<HttpController>() else { continue };
        let prefix = join(&[options.global_prefix.as_str(), module.path, http.prefix]);
        tracing::info!(target: "oriole::RoutesResolver", "{} {{{prefix}}}:", controller.name);
        let built = Built {
            container,
            module,
            controller: controller.name,
            globals: &options.globals,
            is_scoped: matches!(instance, Held::PerRequest(_)),
        };
        let class = built.level(&http.enhancers)?;
        let hosts: Vec<_> = http.hosts.iter().map(|host| Some(HostPattern::new(host))).collect();
        let hosts = if hosts.is_empty() { vec![None] } else { hosts };
        let mut unread = Unread::new(class.meta());
        for descriptor in http.routes {
            let pipeline = Pipeline::build(built, &class, &descriptor.enhancers, descriptor.args)?;
            let mut plan = plan(descriptor, &instance, pipeline, options)?;
            plan.runs_to_end &= http.enhancers.run_to_end || descriptor.enhancers.run_to_end;
            let own = descriptor.enhancers.meta.len();
            unread.look(&plan.pipeline, own, controller.name, descriptor.handler, descriptor.at);
            let route = RouteRef::new(plan);
            let versions = versions(descriptor, options)?;
            for path in descriptor.paths {
                let path = join(&[module.path, http.prefix, path]);
                for version in &versions {
                    let path = options.global_prefix.before(descriptor.method, version.segment(), &path);
                    check_path(descriptor.handler, &path, descriptor.at)?;
                    for host in &hosts {
                        say_mapped(&path, descriptor.method, version, host.as_ref());
                        placed.push(Placed {
                            path: path.clone(),
                            method: descriptor.method,
                            host: host.clone(),
                            version: version.clone(),
                            controller,
                            route: route.clone(),
                        });
                    }
                }
            }
        }
        unread.tell(controller.name, controller.at);
    }
    if let Some(unknown) = placed.iter().find(|placed| !knows(placed.method)) {
        let reason = format!("`{}` is no method that a route can have", unknown.method);
        return Err(Error::Route { reason, at: unknown.route.descriptor().at });
    }
    check_together(&placed)?;
    Ok(placed)
}

fn say_mapped(path: &str, method: &str, version: &Version, host: Option<&HostPattern>) {
    let method = if method == "*" { "ALL" } else { method };
    let version = version.text().map(|version| format!(" (version: {version})")).unwrap_or_default();
    let host = host.map(|host| format!(" at {host}")).unwrap_or_default();
    tracing::info!(target: "oriole::RouterExplorer", "Mapped {{{path}, {method}}}{version} route{host}");
}

fn versions(descriptor: &RouteDescriptor, options: &TableOptions) -> Result<Vec<Version>, Error> {
    match (&options.versioning, descriptor.versions.first()) {
        (Some(versioning), _) => Ok(versioning.of_route(descriptor.versions)),
        (None, None) => Ok(vec![Version::Any]),
        (None, Some(version)) => Err(Error::Route {
            reason: format!(
                "`{}` is of version `{version}`, and the application has no versions: tell it how requests name them, as \
                 `.versioning(Versioning::uri())`",
                descriptor.handler
            ),
            at: descriptor.at,
        }),
    }
}

fn plan(
    descriptor: &'static RouteDescriptor,
    controller: &Held,
    pipeline: Pipeline,
    options: &TableOptions,
) -> Result<RoutePlan, Error> {
    let invalid = |reason: String| Error::Route { reason, at: descriptor.at };
    let status = match descriptor.status {
        None => default_status(descriptor),
        Some(status) => {
            StatusCode::from_u16(status).map_err(|_| invalid(format!("{status} is no status that a reply can have")))?
        }
    };
    let headers = descriptor.headers.iter().map(|(name, value)| {
        let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(*value)) else {
            return Err(invalid(format!("`{name}: {value}` is no header that a reply can have")));
        };
        Ok((name, value))
    });
    let is_checked = options.checking.is_some();
    let sees_extensions = |arg: &Arg| arg.reader.sees_extensions() || (is_checked && arg.rules.is_some());
    Ok(RoutePlan {
        shows_extensions: !pipeline.is_bare() || descriptor.args.iter().any(sees_extensions),
        descriptor,
        controller: controller.clone(),
        status,
        headers: headers.collect::<Result<_, _>>()?,
        pipeline,
        body_limits: options.body_limits.clone(),
        body_read_timeout: options.body_read_timeout,
        streams: if descriptor.may_finish { options.streams.letting_finish() } else { options.streams.clone() },
        checking: options.checking.clone(),
        // A stream has no end of its own.
        runs_to_end: descriptor.kind == RouteKind::Http,
    })
}

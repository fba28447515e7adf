//! What a module's choice comes down to, when prefix, versions and routes are known.

use super::pattern::PathPattern;
use super::routes::{RouteMatch, Target};
use crate::route::{GlobalPrefix, HostPattern, Placed, VERSION_NEUTRAL, Versioning, fault_of_path, host_of};
use http::Method;
use http::request::Parts;
use oriole_core::ControllerDescriptor;

/// What is known of an application when its modules are asked.
pub(crate) struct Known<'a> {
    pub(crate) placed: &'a [Placed],
    pub(crate) prefix: &'a GlobalPrefix,
    pub(crate) versioning: Option<&'a Versioning>,
}

/// The requests that a middleware is for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selection {
    pub(super) chosen: Vec<Rule>,
    pub(super) excluded: Vec<Rule>,
}

/// Requests by path, method, version and host.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    path: PathRule,
    method: Option<Method>,
    /// One that requests name elsewhere than in the path.
    version: Option<String>,
    host: Option<HostPattern>,
}

#[derive(Clone, Debug)]
enum PathRule {
    Any,
    Exactly(PathPattern),
    Below(PathPattern),
}

impl Selection {
    pub(super) fn covers(&self, parts: &Parts, versioning: Option<&Versioning>) -> bool {
        let covered = |rule: &Rule| rule.covers(parts, versioning);
        self.chosen.iter().any(covered) && !self.excluded.iter().any(covered)
    }
}

impl Rule {
    fn covers(&self, parts: &Parts, versioning: Option<&Versioning>) -> bool {
        let path = parts.uri.path();
        let by_path = match &self.path {
            PathRule::Any => true,
            PathRule::Exactly(pattern) => pattern.covers(path),
            PathRule::Below(pattern) => pattern.covers_below(path),
        };
        // HEAD is answered by GET's routes.
        let by_method =
            |method: &Method| parts.method == method || (*method == Method::GET && parts.method == Method::HEAD);
        by_path
            && self.method.as_ref().is_none_or(by_method)
            && self.host.as_ref().is_none_or(|pattern| host_of(parts).is_some_and(|host| pattern.covers(host)))
            && self.version.as_ref().is_none_or(|version| {
                versioning.is_some_and(|versioning| versioning.asked(parts).iter().any(|asked| asked == version))
            })
    }
}

impl Known<'_> {
    /// The rules of a choice, or what is wrong with it; a text alone is for what is below it as well, or it is not.
    pub(super) fn rules(&self, of: &RouteMatch, is_below: bool) -> Result<Vec<Rule>, String> {
        if let Some(version) = &of.version
            && self.versioning.is_none()
        {
            return Err(format!("asks for version `{version}`, and the application has no versions"));
        }
        match &of.target {
            Target::All => {
                let segment = self.segment(of);
                let path = match &segment {
                    Some(segment) => PathRule::Below(PathPattern::new(&self.prefix.before("*", segment, ""))),
                    None => PathRule::Any,
                };
                Ok(vec![Rule { path, method: of.method.clone(), version: self.named(of), host: None }])
            }
            Target::Path(path) => self.of_path(of, path, is_below && of.method.is_none()),
            Target::Controller(controller) => {
                let routes = self.placed.iter().filter(|placed| is_same(placed.controller, controller));
                let mut routes = routes.peekable();
                if routes.peek().is_none() {
                    return Err(format!(
                        "asks for the routes of `{}`, which has none in this application",
                        controller.name
                    ));
                }
                let version = |placed: &&Placed| match of.version.as_deref() {
                    None => true,
                    Some(VERSION_NEUTRAL) => placed.version.text().is_none(),
                    Some(version) => placed.version.text() == Some(version),
                };
                let method = |placed: &&Placed| {
                    placed.method == "*" || of.method.as_ref().is_none_or(|method| method.as_str() == placed.method)
                };
                let rule = |placed: &Placed| Rule {
                    path: PathRule::Exactly(PathPattern::new(&placed.path)),
                    method: of
                        .method
                        .clone()
                        .or_else(|| Method::from_bytes(placed.method.as_bytes()).ok())
                        .filter(|_| placed.method != "*" || of.method.is_some()),
                    version: placed.version.named().map(str::to_owned),
                    host: placed.host.clone(),
                };
                Ok(routes.filter(version).filter(method).map(rule).collect())
            }
        }
    }

    fn of_path(&self, of: &RouteMatch, path: &str, is_below: bool) -> Result<Vec<Rule>, String> {
        if let Some((what, instead)) = fault_of_path(&PathPattern::as_route(path)) {
            return Err(format!("is for the path `{path}`, which {what}; {instead}"));
        }
        let method = of.method.as_ref().map_or("*", Method::as_str);
        let segments = match (&of.version, self.segment(of)) {
            (_, Some(segment)) => vec![segment],
            (Some(_), None) => vec![String::new()],
            (None, None) => self.all_segments(),
        };
        let mut paths: Vec<_> = segments.iter().map(|segment| self.prefix.before(method, segment, path)).collect();
        if is_below && self.prefix.excludes() {
            // A route below it may go without the prefix.
            paths.extend(segments.iter().map(|segment| GlobalPrefix::default().before(method, segment, path)));
        }
        let rule = |path: String| {
            let pattern = PathPattern::new(&path);
            let path = if is_below { PathRule::Below(pattern) } else { PathRule::Exactly(pattern) };
            Rule { path, method: of.method.clone(), version: self.named(of), host: None }
        };
        Ok(paths.into_iter().map(rule).collect())
    }

    /// The segment of the version that is asked for, under versions in the URI.
    fn segment(&self, of: &RouteMatch) -> Option<String> {
        let version = of.version.as_deref().filter(|version| *version != VERSION_NEUTRAL)?;
        self.versioning?.segment(version)
    }

    /// The version that is asked for, where requests name it elsewhere.
    fn named(&self, of: &RouteMatch) -> Option<String> {
        let version = of.version.as_ref().filter(|version| *version != VERSION_NEUTRAL)?;
        if self.segment(of).is_some() { None } else { Some(version.clone()) }
    }

    /// That of no version, and of every version that a route has.
    fn all_segments(&self) -> Vec<String> {
        let mut all = vec![String::new()];
        for placed in self.placed {
            let segment = placed.version.segment();
            if !all.iter().any(|known| known == segment) {
                all.push(segment.to_owned());
            }
        }
        all
    }
}

/// Constants have no address of their own: the type tells controllers apart.
fn is_same(left: &ControllerDescriptor, right: &ControllerDescriptor) -> bool {
    left.provider.token.type_id == right.provider.token.type_id
}

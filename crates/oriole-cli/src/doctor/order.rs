//! What to look at, for how long.

use std::time::Duration;

use http::{HeaderName, HeaderValue, Uri};
use oriole_sse::{DoctorOptions, DoctorToken};

/// How long silences are waited out; a little more than the 60 s after which nginx and load balancers cut by default.
const PATIENCE: Duration = Duration::from_secs(75);
/// As long as the probe goes on by default.
const PATIENCE_MAX: Duration = Duration::from_secs(600);
/// What Oriole's streams have by default.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// The most addresses; each costs a dozen streams.
const PLACES_MAX: usize = 8;

/// What to do.
#[derive(Debug)]
pub(crate) struct Order {
    /// The outermost first.
    pub(super) places: Vec<Place>,
    pub(super) token: Option<DoctorToken>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) patience: Duration,
    pub(super) heartbeat: Duration,
    pub(super) is_json: bool,
}

/// An address on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) uri: Uri,
    /// Nothing lies behind it.
    pub(super) is_origin: bool,
}

impl Place {
    /// Its address with more in its query.
    pub(super) fn asking(&self, query: &str) -> String {
        let text = self.uri.to_string();
        let mark = if self.uri.query().is_some() { '&' } else { '?' };
        format!("{text}{mark}{query}")
    }
}

/// Reads the command line; `None` for `--help`. The token may also come from elsewhere.
pub(crate) fn parse(
    mut arguments: impl Iterator<Item = String>,
    token: Option<String>,
) -> Result<Option<Order>, String> {
    let (mut public, mut hops, mut origin) = (None, Vec::new(), None);
    let mut token = token.filter(|token| !token.is_empty());
    let mut order = Order {
        places: Vec::new(),
        token: None,
        headers: Vec::new(),
        patience: PATIENCE,
        heartbeat: HEARTBEAT,
        is_json: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--help" | "-h" => return Ok(None),
            "--hop" => hops.push(place(&value()?, false)?),
            "--origin" if origin.is_some() => return Err("there is more than one origin".into()),
            "--origin" => origin = Some(place(&value()?, true)?),
            "--token" => token = Some(value()?),
            "--header" => order.headers.push(header(&value()?)?),
            "--patience" => order.patience = seconds(&value()?, Duration::from_secs(1), PATIENCE_MAX)?,
            "--heartbeat" => order.heartbeat = seconds(&value()?, DoctorOptions::INTERVAL_MIN, PATIENCE_MAX)?,
            "--json" => order.is_json = true,
            option if option.starts_with('-') => return Err(format!("there is no option {option:?}")),
            _ if public.is_some() => return Err("there is more than one address: inner ones follow `--hop`".into()),
            _ => public = Some(place(&argument, false)?),
        }
    }
    order.places.push(public.ok_or("the address is missing")?);
    order.places.extend(hops);
    order.places.extend(origin);
    if order.places.len() > PLACES_MAX {
        return Err(format!("there are more than {PLACES_MAX} addresses"));
    }
    order.token = token.map(DoctorToken::new).transpose().map_err(|error| error.to_string())?;
    Ok(Some(order))
}

fn place(text: &str, is_origin: bool) -> Result<Place, String> {
    let wrong = || format!("{text:?} is no address that begins with http:// or https://");
    let without_fragment = text.split('#').next().unwrap_or_default();
    let uri: Uri = without_fragment.parse().map_err(|_| wrong())?;
    let is_http = matches!(uri.scheme_str(), Some("http" | "https"));
    let has_credentials = uri.authority().is_some_and(|authority| authority.as_str().contains('@'));
    if has_credentials {
        return Err("an address cannot hold a password here: use --header 'Authorization: ...'".into());
    }
    if is_http && uri.host().is_some() { Ok(Place { uri, is_origin }) } else { Err(wrong()) }
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("a header has a colon")?;
    let wrong = || format!("{:?} is no header", name.trim());
    Ok((name.trim().parse().map_err(|_| wrong())?, value.trim().parse().map_err(|_| wrong())?))
}

/// Seconds with a fraction, if need be.
fn seconds(text: &str, min: Duration, max: Duration) -> Result<Duration, String> {
    let time = text.parse().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let time = time.filter(|time| (min..=max).contains(time));
    time.ok_or_else(|| {
        let (min, max) = (min.as_secs_f64(), max.as_secs_f64());
        format!("{text:?} is no number of seconds from {min} to {max}")
    })
}

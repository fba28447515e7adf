//! Whether an application is ready for requests.

mod checks;
mod delay;
mod indicator;
mod options;
mod report;
mod status;

pub use checks::Health;
pub use indicator::HealthIndicator;
pub use options::HealthOptions;
pub use report::HealthReport;
pub use status::HealthStatus;

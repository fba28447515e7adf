//! The server's end of `oriole doctor`: a route that streams by a known schedule, so that the command can tell what a
//! proxy in between did to it.
//!
//! | file | what |
//! |---|---|
//! | `act` | which schedules there are, and how a request names one |
//! | `schedule` | what is sent when |
//! | `frame` | what each event says, read by the command |
//! | `token`, `options` | who may ask, and how much |
//! | `probe` | the answer |

mod act;
mod frame;
mod options;
mod probe;
mod schedule;
#[cfg(test)]
mod tests;
mod token;

pub use act::DoctorAct;
pub use frame::{DoctorFrame, DoctorRequest};
pub use options::DoctorOptions;
pub use probe::DoctorProbe;
pub use token::{DoctorToken, DoctorTokenError};

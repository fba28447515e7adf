//! `oriole doctor`, through a real nginx.

mod findings;
mod mistakes;
mod way;

use way::{Way, doctor};

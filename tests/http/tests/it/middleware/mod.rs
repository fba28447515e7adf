//! `MDW`: middleware of the application and of modules.

mod choices;
mod order;
mod refusals;
mod steps;

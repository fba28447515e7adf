//! Random schedules of everything that can happen to a subscription: each event is delivered once and in order, or lies
//! in a gap that was told. Of a topic that is added by a change everything is owed from then on, of one that is taken
//! away nothing comes any more; who watches knows in the end who is here; who is replaced is told so, and refused when it
//! comes back. What comes without an id is worth nothing to a client that is cut off: all of it is owed again.
//!
//! The hub is the real one; time, the store and the order of things are the test's. A schedule is a function of its
//! number: to repeat one that failed, run the test with `ORIOLE_SCHEDULES_FROM` set to the number that the message
//! names; with `ORIOLE_SCHEDULES_STORY` set as well, that schedule tells what happens in it. The hundred thousand take
//! about a minute on two cores, not optimised.

mod backing;
mod changes;
mod check;
mod client;
mod connect;
mod members;
mod run;
mod schedule;

//! | file | what |
//! |---|---|
//! | `judging` | what is found in what was heard |
//! | `servers` | what is heard of servers that refuse, stall or never end |
//! | `support` | whole hops and streams, for tests to change |

mod judging;
mod servers;
mod support;

//! | file | what |
//! |---|---|
//! | `judging` | what is found in what was heard |
//! | `servers` | what is heard of servers that refuse, stall or never end |

mod judging;
mod servers;

//! The integration tests of `oriole-http`, in one binary.

mod layout;

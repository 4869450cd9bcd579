//! One binary for all tests on a server: they share it, and each has a database of its own.

mod load;

//! The connection to the database, and how the words of the core stand in its columns.

pub(crate) mod codec;
pub(crate) mod db;

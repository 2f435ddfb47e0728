//! The connection to the database: bound values, read rows, and the column forms of the core's types.
//!
//! With `sqlite/` this is the only place that names a driver.

pub(crate) mod codec;
mod connection;
mod db;
mod error;
#[cfg(test)]
mod portable;
mod row;
mod value;

pub(crate) use connection::Conn;
pub(crate) use db::{Committed, Db, Trust, Tx};
pub use error::DatabaseError;
pub(crate) use error::DatabaseErrorKind;
pub(crate) use row::{Cell, Row};
pub(crate) use value::{Bind, Params, Value, params};

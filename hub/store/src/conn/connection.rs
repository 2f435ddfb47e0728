//! The connection. Every statement is written once, in the SQL that SQLite and PostgreSQL share.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{ToSql, params_from_iter};

use super::error::DatabaseError;
use super::row::Row;
use super::value::{Params, Value};
use crate::fault::{Fault, OpenError};

/// A connection. It prepares each statement once, and reuses it.
pub(crate) enum Conn {
    /// A connection to SQLite.
    Sqlite(rusqlite::Connection),
}

impl Conn {
    /// Returns SQLite's own connection, for features that only SQLite has. Only `sqlite/` uses it.
    pub(crate) fn sqlite(&self) -> &rusqlite::Connection {
        let Self::Sqlite(conn) = self;
        conn
    }

    /// Reads the first row; `None` if there is no row.
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Option<T>, Fault> {
        let mut statement = self.sqlite().prepare_cached(sql)?;
        params.with(|values| {
            let mut rows = statement.query(params_from_iter(values))?;
            rows.next()?.map(|row| read(&Row::Sqlite(row))).transpose()
        })
    }

    /// Reads every row.
    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        let mut found = Vec::new();
        self.each(sql, params, |row| {
            found.push(read(row)?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Visits every row.
    pub(crate) fn each(
        &self,
        sql: &str,
        params: impl Params,
        mut look: impl FnMut(&Row<'_>) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let mut statement = self.sqlite().prepare_cached(sql)?;
        params.with(|values| {
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                look(&Row::Sqlite(row))?;
            }
            Ok(())
        })
    }

    /// Returns whether the query has a row.
    pub(crate) fn any(&self, sql: &str, params: impl Params) -> Result<bool, Fault> {
        Ok(self.one(sql, params, |_| Ok(()))?.is_some())
    }

    /// Runs a statement. Returns the number of changed rows.
    pub(crate) fn run(&self, sql: &str, params: impl Params) -> Result<usize, Fault> {
        let mut statement = self.sqlite().prepare_cached(sql)?;
        Ok(params.with(|values| statement.execute(params_from_iter(values)))?)
    }

    /// Returns whether a transaction is open.
    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.sqlite().is_autocommit()
    }

    /// Turns on the zeroing of pages that the transaction frees from here on.
    pub(crate) fn zero_what_is_freed(&self) -> Result<(), Fault> {
        Ok(self.sqlite().pragma_update(None, "secure_delete", true)?)
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        Fault::from(error).into()
    }
}

//! Errors of a database driver.

use rusqlite::ErrorCode;

/// A failure of the database. `Display` is the driver's message.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct DatabaseError(Cause);

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error(transparent)]
    Sqlite(rusqlite::Error),
    #[error("a row is not as it was written")]
    Row,
}

/// The meaning of a database's error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DatabaseErrorKind {
    /// The disk is full.
    Full,
    /// The file differs from the file that the database wrote.
    Corrupt,
    /// A cell holds a value of another type than its column.
    Row,
    /// Any other failure: a later try may succeed.
    Away,
}

impl DatabaseError {
    /// Makes the error of a cell that holds a value of another type than its column.
    pub(crate) const fn row() -> Self {
        Self(Cause::Row)
    }

    /// Makes the error of a commit that a test interrupted.
    #[cfg(feature = "failpoints")]
    pub(crate) fn broken_off() -> Self {
        rusqlite::Error::InvalidQuery.into()
    }

    /// Returns the kind of the error.
    pub(crate) fn kind(&self) -> DatabaseErrorKind {
        let Cause::Sqlite(error) = &self.0 else {
            return DatabaseErrorKind::Row;
        };
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => DatabaseErrorKind::Full,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DatabaseErrorKind::Corrupt,
            _ => DatabaseErrorKind::Away,
        }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::Error;
        match error {
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::InvalidColumnType(..)
            | Error::Utf8Error(..) => Self::row(),
            error => Self(Cause::Sqlite(error)),
        }
    }
}

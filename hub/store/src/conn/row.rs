//! A row of a result, and its columns as types of the core.

use bindeledd_core::alert::AlertKind;
use bindeledd_core::{AdapterId, CategorySet, Kind, PartyId, Purpose};
use jiff::Timestamp;
use rusqlite::types::ValueRef;

use super::codec::{Key, parsed, time};
use super::error::DatabaseError;
use crate::fault::{Fault, damaged};

/// A row of a result.
pub(crate) enum Row<'r> {
    /// A row of SQLite.
    Sqlite(&'r rusqlite::Row<'r>),
}

/// The value in a column, of any type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cell<'r> {
    /// NULL.
    Null,
    /// A number.
    Int(i64),
    /// A floating-point number, which the hub never writes.
    Real(f64),
    /// A text, unchecked: its bytes may not be UTF-8.
    Text(&'r [u8]),
    /// Bytes.
    Bytes(&'r [u8]),
}

/// A column, by its number or its name.
pub(crate) trait Column: rusqlite::RowIndex {}

impl Column for usize {}
impl Column for &str {}

/// A type that a cell can be read as. Nothing is converted, since the hub never writes a cell of another type.
pub(crate) trait Read<'r>: Sized {
    /// Reads the cell; `None` if it has another type.
    fn read(cell: Cell<'r>) -> Option<Self>;
}

impl Read<'_> for i64 {
    fn read(cell: Cell<'_>) -> Option<Self> {
        match cell {
            Cell::Int(number) => Some(number),
            Cell::Null | Cell::Real(_) | Cell::Text(_) | Cell::Bytes(_) => None,
        }
    }
}

macro_rules! smaller {
    ($($number:ty),*) => {$(
        impl Read<'_> for $number {
            fn read(cell: Cell<'_>) -> Option<Self> {
                i64::read(cell)?.try_into().ok()
            }
        }
    )*};
}
smaller!(u8, u16, u32);

impl Read<'_> for bool {
    fn read(cell: Cell<'_>) -> Option<Self> {
        Some(i64::read(cell)? != 0)
    }
}

impl<'r> Read<'r> for &'r str {
    fn read(cell: Cell<'r>) -> Option<Self> {
        match cell {
            Cell::Text(bytes) => std::str::from_utf8(bytes).ok(),
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Bytes(_) => None,
        }
    }
}

impl Read<'_> for String {
    fn read(cell: Cell<'_>) -> Option<Self> {
        <&str>::read(cell).map(str::to_owned)
    }
}

impl<'r> Read<'r> for &'r [u8] {
    fn read(cell: Cell<'r>) -> Option<Self> {
        match cell {
            Cell::Bytes(bytes) => Some(bytes),
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Text(_) => None,
        }
    }
}

impl Read<'_> for Vec<u8> {
    fn read(cell: Cell<'_>) -> Option<Self> {
        <&[u8]>::read(cell).map(<[u8]>::to_vec)
    }
}

impl<const N: usize> Read<'_> for [u8; N] {
    fn read(cell: Cell<'_>) -> Option<Self> {
        <&[u8]>::read(cell)?.try_into().ok()
    }
}

impl<'r, T: Read<'r>> Read<'r> for Option<T> {
    fn read(cell: Cell<'r>) -> Option<Self> {
        match cell {
            Cell::Null => Some(None),
            cell => T::read(cell).map(Some),
        }
    }
}

impl Row<'_> {
    /// Returns the value in a column.
    pub(crate) fn cell(&self, column: impl Column) -> Result<Cell<'_>, Fault> {
        let Self::Sqlite(row) = self;
        Ok(match row.get_ref(column)? {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(number) => Cell::Int(number),
            ValueRef::Real(number) => Cell::Real(number),
            ValueRef::Text(bytes) => Cell::Text(bytes),
            ValueRef::Blob(bytes) => Cell::Bytes(bytes),
        })
    }

    /// Reads a column as the type `T`.
    pub(crate) fn get<'r, T: Read<'r>>(&'r self, column: impl Column) -> Result<T, Fault> {
        T::read(self.cell(column)?).ok_or_else(|| DatabaseError::row().into())
    }

    /// Returns the bytes in a column; empty if it holds no bytes.
    pub(crate) fn bytes(&self, column: impl Column) -> Result<&[u8], Fault> {
        Ok(<&[u8]>::read(self.cell(column)?).unwrap_or_default())
    }

    /// Reads a column with an id.
    pub(crate) fn id<T: Key>(&self, column: impl Column) -> Result<T, Fault> {
        self.get(column).map(T::of)
    }

    /// Reads a column with an id, or null.
    pub(crate) fn id_or_none<T: Key>(&self, column: impl Column) -> Result<Option<T>, Fault> {
        let key: Option<[u8; 16]> = self.get(column)?;
        Ok(key.map(T::of))
    }

    /// Reads a column with a time.
    pub(crate) fn time(&self, column: impl Column) -> Result<Timestamp, Fault> {
        time(self.get(column)?)
    }

    /// Reads a column with a time, or null.
    pub(crate) fn time_or_none(&self, column: impl Column) -> Result<Option<Timestamp>, Fault> {
        let micros: Option<i64> = self.get(column)?;
        micros.map(time).transpose()
    }

    /// Reads the id of a party.
    pub(crate) fn party(&self, column: impl Column) -> Result<PartyId, Fault> {
        self.coded(column, |raw| PartyId::parse(raw).ok())
    }

    /// Reads the id of a party, or null.
    pub(crate) fn party_or_none(&self, column: impl Column) -> Result<Option<PartyId>, Fault> {
        let raw: Option<&str> = self.get(column)?;
        raw.map(|raw| parsed(raw, |raw| PartyId::parse(raw).ok())).transpose()
    }

    pub(crate) fn categories(&self, column: impl Column) -> Result<CategorySet, Fault> {
        CategorySet::from_bits(self.get(column)?).ok_or_else(|| damaged("a set of categories has an unknown bit"))
    }

    /// Reads a code, which `parse` turns into a value.
    pub(crate) fn coded<T>(&self, column: impl Column, parse: fn(&str) -> Option<T>) -> Result<T, Fault> {
        parsed(self.get(column)?, parse)
    }

    pub(crate) fn kind(&self, column: impl Column) -> Result<Kind, Fault> {
        self.coded(column, Kind::parse)
    }

    pub(crate) fn purpose(&self, column: impl Column) -> Result<Purpose, Fault> {
        self.coded(column, Purpose::parse)
    }

    /// Reads the name of an adapter.
    pub(crate) fn adapter(&self, column: impl Column) -> Result<AdapterId, Fault> {
        self.coded(column, AdapterId::parse)
    }

    pub(crate) fn alert_kind(&self, column: impl Column) -> Result<AlertKind, Fault> {
        self.coded(column, AlertKind::parse)
    }
}

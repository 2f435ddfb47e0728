//! The canonical form of a ledger, for its digest.

use bindeledd_core::ParticipantRef;
use ring::digest::{SHA256, digest};

use crate::conn::codec::Key;
use crate::conn::{Cell, Row};
use crate::fault::Fault;

/// The bytes that a digest covers. Each value is preceded by its column number, and an empty value is left out. If a
/// column is added at the end and is empty in older rows, their digests therefore do not change.
pub(crate) struct Canon(Vec<u8>);

impl Canon {
    pub(crate) fn new(domain: &[u8], participant: ParticipantRef) -> Self {
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(domain);
        bytes.extend_from_slice(&participant.key());
        Self(bytes)
    }

    /// Adds a row of one kind.
    pub(crate) fn row<'v>(&mut self, sort: u8, values: impl IntoIterator<Item = Cell<'v>>) {
        self.0.push(sort);
        for (column, value) in (0_u8..).zip(values) {
            self.value(column, value);
        }
        self.0.push(u8::MAX);
    }

    fn value(&mut self, column: u8, value: Cell<'_>) {
        let (kind, bytes) = match value {
            Cell::Null => return,
            Cell::Int(number) => {
                self.0.extend_from_slice(&[column, 1]);
                return self.0.extend_from_slice(&number.to_be_bytes());
            }
            Cell::Real(number) => {
                self.0.extend_from_slice(&[column, 2]);
                return self.0.extend_from_slice(&number.to_be_bytes());
            }
            Cell::Text(bytes) => (3, bytes),
            Cell::Bytes(bytes) => (4, bytes),
        };
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.0.extend_from_slice(&[column, kind]);
        self.0.extend_from_slice(&length.to_be_bytes());
        self.0.extend_from_slice(bytes);
    }

    /// Adds the first `columns` columns of a row.
    pub(crate) fn read(&mut self, sort: u8, row: &Row<'_>, columns: u8) -> Result<(), Fault> {
        self.0.push(sort);
        for column in 0..columns {
            self.value(column, row.cell(usize::from(column))?);
        }
        self.0.push(u8::MAX);
        Ok(())
    }

    pub(crate) fn digest(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, &self.0).as_ref());
        bytes
    }
}

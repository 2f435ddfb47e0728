//! Helpers for the unit tests of this crate.

use bindeledd_engine::ports::Entropy;
use ring::rand::{SecureRandom as _, SystemRandom};

use rusqlite::Connection;

use crate::conn::Conn;
use crate::sqlite::file::MIGRATIONS;

/// The system's randomness.
pub(crate) struct System;

impl Entropy for System {
    fn fill(&self, bytes: &mut [u8]) {
        SystemRandom::new().fill(bytes).unwrap();
    }
}

/// Makes an empty store of the newest schema, in memory.
pub(crate) fn empty() -> Conn {
    let conn = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS {
        conn.execute_batch(migration).unwrap();
    }
    Conn::Sqlite(conn)
}

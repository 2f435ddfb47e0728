//! Helpers that the unit tests of this crate share.

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

/// A store of the newest schema in memory, with nothing in it.
pub(crate) fn empty() -> Conn {
    let conn = Connection::open_in_memory().unwrap();
    for migration in MIGRATIONS {
        conn.execute_batch(migration).unwrap();
    }
    Conn::Sqlite(conn)
}

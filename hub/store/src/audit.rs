//! The audit log: a row for every step, in the step's own transaction, each hashed with the one before it.

use bindeledd_engine::ports::AuditRow;
use jiff::Timestamp;
use ring::digest;
use rusqlite::params;

use crate::codec::{Columns, limit, micros};
use crate::db::Db;
use crate::fault::{Fault, damaged};

/// What stands for the hash before the first row.
pub const GENESIS: [u8; 32] = [0; 32];

/// Where a chain of audit rows breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// A row is missing before this one, or the rows are not in order.
    #[error("audit row {0} does not follow on the one before it")]
    Missing(u64),
    /// A row is not what its hash says, or hangs on another one before it.
    #[error("audit row {0} is not as it was written, or the one before it is not")]
    Changed(u64),
}

/// Checks rows that follow on each other. `before` is the sequence number and hash of the row before the first one, or
/// `(0, GENESIS)`. Gives the last row's, to go on from. No stored hash is trusted: each is made again.
///
/// # Errors
/// The first row where the chain breaks.
pub fn verify_chain(before: (u64, [u8; 32]), rows: &[AuditRow]) -> Result<(u64, [u8; 32]), ChainBreak> {
    rows.iter().try_fold(before, |(seq, hash), row| {
        if row.seq != seq + 1 {
            return Err(ChainBreak::Missing(row.seq));
        }
        let expected = chained(&hash, row.seq, row.at, &row.action, &row.actor, &row.detail);
        if expected == row.hash {
            Ok((row.seq, expected))
        } else {
            Err(ChainBreak::Changed(row.seq))
        }
    })
}

/// SHA-256 over the hash before, the sequence number, the time in microseconds, and the texts, each with its length.
fn chained(before: &[u8; 32], seq: u64, at: Timestamp, action: &str, actor: &str, detail: &str) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(&seq.to_be_bytes());
    context.update(&micros(at).to_be_bytes());
    for text in [action, actor, detail] {
        context.update(&(text.len() as u64).to_be_bytes());
        context.update(text.as_bytes());
    }
    let mut hash = [0; 32];
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

/// The newest row of the chain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    seq: u64,
    hash: [u8; 32],
}

impl Head {
    /// Reads it.
    pub(crate) fn read(db: &Db<'_>) -> Result<Self, Fault> {
        let sql = "SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1";
        let newest = db.one(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
        let (seq, hash) = newest.unwrap_or((0, GENESIS));
        Ok(Self {
            seq: u64::try_from(seq).map_err(|_| damaged("an audit row has no place"))?,
            hash,
        })
    }

    /// Appends a row. Gives the new head.
    pub(crate) fn append(
        self,
        db: &Db<'_>,
        at: Timestamp,
        action: &str,
        actor: &str,
        detail: &str,
    ) -> Result<Self, Fault> {
        let seq = self.seq + 1;
        let hash = chained(&self.hash, seq, at, action, actor, detail);
        let place = i64::try_from(seq).map_err(|_| damaged("the audit log is full"))?;
        let sql = "INSERT INTO audit (seq, at, action, actor, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        db.run(sql, params![place, micros(at), action, actor, detail, hash])?;
        Ok(Self { seq, hash })
    }
}

/// Rows from a place on.
pub(crate) fn rows(db: &Db<'_>, from: u64, at_most: usize) -> Result<Vec<AuditRow>, Fault> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let sql = "SELECT seq, at, action, actor, detail, hash FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
    db.all(sql, params![from, limit(at_most)], |row| {
        Ok(AuditRow {
            seq: u64::try_from(row.get::<_, i64>(0)?).map_err(|_| damaged("an audit row has no place"))?,
            at: row.time(1)?,
            action: row.get(2)?,
            actor: row.get(3)?,
            detail: row.get(4)?,
            hash: row.get(5)?,
        })
    })
}

/// Builds a row's detail: a JSON object of pseudonyms, codes and numbers.
pub(crate) struct Detail(String);

impl Detail {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    fn name(&mut self, name: &'static str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        self.0.push('"');
        self.0.push_str(name);
        self.0.push_str("\":");
    }

    /// A text. What it can hold is escaped.
    pub(crate) fn text(mut self, name: &'static str, value: &str) -> Self {
        self.name(name);
        self.quoted(value);
        self
    }

    /// An id.
    pub(crate) fn id(self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.text(name, &value.to_string())
    }

    pub(crate) fn id_or_none(self, name: &'static str, value: Option<impl std::fmt::Display>) -> Self {
        match value {
            Some(value) => self.id(name, value),
            None => self,
        }
    }

    pub(crate) fn number(mut self, name: &'static str, value: impl Into<i64>) -> Self {
        self.name(name);
        self.0.push_str(&value.into().to_string());
        self
    }

    pub(crate) fn texts(mut self, name: &'static str, values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.name(name);
        self.0.push('[');
        for (i, value) in values.into_iter().enumerate() {
            if i > 0 {
                self.0.push(',');
            }
            self.quoted(value.as_ref());
        }
        self.0.push(']');
        self
    }

    fn quoted(&mut self, value: &str) {
        let plain = |b: u8| b.is_ascii_graphic() && b != b'"' && b != b'\\' || b == b' ';
        if value.bytes().all(plain) {
            self.0.push('"');
            self.0.push_str(value);
            self.0.push('"');
        } else {
            self.0.push_str(&serde_json::Value::from(value).to_string());
        }
    }

    pub(crate) fn done(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(seq: u64, before: &[u8; 32], action: &str) -> AuditRow {
        let at = Timestamp::from_second(1_700_000_000).unwrap();
        AuditRow {
            seq,
            at,
            action: action.into(),
            actor: "hub".into(),
            detail: "{}".into(),
            hash: chained(before, seq, at, action, "hub", "{}"),
        }
    }

    fn three() -> Vec<AuditRow> {
        let mut rows: Vec<AuditRow> = Vec::new();
        for seq in 1..=3 {
            let before = rows.last().map_or(GENESIS, |r| r.hash);
            rows.push(row(seq, &before, "accepted"));
        }
        rows
    }

    #[test]
    fn an_untouched_chain_verifies_whole_and_in_parts() {
        let rows = three();
        let whole = verify_chain((0, GENESIS), &rows).unwrap();
        let part = verify_chain((0, GENESIS), &rows[..1]).unwrap();
        assert_eq!(verify_chain(part, &rows[1..]).unwrap(), whole);
    }

    #[test]
    fn every_change_is_found_where_it_is() {
        let changes: [fn(&mut AuditRow); 5] = [
            |r| r.action.push('x'),
            |r| r.actor = "operator".into(),
            |r| r.detail = "{\"x\":1}".into(),
            |r| r.at = Timestamp::UNIX_EPOCH,
            |r| r.hash[0] ^= 1,
        ];
        for change in changes {
            let mut rows = three();
            change(&mut rows[1]);
            assert_eq!(verify_chain((0, GENESIS), &rows), Err(ChainBreak::Changed(2)));
        }
        let mut rows = three();
        rows.remove(1);
        assert_eq!(verify_chain((0, GENESIS), &rows), Err(ChainBreak::Missing(3)));
        // A row that was written anew with a right hash of its own no longer carries the next one.
        let mut rows = three();
        rows[1] = row(2, &rows[0].hash.clone(), "delivered");
        assert_eq!(verify_chain((0, GENESIS), &rows), Err(ChainBreak::Changed(3)));
    }

    #[test]
    fn texts_can_not_flow_into_each_other() {
        let at = Timestamp::UNIX_EPOCH;
        assert_ne!(
            chained(&GENESIS, 1, at, "ab", "c", ""),
            chained(&GENESIS, 1, at, "a", "bc", "")
        );
    }

    #[test]
    fn a_detail_is_json_whatever_is_in_it() {
        let detail = Detail::new()
            .text("a", "x\"\n\\æ")
            .number("n", 3)
            .texts("l", ["p", "q\""])
            .done();
        let value: serde_json::Value = serde_json::from_str(&detail).unwrap();
        assert_eq!(value, serde_json::json!({"a": "x\"\n\\æ", "n": 3, "l": ["p", "q\""]}));
    }
}

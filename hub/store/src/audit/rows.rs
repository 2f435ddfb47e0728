//! The rows: their entries, their appending and their reading.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::AuditRow;
use bindeledd_tlog::{Hash, leaf};
use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use super::detail::quote;
use crate::conn::codec::{limit, micros};
use crate::conn::{Conn, Params, params};
use crate::fault::{Fault, damaged};

/// Maximum length of an entry: an entry bundle has two bytes for the length.
const LONGEST: usize = u16::MAX as usize;

/// Returns the entry of a row in the tree. The entry is JSON with its members in this order and without white space:
/// `{"seq":1,"at":1760000000000000,"action":"…","actor":"…","detail":{…}}`. `at` is in microseconds since 1970. If the
/// entry would be longer than 65,535 bytes, `"detailSha256":"…"` replaces the detail.
#[must_use]
pub fn entry(row: &AuditRow) -> Vec<u8> {
    entry_of(row.seq, row.at, &row.action, &row.actor, &row.detail)
}

fn entry_of(seq: u64, at: Timestamp, action: &str, actor: &str, detail: &str) -> Vec<u8> {
    let mut json = String::with_capacity(80 + action.len() + actor.len() + detail.len());
    json.push_str("{\"seq\":");
    json.push_str(&seq.to_string());
    json.push_str(",\"at\":");
    json.push_str(&micros(at).to_string());
    json.push_str(",\"action\":");
    quote(&mut json, action);
    json.push_str(",\"actor\":");
    quote(&mut json, actor);
    if json.len() + detail.len() + 12 > LONGEST {
        json.push_str(",\"detailSha256\":\"");
        for byte in digest(&SHA256, detail.as_bytes()).as_ref() {
            json.push_str(&format!("{byte:02x}"));
        }
        json.push_str("\"}");
    } else {
        json.push_str(",\"detail\":");
        json.push_str(detail);
        json.push('}');
    }
    json.into_bytes()
}

/// The number and the hash of the newest row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    seq: u64,
}

impl Head {
    pub(crate) fn read(conn: &Conn) -> Result<Self, Fault> {
        Ok(Self { seq: size(conn)? })
    }

    /// Returns the number of the newest row, which is also the number of rows.
    pub(crate) const fn seq(self) -> u64 {
        self.seq
    }

    /// Appends a row. Returns the new head, and the leaf of the row.
    pub(crate) fn append(
        self,
        conn: &Conn,
        at: Timestamp,
        action: AuditAction,
        actor: &Actor,
        detail: &str,
    ) -> Result<(Self, Hash), Fault> {
        let (action, actor) = (action.as_str(), &*actor.text());
        let seq = self.seq + 1;
        let hash = leaf(&entry_of(seq, at, action, actor, detail));
        let place = i64::try_from(seq).map_err(|_| damaged("the audit log is full"))?;
        let sql = "INSERT INTO audit (seq, at, action, actor, detail, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        conn.run(sql, params![place, micros(at), action, actor, detail, hash.0])?;
        Ok((Self { seq }, hash))
    }
}

/// Returns the number of rows.
pub(crate) fn size(conn: &Conn) -> Result<u64, Fault> {
    let newest: Option<i64> = conn.one("SELECT seq FROM audit ORDER BY seq DESC LIMIT 1", [], |row| row.get(0))?;
    u64::try_from(newest.unwrap_or(0)).map_err(|_| damaged("an audit row has no place"))
}

/// Returns rows from a number on.
pub(crate) fn rows(conn: &Conn, from: u64, at_most: usize) -> Result<Vec<AuditRow>, Fault> {
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let sql = "SELECT seq, at, action, actor, detail, hash FROM audit WHERE seq >= ?1 ORDER BY seq LIMIT ?2";
    read_all(conn, sql, params![from, limit(at_most)])
}

/// Returns rows of a part of the log whose detail contains one of these texts.
pub(crate) fn naming(conn: &Conn, texts: &[String], first: u64, last: u64) -> Result<Vec<AuditRow>, Fault> {
    let place = |seq: u64| i64::try_from(seq).unwrap_or(i64::MAX);
    let sql = "SELECT seq, at, action, actor, detail, hash FROM audit
        WHERE seq BETWEEN ?1 AND ?2 AND instr(detail, ?3) > 0 ORDER BY seq";
    let mut found = Vec::new();
    for text in texts {
        found.extend(read_all(conn, sql, params![place(first), place(last), text])?);
    }
    found.sort_by_key(|row| row.seq);
    found.dedup_by_key(|row| row.seq);
    Ok(found)
}

/// Reads the rows of a query over all columns.
pub(crate) fn read_all(conn: &Conn, sql: &str, values: impl Params) -> Result<Vec<AuditRow>, Fault> {
    conn.all(sql, values, |row| {
        Ok(AuditRow {
            seq: u64::try_from(row.get::<i64>(0)?).map_err(|_| damaged("an audit row has no place"))?,
            at: row.time(1)?,
            action: row.get(2)?,
            actor: row.get(3)?,
            detail: row.get(4)?,
            hash: row.get(5)?,
        })
    })
}

/// Rows that are read at a start, in order. An index finds them.
pub(crate) const MARKED: &str = "SELECT seq, at, action, actor, detail, hash FROM audit INDEXED BY audit_marked
    WHERE instr(detail, '\"ledger\":') > 0 OR action = 'mismatch-accepted' ORDER BY seq";

/// Returns the rows that are read at a start, except rows that differ from the written ones.
pub(crate) fn marked(conn: &Conn) -> Result<Vec<AuditRow>, Fault> {
    let mut rows = read_all(conn, MARKED, [])?;
    rows.retain(|row| leaf(&entry(row)).0 == row.hash);
    Ok(rows)
}

/// Returns the marks of the findings that the operator accepted.
pub(crate) fn accepted(conn: &Conn) -> Result<Vec<String>, Fault> {
    #[derive(serde::Deserialize)]
    struct Accepted {
        #[serde(default)]
        marks: Vec<String>,
    }
    let mut marks = Vec::new();
    for row in marked(conn)? {
        if row.action == AuditAction::MismatchAccepted.as_str() {
            let accepted: Accepted =
                serde_json::from_str(&row.detail).map_err(|_| damaged("an audit row can not be read"))?;
            marks.extend(accepted.marks);
        }
    }
    Ok(marks)
}

/// Returns the time of the newest row, for code without a clock.
pub(crate) fn newest_time(conn: &Conn) -> Result<Timestamp, Fault> {
    let newest = "SELECT at FROM audit ORDER BY seq DESC LIMIT 1";
    Ok(conn
        .one(newest, [], |row| row.time(0))?
        .unwrap_or(Timestamp::UNIX_EPOCH))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_that_are_looked_for_have_their_actions_text() {
        assert!(MARKED.contains(&format!("'{}'", AuditAction::MismatchAccepted)));
    }

    fn row(detail: &str) -> AuditRow {
        AuditRow {
            seq: 7,
            at: Timestamp::from_microsecond(1_760_000_000_000_001).unwrap(),
            action: "accepted".into(),
            actor: "party:\"x\"".into(),
            detail: detail.into(),
            hash: [0; 32],
        }
    }

    #[test]
    fn an_entry_is_json_with_its_members_in_one_order() {
        let text = String::from_utf8(entry(&row("{\"n\":1}"))).unwrap();
        assert_eq!(
            text,
            "{\"seq\":7,\"at\":1760000000000001,\"action\":\"accepted\",\"actor\":\"party:\\\"x\\\"\",\"detail\":{\"n\":1}}"
        );
    }

    #[test]
    fn an_entry_that_a_bundle_can_not_hold_has_the_digest_of_its_detail() {
        for (length, fits) in [(1000, true), (65_400, true), (65_600, false), (200_000, false)] {
            let entry = entry(&row(&format!("{{\"x\":\"{}\"}}", "y".repeat(length))));
            assert!(entry.len() <= LONGEST, "{length}");
            let value: serde_json::Value = serde_json::from_slice(&entry).unwrap();
            assert_eq!(
                (value["detail"].is_object(), value["detailSha256"].is_string()),
                (fits, !fits),
                "{length}"
            );
        }
    }

    #[test]
    fn every_part_of_a_row_is_in_its_entry() {
        let original = row("{}");
        let changes: [fn(&mut AuditRow); 5] = [
            |r| r.action.push('x'),
            |r| r.actor = "operator".into(),
            |r| r.detail = "{\"x\":1}".into(),
            |r| r.at = Timestamp::UNIX_EPOCH,
            |r| r.seq = 8,
        ];
        for change in changes {
            let mut changed = original.clone();
            change(&mut changed);
            assert_ne!(entry(&changed), entry(&original));
        }
    }
}

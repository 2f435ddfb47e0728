//! Versions of parties: each change of a set-up adds one. Core decides whether a change makes a version.

use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_core::{Party, PartyId, Revision, VersionNumber, revise};
use bindeledd_engine::ports::{PartyRevision, PartyVersion};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::commands::party_row::{self, Columns};
use crate::conn::codec::micros;
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};

/// The newest version of a party.
pub(crate) const NEWEST: &str =
    "SELECT party, version, made_at, made_by, back_to, why, kind, org, her, config FROM party_version
    WHERE party = ?1 ORDER BY version DESC LIMIT 1";
/// Versions of a party before a number, newest first.
pub(crate) const BEFORE: &str =
    "SELECT party, version, made_at, made_by, back_to, why, kind, org, her, config FROM party_version
    WHERE party = ?1 AND version < ?2 ORDER BY version DESC LIMIT ?3";

/// Removes versions that were replaced before a time.
pub(crate) const OLD: &str = "DELETE FROM party_version WHERE (party, version) IN
    (SELECT party, version FROM party_version WHERE replaced_at < ?1 LIMIT ?2)";

/// Returns the newest version of a party; `None` for a party that does not exist yet.
pub(crate) fn newest(db: &Db<'_>, of: &PartyId) -> Result<Option<PartyVersion>, Fault> {
    db.one(NEWEST, [of.as_str()], version)
}

/// Returns versions of a party, newest first.
pub(crate) fn list(
    db: &Db<'_>,
    of: &PartyId,
    before: Option<VersionNumber>,
    limit: usize,
) -> Result<Vec<PartyVersion>, Fault> {
    let before = before.map_or(i64::MAX, |before| before.get().into());
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.all(BEFORE, params![of.as_str(), before, limit], version)
}

fn version(row: &Row<'_>) -> Result<PartyVersion, Fault> {
    let number = |number| VersionNumber::new(number).ok_or_else(|| damaged("a version of a party has no number"));
    let by: Option<String> = row.get("made_by")?;
    let by =
        by.map(|by| Actor::parse(&by).ok_or_else(|| damaged("a version of a party has an actor that no hub writes")));
    let back_to: Option<u32> = row.get("back_to")?;
    Ok(PartyVersion {
        number: number(row.get("version")?)?,
        made: row.time_or_none("made_at")?.zip(by.transpose()?),
        back_to: back_to.map(number).transpose()?,
        why: row.get("why")?,
        party: party_row::read_row(row, row.party("party")?, (false, false))?,
    })
}

/// A version to add, besides its set-up.
#[derive(Default)]
pub(crate) struct Origin<'o> {
    /// The version whose set-up it brings back.
    pub(crate) back_to: Option<VersionNumber>,
    /// Reason.
    pub(crate) why: Option<&'o str>,
}

/// Adds the set-up of a party as a version.
pub(crate) fn add(
    tx: &Tx<'_>,
    (party, number): (&Party, VersionNumber),
    origin: &Origin<'_>,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), Fault> {
    if let Some(replaced) = number.before() {
        let sql = "UPDATE party_version SET replaced_at = ?3 WHERE party = ?1 AND version = ?2";
        tx.run(sql, params![party.id.as_str(), replaced.get(), micros(now)])?;
    }
    let Columns { kind, org, her, config } = Columns::of(party)?;
    let sql = "INSERT INTO party_version (party, version, made_at, made_by, back_to, why, kind, org, her, config)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let (by, back_to) = (actor.text(), origin.back_to.map(VersionNumber::get));
    let made = params![
        party.id.as_str(),
        number.get(),
        micros(now),
        &*by,
        back_to,
        origin.why,
        kind,
        org,
        her,
        config,
    ];
    tx.run(sql, made)?;
    Ok(())
}

/// Changes a party that its caller saw in a version. `None` if there is no such party.
pub(crate) fn apply(
    tx: &Tx<'_>,
    revision: &PartyRevision,
    actor: &Actor,
    now: Timestamp,
) -> Result<Option<Revision>, Fault> {
    let mut changed = revision.party.clone();
    let Some(newest) = newest(tx, &changed.id)? else {
        return Ok(None);
    };
    let decided = revise(Some((newest.number, &newest.party)), Some(revision.built_on), &changed);
    let Revision::New(number) = decided else {
        return Ok(Some(decided));
    };
    // A change of the set-up neither pauses the party nor resumes it.
    let sql = "SELECT 1 FROM party WHERE id = ?1 AND paused = 1";
    changed.paused = tx.any(sql, [changed.id.as_str()])?;
    party_row::write(tx, &changed, Some(&newest.party))?;
    let origin = Origin {
        back_to: revision.back_to,
        why: revision.why.as_deref(),
    };
    add(tx, (&changed, number), &origin, actor, now)?;
    let mut detail = Detail::new().id("party", &changed.id).text("kind", changed.kind.code());
    let adapter = changed.endpoint.as_ref().map(|endpoint| &endpoint.adapter);
    detail = detail.id_or_none("adapter", adapter).number("version", number.get());
    let action = match revision.back_to {
        Some(back_to) => {
            detail = detail.number("backTo", back_to.get());
            AuditAction::PartyRolledBack
        }
        None => AuditAction::PartyChanged,
    };
    if let Some(why) = &revision.why {
        detail = detail.text("reason", why);
    }
    tx.audit(now, action, actor, detail)?;
    Ok(Some(decided))
}

//! Installed versions of adapters, and the switches of the version in use. Core decides about each act.

use std::collections::BTreeMap;

use bindeledd_core::AdapterId;
use bindeledd_core::adapter_life::{
    AdapterDigest, AdapterNeeds, Chosen, NotInstalled, NotRemoved, NotSwitched, Switching,
};
use bindeledd_core::audit::{Actor, AuditAction};
use bindeledd_engine::ports::{AdapterFacts, AdapterSwitch, NewAdapterVersion, StoredAdapterVersion, SwitchOrder};
use jiff::Timestamp;

use crate::audit::Detail;
use crate::conn::codec::micros;
use crate::conn::{Db, Row, Tx, params};
use crate::fault::{Fault, damaged};

const VERSIONS: &str =
    "SELECT adapter, sha256, version, contract, bytes, needs, signed_by, installed_at, installed_by, why,
    granted_at FROM adapter_version ORDER BY adapter, installed_at, sha256";
const SWITCHES: &str = "SELECT adapter, sha256, back, at, by, why FROM adapter_switch ORDER BY adapter, number";
pub(crate) const VERSIONS_OF: &str = "SELECT adapter, sha256, version, contract, bytes, needs, signed_by, installed_at,
    installed_by, why, granted_at FROM adapter_version WHERE adapter = ?1 ORDER BY installed_at, sha256";
pub(crate) const SWITCHES_OF: &str =
    "SELECT adapter, sha256, back, at, by, why FROM adapter_switch WHERE adapter = ?1 ORDER BY number";

/// Returns everything on file, by adapter.
pub(crate) fn all(db: &Db<'_>) -> Result<BTreeMap<AdapterId, AdapterFacts>, Fault> {
    let mut facts: BTreeMap<AdapterId, AdapterFacts> = BTreeMap::new();
    for version in db.all(VERSIONS, [], version)? {
        let of = facts.entry(version.new.adapter.clone()).or_default();
        of.versions.push(version);
    }
    for (adapter, switch) in db.all(SWITCHES, [], switch)? {
        facts.entry(adapter).or_default().switches.push(switch);
    }
    Ok(facts)
}

fn of(db: &Db<'_>, adapter: &AdapterId) -> Result<AdapterFacts, Fault> {
    let switches = db.all(SWITCHES_OF, [adapter.as_str()], switch)?.into_iter();
    Ok(AdapterFacts {
        versions: db.all(VERSIONS_OF, [adapter.as_str()], version)?,
        switches: switches.map(|(_, switch)| switch).collect(),
    })
}

fn actor(raw: &str) -> Option<Actor> {
    Actor::parse(raw)
}

fn version(row: &Row<'_>) -> Result<StoredAdapterVersion, Fault> {
    let bytes: i64 = row.get("bytes")?;
    let needs = |raw: &str| AdapterNeeds::of_json(&serde_json::from_str(raw).ok()?);
    Ok(StoredAdapterVersion {
        new: NewAdapterVersion {
            adapter: row.adapter("adapter")?,
            sha256: AdapterDigest(row.get("sha256")?),
            version: row.get("version")?,
            contract: row.get("contract")?,
            bytes: u64::try_from(bytes).map_err(|_| damaged("a version of an adapter has no size"))?,
            needs: row.coded("needs", needs)?,
            signed_by: row.get("signed_by")?,
            why: row.get("why")?,
        },
        at: row.time("installed_at")?,
        by: row.coded("installed_by", actor)?,
        granted_at: row.time_or_none("granted_at")?,
    })
}

fn switch(row: &Row<'_>) -> Result<(AdapterId, AdapterSwitch), Fault> {
    let digest: Option<[u8; 32]> = row.get("sha256")?;
    let switch = AdapterSwitch {
        to: digest.map_or(Chosen::Configured, |digest| Chosen::Installed(AdapterDigest(digest))),
        back: row.get("back")?,
        at: row.time("at")?,
        by: row.coded("by", actor)?,
        why: row.get("why")?,
    };
    Ok((row.adapter("adapter")?, switch))
}

/// Enters a version.
pub(crate) fn install(
    tx: &Tx<'_>,
    new: &NewAdapterVersion,
    actor: &Actor,
    now: Timestamp,
) -> Result<Result<bool, NotInstalled>, Fault> {
    let versions = of(tx, &new.adapter)?.versions(None);
    if let Err(not) = versions.install(new.sha256) {
        return Ok(Err(not));
    }
    if versions.has(Chosen::Installed(new.sha256)) {
        return Ok(Ok(false));
    }
    let sql = "INSERT INTO adapter_version
        (adapter, sha256, version, contract, bytes, needs, signed_by, installed_at, installed_by, why)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
    let bytes = i64::try_from(new.bytes).unwrap_or(i64::MAX);
    let (needs, by) = (new.needs.to_json().to_string(), actor.text());
    tx.run(
        sql,
        params![
            new.adapter.as_str(),
            new.sha256.0,
            new.version,
            new.contract,
            bytes,
            needs,
            new.signed_by,
            micros(now),
            &*by,
            new.why,
        ],
    )?;
    let mut detail = named(&new.adapter, Chosen::Installed(new.sha256)).text("version", &new.version);
    if let Some(signed_by) = &new.signed_by {
        detail = detail.text("signedBy", signed_by);
    }
    tx.audit(
        now,
        AuditAction::AdapterInstalled,
        actor,
        reasoned(detail, new.why.as_deref()),
    )?;
    Ok(Ok(true))
}

/// Changes the version in use.
pub(crate) fn change(
    tx: &Tx<'_>,
    order: &SwitchOrder,
    actor: &Actor,
    now: Timestamp,
) -> Result<Result<Switching, NotSwitched>, Fault> {
    let facts = of(tx, &order.adapter)?;
    let versions = facts.versions(order.configured.clone());
    let decided = match order.to {
        Some(to) => versions.switch(to, order.seen, order.grant),
        None => versions.back(order.seen),
    };
    let switching = match decided {
        Ok(switching) if switching.changes_nothing() => return Ok(Ok(switching)),
        Ok(switching) => switching,
        Err(not) => return Ok(Err(not)),
    };
    let number = i64::try_from(facts.switches.len())
        .unwrap_or(i64::MAX)
        .saturating_add(1);
    let (by, back) = (actor.text(), order.to.is_none());
    let sha256 = switching.to.digest().map(|digest| digest.0);
    let sql =
        "INSERT INTO adapter_switch (adapter, number, sha256, back, at, by, why) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let adapter = order.adapter.as_str();
    tx.run(
        sql,
        params![adapter, number, sha256, back, micros(now), &*by, order.why],
    )?;
    if let Some(sha256) = sha256 {
        let sql =
            "UPDATE adapter_version SET granted_at = ?3 WHERE adapter = ?1 AND sha256 = ?2 AND granted_at IS NULL";
        tx.run(sql, params![adapter, sha256, micros(now)])?;
    }
    let mut detail = named(&order.adapter, switching.to);
    detail = detail.id_or_none("from", switching.from);
    if !switching.grants.is_empty() {
        detail = detail.text("granted", &switching.grants.to_string());
    }
    let action = if back {
        AuditAction::AdapterRolledBack
    } else {
        AuditAction::AdapterUsed
    };
    tx.audit(now, action, actor, reasoned(detail, order.why.as_deref()))?;
    Ok(Ok(switching))
}

/// Removes a version. Returns whether any adapter still has a version with this digest.
pub(crate) fn remove(
    tx: &Tx<'_>,
    (adapter, sha256): (&AdapterId, AdapterDigest),
    why: Option<&str>,
    actor: &Actor,
    now: Timestamp,
) -> Result<Result<bool, NotRemoved>, Fault> {
    if let Err(not) = of(tx, adapter)?.versions(None).remove(sha256) {
        return Ok(Err(not));
    }
    let sql = "DELETE FROM adapter_version WHERE adapter = ?1 AND sha256 = ?2";
    tx.run(sql, params![adapter.as_str(), sha256.0])?;
    let detail = reasoned(named(adapter, Chosen::Installed(sha256)), why);
    tx.audit(now, AuditAction::AdapterRemoved, actor, detail)?;
    let others = tx.any("SELECT 1 FROM adapter_version WHERE sha256 = ?1", [sha256.0])?;
    Ok(Ok(others))
}

fn named(adapter: &AdapterId, version: Chosen) -> Detail {
    Detail::new().id("adapter", adapter).id("sha256", version)
}

fn reasoned(detail: Detail, why: Option<&str>) -> Detail {
    match why {
        Some(why) => detail.text("reason", why),
        None => detail,
    }
}

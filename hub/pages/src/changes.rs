//! Changes of parties, as pages tell them.

use bindeledd_console::view::field_change::FieldChange;
use bindeledd_console::{Text, address};
use bindeledd_core::{Party, PartyField, PartyId, VersionNumber};
use bindeledd_engine::Directory;
use bindeledd_engine::ports::{AuditRow, PartyVersion};
use serde_json::Value;

use crate::answer::Trouble;
use crate::people;
use crate::visit::Visit;

/// Returns the fields that differ between two versions of a party. A value that could lead to the own name of a party with a public
/// label is left out, whether the party had its label before, has it after, or has it now.
pub(crate) fn fields(directory: &Directory, from: &Party, to: &Party) -> Vec<FieldChange> {
    let now = directory.get(&to.id).map(|party| &**party);
    let is_labelled = [Some(from), Some(to), now]
        .into_iter()
        .flatten()
        .any(|party| party.public_label.is_some());
    let told = |change: bindeledd_core::FieldChange| {
        let is_hidden = is_labelled && !change.field.is_seen_beside_label();
        let value = |value: Option<String>| {
            let value = value.filter(|_| !is_hidden)?;
            Some(shown(&change.field, &value, directory))
        };
        FieldChange {
            from: value(change.from),
            to: value(change.to),
            is_hidden,
            field: change.field.clone(),
        }
    };
    from.changes_to(to).into_iter().map(told).collect()
}

/// Returns a value as a page shows it: parties by the names that others see.
fn shown(field: &PartyField, value: &str, directory: &Directory) -> Text {
    match field {
        PartyField::PartOf | PartyField::Trusts => {
            let name = |id: &str| match PartyId::parse(id) {
                Ok(id) => people::label(directory, &id).as_str().to_owned(),
                Err(_) => id.to_owned(),
            };
            let names: Vec<_> = value.split(", ").map(name).collect();
            Text::new(&names.join(", "))
        }
        _ => Text::new(value),
    }
}

/// Returns the newest version of a party.
pub(crate) async fn newest(visit: &Visit, party: &PartyId) -> Result<PartyVersion, Trouble> {
    let versions = visit.engine().party_versions(party, None, 1).await?;
    versions.into_iter().next().ok_or(Trouble::NotFound)
}

/// Returns the party that a row of the log names, and the version that it made.
pub(crate) fn of_row(row: &AuditRow) -> Option<(PartyId, Option<VersionNumber>)> {
    let detail: Value = serde_json::from_str(&row.detail).ok()?;
    let party = PartyId::parse(detail.get("party")?.as_str()?).ok()?;
    Some((party, version(&detail)))
}

/// Reads the version that a row of the log made.
pub(crate) fn version(detail: &Value) -> Option<VersionNumber> {
    let number = detail.get("version")?.as_u64()?;
    VersionNumber::new(u32::try_from(number).ok()?)
}

/// Returns the page that asks before the newest change of a party is undone; `None` for an older change, whose roll back would undo
/// later ones too.
pub(crate) async fn undo(visit: &Visit, party: &PartyId, made: VersionNumber) -> Result<Option<String>, Trouble> {
    let Some(before) = made.before() else {
        return Ok(None);
    };
    let newest = visit.engine().party_versions(party, None, 2).await?;
    let numbers: Vec<_> = newest.iter().map(|version| version.number).collect();
    Ok((numbers == [made, before]).then(|| address::roll_back(party.as_str(), before.get().into())))
}

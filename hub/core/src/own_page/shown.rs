//! The exchanges of one party, as the participant sees them.

use std::collections::BTreeMap;

use bindeledd_catalogue::{CategorySet, PartyId};
use jiff::Timestamp;

use crate::consent::{Basis, GrantOnFile, Ledger, When};
use crate::withdrawal::left_of;

/// The exchanges of one party.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Pairs of the party and another one that a consent names, by the id of the other one.
    pub pairs: Vec<PairShown>,
    /// Exchanges that are sent regardless.
    pub duties: Vec<DutyShown>,
}

/// The exchanges between the party and another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairShown {
    /// The other party.
    pub other: PartyId,
    /// Categories that the other party may get.
    pub gets: CategorySet,
    /// Categories that the other party may tell.
    pub tells: CategorySet,
}

impl PairShown {
    /// Returns whether the participant may take something back.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        !self.all().is_empty()
    }

    /// Returns the categories of both directions.
    #[must_use]
    pub fn all(&self) -> CategorySet {
        self.gets.union(self.tells)
    }
}

/// An exchange that needs no consent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyShown {
    /// Sender.
    pub from: PartyId,
    /// Receiver.
    pub to: PartyId,
    /// Categories.
    pub categories: CategorySet,
    /// Legal reference.
    pub reference: String,
}

fn is_of(on_file: &GrantOnFile, party: &PartyId) -> bool {
    on_file.grant.from == *party || on_file.grant.to == *party
}

/// Returns the categories of a grant that are left now.
fn left_now(on_file: &GrantOnFile, ledger: &Ledger, now: Timestamp) -> CategorySet {
    if on_file.withdrawn || !is_now(on_file, now) {
        return CategorySet::EMPTY;
    }
    left_of(on_file, ledger)
}

/// Returns whether a consent of the participant names the party, and something of it is left. Nobody has a part in the
/// consents of a protected person, or in consents that differ from those that the hub registered. To a party, a protected
/// person looks like one who has withdrawn everything; so neither has a page.
#[must_use]
pub fn has_part(ledger: &Ledger, party: &PartyId, now: Timestamp) -> bool {
    let is_readable = !ledger.protected && !ledger.differs;
    let is_left = |on_file: &GrantOnFile| {
        on_file.grant.basis == Basis::Consent && is_of(on_file, party) && !left_now(on_file, ledger, now).is_empty()
    };
    is_readable && ledger.grants.iter().any(is_left)
}

/// Returns the exchanges of a party now. A grant that waits for a confirmation counts: the participant has said yes to
/// it, and may take it back.
#[must_use]
pub fn shown(ledger: &Ledger, party: &PartyId, now: Timestamp) -> Shown {
    let mut pairs: BTreeMap<&PartyId, PairShown> = BTreeMap::new();
    let mut duties: Vec<DutyShown> = Vec::new();
    for on_file in ledger.grants.iter().filter(|on_file| is_of(on_file, party)) {
        let grant = &on_file.grant;
        if let Basis::Duty { reference } = &grant.basis {
            if is_now(on_file, now) {
                add_duty(&mut duties, on_file, reference);
            }
            continue;
        }
        let other = if grant.from == *party { &grant.to } else { &grant.from };
        let pair = pairs.entry(other).or_insert_with(|| PairShown {
            other: other.clone(),
            gets: CategorySet::EMPTY,
            tells: CategorySet::EMPTY,
        });
        let left = left_now(on_file, ledger, now);
        if grant.from == *party {
            pair.gets = pair.gets.union(left);
        } else {
            pair.tells = pair.tells.union(left);
        }
    }
    Shown {
        pairs: pairs.into_values().collect(),
        duties,
    }
}

fn add_duty(duties: &mut Vec<DutyShown>, on_file: &GrantOnFile, reference: &str) {
    let grant = &on_file.grant;
    let same = |d: &&mut DutyShown| d.from == grant.from && d.to == grant.to && d.reference == reference;
    match duties.iter_mut().find(same) {
        Some(before) => before.categories = before.categories.union(grant.categories),
        None => duties.push(DutyShown {
            from: grant.from.clone(),
            to: grant.to.clone(),
            categories: grant.categories,
            reference: reference.to_owned(),
        }),
    }
}

/// Returns whether a grant is in its periods, or comes into them later.
fn is_now(on_file: &GrantOnFile, now: Timestamp) -> bool {
    let periods = [Some(on_file.consent_period), on_file.grant.period];
    periods
        .into_iter()
        .flatten()
        .all(|period| !matches!(period.at(now), When::After))
}

#[cfg(test)]
mod tests {
    use bindeledd_catalogue::Category;

    use super::*;
    use crate::consent::Withdrawal;
    use crate::id::ParticipantRef;
    use crate::testing::{PURPOSE, at, grant, party};

    fn ledger(grants: Vec<GrantOnFile>) -> Ledger {
        Ledger {
            grants,
            ..Ledger::empty(ParticipantRef(uuid::Uuid::from_u128(1)))
        }
    }

    fn duty(id: u8, from: &str, to: &str) -> GrantOnFile {
        let mut duty = grant(id, from, to, &[Category::Progress]);
        duty.grant.basis = Basis::Duty {
            reference: "avtalen".to_owned(),
        };
        duty
    }

    #[test]
    fn a_party_has_part_where_a_consent_names_it() {
        let mut on_file = ledger(vec![
            grant(1, "nordvik", "klinikken", &[Category::Goals]),
            duty(2, "nordvik", "nav"),
        ]);
        assert!(has_part(&on_file, &party("nordvik"), at(20)) && has_part(&on_file, &party("klinikken"), at(20)));
        assert!(!has_part(&on_file, &party("nav"), at(20)), "a duty is no consent");
        assert!(!has_part(&on_file, &party("andre"), at(20)));
        on_file.protected = true;
        assert!(!has_part(&on_file, &party("nordvik"), at(20)));
        on_file.protected = false;
        on_file.differs = true;
        assert!(!has_part(&on_file, &party("nordvik"), at(20)));
    }

    #[test]
    fn exchanges_between_others_are_never_shown() {
        let on_file = ledger(vec![
            grant(1, "nordvik", "klinikken", &[Category::Goals, Category::Progress]),
            grant(2, "klinikken", "nordvik", &[Category::Function]),
            grant(3, "klinikken", "nav", &[Category::Function]),
            duty(4, "klinikken", "nav"),
            duty(5, "nordvik", "nav"),
        ]);
        let seen = shown(&on_file, &party("nordvik"), at(20));
        assert_eq!(seen.pairs.len(), 1, "{seen:?}");
        assert_eq!(seen.pairs[0].other, party("klinikken"));
        assert_eq!(
            seen.pairs[0].gets,
            CategorySet::of(&[Category::Goals, Category::Progress])
        );
        assert_eq!(seen.pairs[0].tells, CategorySet::of(&[Category::Function]));
        assert_eq!(seen.duties.len(), 1);
        assert_eq!(seen.duties[0].to, party("nav"));
    }

    #[test]
    fn a_pair_stays_in_the_list_when_everything_of_it_is_taken_back() {
        let mut on_file = ledger(vec![grant(1, "nordvik", "klinikken", &[Category::Goals])]);
        on_file.withdrawals.push(Withdrawal {
            from: party("nordvik"),
            to: party("klinikken"),
            purpose: PURPOSE,
            categories: CategorySet::of(&Category::ALL),
            at: at(15),
            registered_until: Some(9),
            registrar: None,
        });
        let seen = shown(&on_file, &party("nordvik"), at(20));
        assert_eq!(seen.pairs.len(), 1);
        assert!(!seen.pairs[0].is_in_force());
        assert!(!has_part(&on_file, &party("nordvik"), at(20)), "nothing is left");
    }
}

//! The exchanges as the participant sees them: those of one party, or all.

use std::collections::{BTreeMap, BTreeSet};

use bindeledd_catalogue::{CategorySet, PartyId};
use jiff::Timestamp;

use crate::consent::{Basis, GrantOnFile, Ledger, When};
use crate::withdrawal::left_of;

/// The exchanges that a session shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Pairs of parties that a consent names.
    pub pairs: Vec<PairShown>,
    /// Exchanges that are sent regardless.
    pub duties: Vec<DutyShown>,
}

/// The exchanges between two parties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairShown {
    /// One party: the session's, or the one with more exchanges.
    pub one: PartyId,
    /// The other party.
    pub other: PartyId,
    /// Categories that the other party may get.
    pub gets: CategorySet,
    /// Categories that the other party may tell.
    pub tells: CategorySet,
}

impl Shown {
    /// Returns the parties of the pairs, each once.
    #[must_use]
    pub fn parties(&self) -> Vec<&PartyId> {
        each_once(self.pairs.iter().flat_map(|pair| [&pair.one, &pair.other]))
    }

    /// Returns every party, each once: those of the pairs first.
    #[must_use]
    pub fn everyone(&self) -> Vec<&PartyId> {
        let of_duties = self.duties.iter().flat_map(|duty| [&duty.from, &duty.to]);
        each_once(self.parties().into_iter().chain(of_duties))
    }
}

fn each_once<'s>(parties: impl Iterator<Item = &'s PartyId>) -> Vec<&'s PartyId> {
    let mut all: Vec<&PartyId> = Vec::new();
    for party in parties {
        if !all.contains(&party) {
            all.push(party);
        }
    }
    all
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

/// Returns whether a consent of the participant is on file, in force or not. Whoever an issuer names sees what they have
/// taken back, too. A protected person looks like one who is unknown.
#[must_use]
pub fn has_consent(ledger: &Ledger) -> bool {
    let is_readable = !ledger.protected && !ledger.differs;
    is_readable
        && ledger
            .grants
            .iter()
            .any(|on_file| on_file.grant.basis == Basis::Consent)
}

/// Returns whether there is something to show to whoever an issuer names: a consent on file, or a question that a party has sent.
/// A protected person looks like one who is unknown.
#[must_use]
pub fn has_page(ledger: &Ledger, is_asked: bool) -> bool {
    let is_readable = !ledger.protected && !ledger.differs;
    is_readable && (is_asked || has_consent(ledger))
}

/// Returns the exchanges of a party now. A grant that waits for a confirmation counts: the participant has said yes to
/// it, and may take it back.
#[must_use]
pub fn shown(ledger: &Ledger, party: &PartyId, now: Timestamp) -> Shown {
    let of_party = |on_file: &&GrantOnFile| is_of(on_file, party);
    among(
        ledger.grants.iter().filter(of_party),
        ledger,
        std::slice::from_ref(party),
        now,
    )
}

/// Returns the exchanges of every party now. The party with most exchanges comes first, as the one of each of its pairs.
#[must_use]
pub fn shown_whole(ledger: &Ledger, now: Timestamp) -> Shown {
    let mut others: BTreeMap<&PartyId, BTreeSet<&PartyId>> = BTreeMap::new();
    for grant in ledger.grants.iter().map(|on_file| &on_file.grant) {
        others.entry(&grant.from).or_default().insert(&grant.to);
        others.entry(&grant.to).or_default().insert(&grant.from);
    }
    let mut order: Vec<_> = others.into_iter().collect();
    // The sort keeps the order of ids among parties with as many.
    order.sort_by_key(|(_, others)| std::cmp::Reverse(others.len()));
    let order: Vec<PartyId> = order.into_iter().map(|(party, _)| party.clone()).collect();
    among(ledger.grants.iter(), ledger, &order, now)
}

/// Returns the exchanges of these grants. Of two parties, the one is that which stands first in `order`.
fn among<'l>(
    grants: impl Iterator<Item = &'l GrantOnFile>,
    ledger: &Ledger,
    order: &[PartyId],
    now: Timestamp,
) -> Shown {
    let rank = |party: &PartyId| order.iter().position(|one| one == party).unwrap_or(order.len());
    let mut pairs: BTreeMap<(usize, usize, &PartyId), PairShown> = BTreeMap::new();
    let mut duties: Vec<DutyShown> = Vec::new();
    for on_file in grants {
        let grant = &on_file.grant;
        if let Basis::Duty { reference } = &grant.basis {
            if is_now(on_file, now) {
                add_duty(&mut duties, on_file, reference);
            }
            continue;
        }
        let is_from_one = rank(&grant.from) <= rank(&grant.to);
        let (one, other) = if is_from_one {
            (&grant.from, &grant.to)
        } else {
            (&grant.to, &grant.from)
        };
        let key = (rank(one), rank(other), other);
        let pair = pairs.entry(key).or_insert_with(|| PairShown {
            one: one.clone(),
            other: other.clone(),
            gets: CategorySet::EMPTY,
            tells: CategorySet::EMPTY,
        });
        let left = left_now(on_file, ledger, now);
        if is_from_one {
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

    #[test]
    fn the_whole_has_every_pair_once_with_the_busiest_party_first() {
        let mut on_file = ledger(vec![
            grant(1, "klinikken", "nordvik", &[Category::Function]),
            grant(2, "nordvik", "klinikken", &[Category::Goals]),
            grant(3, "nordvik", "andre", &[Category::Goals]),
            grant(4, "andre", "fjerde", &[Category::Progress]),
            grant(5, "nordvik", "femte", &[Category::Progress]),
            duty(6, "klinikken", "nav"),
        ]);
        let seen = shown_whole(&on_file, at(20));
        let pairs = seen.pairs.iter().map(|pair| (pair.one.as_str(), pair.other.as_str()));
        let expected = [
            ("nordvik", "andre"),
            ("nordvik", "klinikken"),
            ("nordvik", "femte"),
            ("andre", "fjerde"),
        ];
        assert_eq!(pairs.collect::<Vec<_>>(), expected);
        let with_clinic = &seen.pairs[1];
        assert_eq!(with_clinic.gets, CategorySet::of(&[Category::Goals]));
        assert_eq!(with_clinic.tells, CategorySet::of(&[Category::Function]));
        assert_eq!(seen.duties.len(), 1);
        assert_eq!((seen.parties().len(), seen.everyone().len()), (5, 6));
        assert!(has_consent(&on_file) && has_page(&on_file, false));
        on_file.protected = true;
        assert!(!has_consent(&on_file) && !has_page(&on_file, true));
        let empty = ledger(Vec::new());
        assert!(
            has_page(&empty, true) && !has_page(&empty, false),
            "a question alone is a page"
        );
        assert!(
            !has_consent(&ledger(vec![duty(1, "klinikken", "nav")])),
            "a duty is no consent"
        );
    }
}

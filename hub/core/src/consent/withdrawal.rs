//! Withdrawals: the right to withdraw, the grants that end, and the part of the answer that a
//! caller may see.
//!
//! One rule covers all three. The participant may withdraw everything and see everything; the
//! operator acts for the participant. A party may withdraw grants of which it is the sender, the
//! receiver or the registrar. A party may also withdraw a whole consent that names it, since the
//! participant may turn to any of its parties. In the answer a party sees only exchanges of its
//! own. A participant by a code of one party withdraws and sees the exchanges of that party.

use jiff::Timestamp;

use bindeledd_catalogue::{Category, CategorySet, PartyId, Purpose};

use crate::consent::{Basis, Grant, GrantOnFile, Ledger, Withdrawal, reaches};
use crate::id::ConsentId;

/// Scope of a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Every grant of basis consent.
    Everything,
    /// The grants of one consent, and earlier grants for the same parties and purposes.
    Consent(ConsentId),
    /// Every grant to and from one party.
    Party(PartyId),
    /// One sender, receiver and purpose, and these categories.
    Exchange {
        /// Sender of the grants.
        from: PartyId,
        /// Receiver of the grants.
        to: PartyId,
        /// Purpose of the grants.
        purpose: Purpose,
        /// Categories; all of them for a whole exchange.
        categories: CategorySet,
    },
}

/// The side that asks for a withdrawal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The participant. The operator acts on the participant's behalf.
    Participant,
    /// The participant, by a code of this party: the exchanges of that party alone.
    ParticipantWith(PartyId),
    /// A party, on its own behalf.
    Party(PartyId),
}

/// A sender and a receiver.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Between {
    /// The sender.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
}

/// One part of a withdrawal: its scope and its limits in time. A field that is `None` matches
/// everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Party that is the sender or the receiver of the grants.
    pub party: Option<PartyId>,
    /// Sender of the grants.
    pub from: Option<PartyId>,
    /// Receiver of the grants.
    pub to: Option<PartyId>,
    /// Purpose of the grants.
    pub purpose: Option<Purpose>,
    /// Categories that are withdrawn.
    pub categories: CategorySet,
    /// Latest date of a consent whose grants the withdrawal ends, whenever that consent is
    /// registered.
    pub given_until: Timestamp,
    /// Order number of the newest registration that the withdrawal ends, whatever its date: see
    /// [`GrantOnFile::registered`]. `None` if the withdrawal spares consents with a later date.
    pub registered_until: Option<u64>,
    /// Registrar, if the withdrawal ends only the grants that this party registered.
    pub registrar: Option<PartyId>,
}

impl TakenBack {
    /// Returns whether the withdrawal matches the parties and the purpose of a grant.
    #[must_use]
    pub fn is_about(&self, grant: &Grant) -> bool {
        self.party.as_ref().is_none_or(|p| *p == grant.from || *p == grant.to)
            && self.from.as_ref().is_none_or(|p| *p == grant.from)
            && self.to.as_ref().is_none_or(|p| *p == grant.to)
            && self.purpose.is_none_or(|p| p == grant.purpose)
    }

    /// Returns whether the withdrawal ends this grant, wholly or in part.
    #[must_use]
    pub fn ends(&self, on_file: &GrantOnFile) -> bool {
        self.is_about(&on_file.grant)
            && reaches(
                on_file,
                self.given_until,
                self.registered_until,
                self.registrar.as_ref(),
            )
    }
}

/// Returns whether `asker` may ask for this withdrawal at all. A party may not if every exchange in
/// the scope is between other parties under consents of others, because the answer would reveal
/// them.
#[must_use]
pub fn may_withdraw(asker: &Asker, scope: &Scope, ledger: &Ledger) -> bool {
    let own = match asker {
        Asker::Participant => return true,
        Asker::ParticipantWith(party) => return is_with(party, scope),
        Asker::Party(own) => own,
    };
    let registered = |on_file: &GrantOnFile| on_file.registrar.as_ref() == Some(own);
    let is_in = |grant: &Grant| grant.from == *own || grant.to == *own;
    let any = |is: &dyn Fn(&GrantOnFile) -> bool| ledger.grants.iter().any(is);
    match scope {
        // Such a withdrawal ends only the party's own part.
        Scope::Everything | Scope::Party(_) => true,
        Scope::Consent(id) => any(&|g| g.consent == *id && (registered(g) || is_in(&g.grant))),
        Scope::Exchange { from, to, .. } if from == own || to == own => true,
        Scope::Exchange { from, to, .. } => any(&|g| g.grant.from == *from && g.grant.to == *to && registered(g)),
    }
}

/// Returns whether a scope reaches the exchanges of one party alone.
fn is_with(party: &PartyId, scope: &Scope) -> bool {
    match scope {
        Scope::Party(named) => named == party,
        Scope::Exchange { from, to, .. } => from == party || to == party,
        Scope::Everything | Scope::Consent(_) => false,
    }
}

/// Returns the parts of a withdrawal, which reach exactly as far as the asker's right. Empty if the
/// asker has no right. `registered_until` is the order number of the newest registration.
#[must_use]
pub fn said(asker: &Asker, scope: &Scope, ledger: &Ledger, now: Timestamp, registered_until: u64) -> Vec<TakenBack> {
    if !may_withdraw(asker, scope, ledger) {
        return Vec::new();
    }
    let open = TakenBack {
        party: None,
        from: None,
        to: None,
        purpose: None,
        categories: CategorySet::of(&Category::ALL),
        given_until: now,
        registered_until: Some(registered_until),
        registrar: None,
    };
    let own = match asker {
        // The scope of a participant by a code is one of the code's party.
        Asker::Participant | Asker::ParticipantWith(_) => None,
        Asker::Party(own) => Some(own),
    };
    match (scope, own) {
        (Scope::Everything, None) => vec![open],
        (Scope::Everything, Some(own)) => vec![
            TakenBack {
                party: Some(own.clone()),
                ..open.clone()
            },
            TakenBack {
                registrar: Some(own.clone()),
                ..open
            },
        ],
        (Scope::Consent(id), own) => of_consent(*id, own, ledger, &open),
        (Scope::Party(party), own) => {
            let whole = TakenBack {
                party: Some(party.clone()),
                ..open.clone()
            };
            match own.filter(|own| *own != party) {
                None => vec![whole],
                Some(own) => {
                    let between = |from: &PartyId, to: &PartyId| TakenBack {
                        from: Some(from.clone()),
                        to: Some(to.clone()),
                        ..open.clone()
                    };
                    let registered = TakenBack {
                        registrar: Some(own.clone()),
                        ..whole
                    };
                    vec![between(own, party), between(party, own), registered]
                }
            }
        }
        (
            Scope::Exchange {
                from,
                to,
                purpose,
                categories,
            },
            own,
        ) => vec![TakenBack {
            from: Some(from.clone()),
            to: Some(to.clone()),
            purpose: Some(*purpose),
            categories: *categories,
            registrar: own.filter(|own| *own != from && *own != to).cloned(),
            ..open
        }],
    }
}

/// Returns the parts of the withdrawal of one consent. Later grants for the same parties remain.
/// For an exchange between other parties the withdrawal ends only registrations of the same
/// registrar. A party can therefore not end another's exchange by a consent that it registered
/// itself.
fn of_consent(id: ConsentId, own: Option<&PartyId>, ledger: &Ledger, open: &TakenBack) -> Vec<TakenBack> {
    let mut said: Vec<TakenBack> = Vec::new();
    let of_it = ledger.grants.iter().filter(|g| g.consent == id);
    for on_file in of_it.filter(|g| g.grant.basis == Basis::Consent) {
        let grant = &on_file.grant;
        let is_others = own.is_some_and(|own| *own != grant.from && *own != grant.to);
        // The grant gets no withdrawal part; the consent itself is still marked as withdrawn.
        if is_others && on_file.registrar.is_none() {
            continue;
        }
        let words = TakenBack {
            from: Some(grant.from.clone()),
            to: Some(grant.to.clone()),
            purpose: Some(grant.purpose),
            given_until: on_file.given_at,
            registered_until: None,
            registrar: on_file.registrar.clone().filter(|_| is_others),
            ..open.clone()
        };
        if !said.contains(&words) {
            said.push(words);
        }
    }
    said
}

/// A grant that a withdrawal ends, and the categories that end.
pub type EndedGrant<'l> = (&'l GrantOnFile, CategorySet);

/// Returns the grants of a ledger that these withdrawals end, each with the categories that end.
#[must_use]
pub fn ended<'l>(ledger: &'l Ledger, said: &[TakenBack]) -> Vec<EndedGrant<'l>> {
    let touched = |on_file: &'l GrantOnFile| {
        let ending = said.iter().filter(|words| words.ends(on_file));
        let categories = ending.fold(CategorySet::EMPTY, |all, words| all.union(words.categories));
        let ended = categories.intersection(on_file.grant.categories);
        (!ended.is_empty()).then_some((on_file, ended))
    };
    ledger.grants.iter().filter_map(touched).collect()
}

/// Returns the exchanges of these grants that the withdrawals match, each once. A withdrawal with
/// open fields may match many.
#[must_use]
pub fn withdrawn_exchanges(said: &[TakenBack], grants: &[GrantOnFile]) -> Vec<Withdrawal> {
    let mut exchanges: Vec<Withdrawal> = Vec::new();
    for words in said {
        for grant in grants.iter().map(|g| &g.grant).filter(|g| words.is_about(g)) {
            let exchange = Withdrawal {
                from: grant.from.clone(),
                to: grant.to.clone(),
                purpose: grant.purpose,
                categories: words.categories,
                at: words.given_until,
                registered_until: words.registered_until,
                registrar: words.registrar.clone(),
            };
            if !exchanges.contains(&exchange) {
                exchanges.push(exchange);
            }
        }
    }
    exchanges
}

/// Returns the categories of a grant that no withdrawal has ended.
#[must_use]
pub fn left_of(on_file: &GrantOnFile, ledger: &Ledger) -> CategorySet {
    let ending = ledger.withdrawals.iter().filter(|w| w.ends(on_file));
    ending.fold(on_file.grant.categories, |left, w| left.difference(w.categories))
}

impl Asker {
    /// Returns whether the asker may see and stop deliveries from this sender to this receiver.
    #[must_use]
    pub fn sees(&self, between: &Between) -> bool {
        match self {
            Self::Participant => true,
            Self::ParticipantWith(own) | Self::Party(own) => *own == between.from || *own == between.to,
        }
    }
}

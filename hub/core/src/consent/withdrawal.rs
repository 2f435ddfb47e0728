//! Withdrawals: who may take back what, what that ends, and what of the answer a caller may see.
//!
//! One rule holds for all three. The participant, for whom the operator acts, takes back anything and sees everything. A party
//! takes back what goes from it or to it, whoever registered that, and what it registered itself. It takes back a consent that
//! names it as a whole, since the participant may turn to any party of it. Of what that stops it sees its own exchanges alone.

use jiff::Timestamp;

use bindeledd_catalogue::{Category, CategorySet, PartyId, Purpose};

use crate::consent::{Basis, Grant, GrantOnFile, Ledger, Withdrawal, reaches};
use crate::id::ConsentId;

/// What a withdrawal is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// Everything that rests on consent.
    Everything,
    /// One consent's grants, and what was given earlier for the same parties and purposes.
    Consent(ConsentId),
    /// Everything to and from one party.
    Party(PartyId),
    /// One from, to and purpose, and of it these categories.
    Exchange {
        /// The sender.
        from: PartyId,
        /// The receiver.
        to: PartyId,
        /// The purpose.
        purpose: Purpose,
        /// The categories; all of them for a whole exchange.
        categories: CategorySet,
    },
}

/// For whom a withdrawal is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asker {
    /// The participant: the operator acts on their behalf.
    Participant,
    /// A party, for itself.
    Party(PartyId),
}

/// From whom to whom something goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Between {
    /// The sender.
    pub from: PartyId,
    /// The receiver.
    pub to: PartyId,
}

/// A withdrawal as it was said. What it leaves open is anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenBack {
    /// Everything from and to this party.
    pub party: Option<PartyId>,
    /// The sender.
    pub from: Option<PartyId>,
    /// The receiver.
    pub to: Option<PartyId>,
    /// The purpose.
    pub purpose: Option<Purpose>,
    /// Which categories.
    pub categories: CategorySet,
    /// It ends what was given until then, whenever that is registered.
    pub given_until: Timestamp,
    /// It ends what was registered until then, whatever date that bears: a place in the order of [`GrantOnFile::registered`].
    /// None where what was given later stands.
    pub registered_until: Option<u64>,
    /// Of this party's registrations alone.
    pub registrar: Option<PartyId>,
}

impl TakenBack {
    /// Whether it is about a grant's exchange.
    #[must_use]
    pub fn is_about(&self, grant: &Grant) -> bool {
        self.party.as_ref().is_none_or(|p| *p == grant.from || *p == grant.to)
            && self.from.as_ref().is_none_or(|p| *p == grant.from)
            && self.to.as_ref().is_none_or(|p| *p == grant.to)
            && self.purpose.is_none_or(|p| p == grant.purpose)
    }

    /// Whether it ends a grant, or some of its categories.
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

/// Whether `asker` may ask for this at all. One whose every exchange is between others, under others' consents, may not: the
/// answer would tell it of them.
#[must_use]
pub fn may_withdraw(asker: &Asker, scope: &Scope, ledger: &Ledger) -> bool {
    let Asker::Party(own) = asker else { return true };
    let registered = |on_file: &GrantOnFile| on_file.registrar.as_ref() == Some(own);
    let is_in = |grant: &Grant| grant.from == *own || grant.to == *own;
    let any = |is: &dyn Fn(&GrantOnFile) -> bool| ledger.grants.iter().any(is);
    match scope {
        // Of these it reaches what is its own.
        Scope::Everything | Scope::Party(_) => true,
        Scope::Consent(id) => any(&|g| g.consent == *id && (registered(g) || is_in(&g.grant))),
        Scope::Exchange { from, to, .. } if from == own || to == own => true,
        Scope::Exchange { from, to, .. } => any(&|g| g.grant.from == *from && g.grant.to == *to && registered(g)),
    }
}

/// A withdrawal in words that reach as far as the asker's right and no further. Nothing where the asker has none.
/// `registered_until` is the place of the newest registration.
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
        Asker::Participant => None,
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

/// One consent's exchanges: what was given later for the same parties stands. Between others it reaches what the same registrar
/// registered, so that a party ends no exchange by a consent of its own making.
fn of_consent(id: ConsentId, own: Option<&PartyId>, ledger: &Ledger, open: &TakenBack) -> Vec<TakenBack> {
    let mut said: Vec<TakenBack> = Vec::new();
    let of_it = ledger.grants.iter().filter(|g| g.consent == id);
    for on_file in of_it.filter(|g| g.grant.basis == Basis::Consent) {
        let grant = &on_file.grant;
        let is_others = own.is_some_and(|own| *own != grant.from && *own != grant.to);
        // The consent itself is marked as withdrawn in any case.
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

/// A grant that a withdrawal ends, and the categories of it that end.
pub type EndedGrant<'l> = (&'l GrantOnFile, CategorySet);

/// What of a ledger these withdrawals end: the grant, and which of its categories.
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

/// The exchanges of these grants that withdrawals touch. A withdrawal that leaves much open touches many; each stands once.
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

/// What of a grant's categories no withdrawal has taken back.
#[must_use]
pub fn left_of(on_file: &GrantOnFile, ledger: &Ledger) -> CategorySet {
    let ending = ledger.withdrawals.iter().filter(|w| w.ends(on_file));
    ending.fold(on_file.grant.categories, |left, w| left.difference(w.categories))
}

impl Asker {
    /// Whether what goes between two parties is for the asker to see, and to stop.
    #[must_use]
    pub fn sees(&self, between: &Between) -> bool {
        match self {
            Self::Participant => true,
            Self::Party(own) => *own == between.from || *own == between.to,
        }
    }
}

//! The consent decision: the only place that decides which categories may be sent.

use jiff::Timestamp;

use bindeledd_catalogue::{CategorySet, PartyId, Purpose};

use crate::consent::withdrawal::left_of;
use crate::consent::{Basis, GrantOnFile, Ledger, When};
use crate::id::{ConsentId, ParticipantRef};

/// The categories that one party may send to another, at one time. Only [`decide`] makes a
/// decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    participant: ParticipantRef,
    from: PartyId,
    to: PartyId,
    purpose: Purpose,
    permitted: CategorySet,
    withheld: CategorySet,
    reason: Reason,
    grants: Vec<GrantRef>,
}

/// Summary of a decision: all, some or nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Every category that was asked for may be sent.
    Permit,
    /// Some of the categories may be sent.
    Partial,
    /// No category may be sent.
    Deny,
}

impl Verdict {
    /// Returns the code on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Permit => "permit",
            Self::Partial => "partial",
            Self::Deny => "deny",
        }
    }
}

/// Reason for the outcome of a decision. If several reasons apply, the decision has the one that is
/// nearest to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// No category was asked for. A request for nothing is denied.
    NothingAsked,
    /// The message corrects a message that the receiver was never sent.
    CorrectsNothing,
    /// The consents on file differ from the registered ones, so that the hub can not tell which
    /// grants are valid.
    Differs,
    /// There is no grant for exactly this sender, receiver and purpose.
    NoGrant,
    /// The grants for this sender, receiver and purpose are for other categories.
    OtherCategories,
    /// The grant was withdrawn.
    Withdrawn,
    /// The period of the grant is over.
    Expired,
    /// The period of the grant has not begun.
    NotYet,
    /// The sender has not confirmed the grant.
    NotConfirmed,
    /// Some of the asked categories are granted.
    PartlyGranted,
    /// Every asked category is granted.
    Granted,
}

impl Reason {
    /// Returns the code that callers see.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Granted | Self::PartlyGranted => "granted",
            Self::NothingAsked => "BL-2007",
            Self::CorrectsNothing => "BL-4034",
            Self::NoGrant => "BL-2001",
            Self::OtherCategories => "BL-2002",
            Self::Withdrawn => "BL-2003",
            Self::Expired => "BL-2004",
            Self::NotYet => "BL-2005",
            Self::NotConfirmed => "BL-2006",
            Self::Differs => "BL-5021",
        }
    }

    /// Returns the explanation for the sender, with the action to take.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Granted => "every category is granted",
            Self::PartlyGranted => "some categories are granted, the others are held back",
            Self::NothingAsked => "no category was asked for; name at least one",
            Self::CorrectsNothing => {
                "the receiver was never sent the message that this corrects; send the correction to the receivers of that message"
            }
            Self::NoGrant => {
                "no consent lets this sender send to this receiver for this purpose; register one and replay"
            }
            Self::Differs => {
                "the consents on file differ from the registered ones, and nothing is sent until the operator has looked"
            }
            Self::OtherCategories => "the consent covers other categories; register one that covers these and replay",
            Self::Withdrawn => "the consent was withdrawn; only a new consent opens for a replay",
            Self::Expired => "the consent's period is over; register a new one and replay",
            Self::NotYet => "the consent's period has not begun; replay when it has",
            Self::NotConfirmed => "the grant awaits confirmation by the sending party; confirm it and replay",
        }
    }
}

/// A grant that a decision used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GrantRef {
    /// Id of the grant's consent.
    pub consent: ConsentId,
    /// Version of the consent that the decision saw.
    pub version: u32,
    /// Index of the grant in its consent, from 0.
    pub index: u16,
}

/// Decides which of the categories `asked` may be sent from `from` to `to` for `purpose` at `now`: the union of the
/// active grants for exactly these three. The function is total, and denies by default.
///
/// A grant is active when its consent was given, its periods include `now`, and its sender
/// confirmed it. A withdrawal for the same sender, receiver and purpose ends a grant whose consent
/// was given at or before the time of the withdrawal. A withdrawal of everything also ends grants
/// that were registered before it. A grant of basis duty can not be withdrawn.
///
/// Nothing is permitted for a person under address protection. The reason is then the same as after
/// a withdrawal of everything: [`Reason::NoGrant`] for a party that never had a grant,
/// [`Reason::Withdrawn`] for a party that had one.
#[must_use]
pub fn decide(
    ledger: &Ledger,
    from: &PartyId,
    to: &PartyId,
    purpose: Purpose,
    asked: CategorySet,
    now: Timestamp,
) -> Decision {
    let mut permitted = CategorySet::EMPTY;
    let mut grants = Vec::new();
    let mut reason = Reason::NoGrant;
    let on_file = if ledger.differs { &[] } else { ledger.grants.as_slice() };
    for on_file in on_file.iter().filter(|g| concerns(g, from, to, purpose)) {
        match active_categories(on_file, ledger, now) {
            Ok(active) if active.intersection(asked).is_empty() => reason = reason.max(Reason::OtherCategories),
            Ok(active) => {
                permitted = permitted.union(active.intersection(asked));
                grants.push(GrantRef {
                    consent: on_file.consent,
                    version: on_file.version,
                    index: on_file.index,
                });
            }
            Err(why) => reason = reason.max(why),
        }
    }
    let withheld = asked.difference(permitted);
    let reason = match (permitted.is_empty(), withheld.is_empty()) {
        _ if asked.is_empty() => Reason::NothingAsked,
        _ if ledger.differs => Reason::Differs,
        (true, _) => reason,
        (false, true) => Reason::Granted,
        (false, false) => Reason::PartlyGranted,
    };
    grants.sort_unstable();
    Decision {
        participant: ledger.participant,
        from: from.clone(),
        to: to.clone(),
        purpose,
        permitted,
        withheld,
        reason,
        grants,
    }
}

fn concerns(on_file: &GrantOnFile, from: &PartyId, to: &PartyId, purpose: Purpose) -> bool {
    let grant = &on_file.grant;
    grant.from == *from && grant.to == *to && grant.purpose == purpose
}

/// Returns the categories of a grant that are active now, or the reason why none is active.
fn active_categories(on_file: &GrantOnFile, ledger: &Ledger, now: Timestamp) -> Result<CategorySet, Reason> {
    let grant = &on_file.grant;
    // Nobody can withdraw a grant of duty. A visible one would show that the cause is not a
    // withdrawal but protection.
    if ledger.protected && grant.basis != Basis::Consent {
        return Err(Reason::NoGrant);
    }
    if now < on_file.given_at {
        return Err(Reason::NotYet);
    }
    let periods = [Some(on_file.consent_period), grant.period];
    for period in periods.into_iter().flatten() {
        match period.at(now) {
            When::During => {}
            When::Before => return Err(Reason::NotYet),
            When::After => return Err(Reason::Expired),
        }
    }
    let left = match grant.basis {
        Basis::Duty { .. } => grant.categories,
        Basis::Consent if on_file.withdrawn || ledger.protected => return Err(Reason::Withdrawn),
        Basis::Consent => left_of(on_file, ledger),
    };
    if left.is_empty() && !grant.categories.is_empty() {
        return Err(Reason::Withdrawn);
    }
    if !grant.confirmed {
        return Err(Reason::NotConfirmed);
    }
    Ok(left)
}

impl Decision {
    /// Returns whether all, some or none of the categories are permitted.
    #[must_use]
    pub const fn verdict(&self) -> Verdict {
        match (self.permitted.is_empty(), self.withheld.is_empty()) {
            (true, _) => Verdict::Deny,
            (false, true) => Verdict::Permit,
            (false, false) => Verdict::Partial,
        }
    }

    /// Pseudonym of the participant.
    #[must_use]
    pub const fn participant(&self) -> ParticipantRef {
        self.participant
    }

    /// The sender.
    #[must_use]
    pub const fn from(&self) -> &PartyId {
        &self.from
    }

    /// The receiver.
    #[must_use]
    pub const fn to(&self) -> &PartyId {
        &self.to
    }

    /// The purpose.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// Categories that may be sent.
    #[must_use]
    pub const fn permitted(&self) -> CategorySet {
        self.permitted
    }

    /// Categories that were asked for and may not be sent.
    #[must_use]
    pub const fn withheld(&self) -> CategorySet {
        self.withheld
    }

    /// Reason for the outcome.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// Grants that the decision used, in the order of their consents' ids.
    #[must_use]
    pub fn grants(&self) -> &[GrantRef] {
        &self.grants
    }
}
